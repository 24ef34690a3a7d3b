using GateAgent.Journal;
using GateAgent.Lanes;
using LocalApi;
using Verifier;
using Verifier.Trust;

namespace GateAgent.Api;

/// <summary>How the gate is, as the control socket tells it. Nothing of a person.</summary>
internal static class StatusPage
{
    /// <summary>Makes the page.</summary>
    /// <param name="startedAt">When the agent started.</param>
    /// <param name="now">The moment, and whether it is believed.</param>
    /// <param name="present">What counts; null without documents.</param>
    /// <param name="records">How many records the journal holds.</param>
    /// <param name="lanes">The lanes.</param>
    /// <param name="items">The health items.</param>
    public static Status Make(
        DateTimeOffset startedAt, JudgedTime now, TrustedSnapshot? present, long records, IEnumerable<Lane> lanes, IReadOnlyList<HealthItem> items)
    {
        var staleness = present is null ? default : Staleness.Of(present, now);
        var next = staleness.NextAt is { } at ? Staleness.Of(present!, now with { Utc = at }) : default;
        return new Status
        {
            Version = AgentHost.Version,
            Gate = present?.Site.Gate ?? string.Empty,
            Province = present?.Policy.Province ?? string.Empty,
            Hotline = present?.Policy.Hotline ?? string.Empty,
            StartedAt = startedAt,
            Now = now.Utc,
            IsClockBelieved = now.IsBelieved,
            PolicyVersion = present?.Policy.Version ?? 0,
            ListEpoch = present?.Versions.ListEpoch ?? 0,
            ListEntries = present?.List.EntryCount ?? 0,
            ListAsOf = present?.ListAsOf,
            ExpiresAt = present?.ExpiresAt,
            DocumentState = PassageEvents.Word(staleness.State),
            Staleness = present is null ? "no documents" : PassageEvents.Word(staleness.Rule),
            NextDegradationAt = staleness.NextAt,
            NextDegradation = staleness.NextAt is null ? null : PassageEvents.Word(next.Rule),
            JournalRecords = records,
            Lanes =
            [
                .. lanes.Select(static lane => Of(lane, lane.Now)),
            ],
            Health = items,
        };
    }

    // A lane without its lines is out of order in every mode.
    private static LaneStatus Of(Lane lane, LaneState state) => new(
        lane.Site.Name, PassageEvents.Word(lane.Site.Kind), PassageEvents.Word(lane.Site.Venue), PassageEvents.Word(state.Phase),
        PassageEvents.Word(state.LacksLines ? LaneMode.OutOfOrder : state.Mode), lane.Passages, [.. Inputs(lane.Wired, state.Inputs)]);

    private static IEnumerable<InputStatus> Inputs(LaneInputs wired, LaneInputs active) =>
        from input in Enum.GetValues<LaneInputs>()
        where input != LaneInputs.None && wired.HasFlag(input)
        select new InputStatus(PassageEvents.Word(input), active.HasFlag(input));
}
