using GateAgent.Configuration;
using Verifier.Policy;
using Verifier.Trust;

namespace GateAgent.Lanes;

/// <summary>What a lane is and what hangs on it: everything its behaviour depends on beside its state.</summary>
internal sealed record LanePlan
{
    /// <summary>Who needs longer has so many times as long.</summary>
    public const int LongerTimes = 3;

    /// <summary>The kind, from the signed site document; none where no document names the lane.</summary>
    public required LaneKind Kind { get; init; }

    /// <summary>The kind by the last signed site document that named the lane. Where none does now, fire, the staff key and leaving
    /// drive the relay by it; nobody is admitted by it.</summary>
    public LaneKind KeptKind { get; init; }

    /// <summary>True where a relay is wired.</summary>
    public bool HasRelay { get; init; }

    /// <summary>Which inputs are wired.</summary>
    public LaneInputs Wired { get; init; }

    /// <summary>How long the relay is driven for one admission. 50 ms to 10 s.</summary>
    public TimeSpan Pulse { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>True when the relay is driven until the person has passed, and not for a pulse.</summary>
    public bool Holds { get; init; }

    /// <summary>How long an admitted person may take to pass before the passage is annulled. 1 s to 60 s.</summary>
    public TimeSpan PassageWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the way out stays open when it is asked for. 1 s to 60 s.</summary>
    public TimeSpan ExitFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a door may stand open. 5 s to 10 min.</summary>
    public TimeSpan HeldAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long relay and feedback may disagree: contacts travel in milliseconds, and the alarm is due within 2 s.
    /// </summary>
    public TimeSpan FeedbackWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>True at a wide lane: everyone has longer.</summary>
    public bool IsLonger { get; init; }

    /// <summary>What the policy says of a lane that fails again and again.</summary>
    public CrowdRules Crowd { get; init; } = new(10, CrowdRule.CallStaff, TimeSpan.Zero);

    /// <summary>True where the lane lets people in and not only signals.</summary>
    public bool HasBarrier => Kind is LaneKind.Turnstile or LaneKind.Door or LaneKind.FreeFlow;

    /// <summary>True where a signed site document names the lane.</summary>
    public bool IsNamed => Kind != LaneKind.None;

    /// <summary>The kind of barrier that the relay drives, as far as it is known.</summary>
    public LaneKind BarrierKind => IsNamed ? Kind : KeptKind;

    /// <summary>True where it is known how the relay opens.</summary>
    public bool DrivesRelay => BarrierKind is LaneKind.Turnstile or LaneKind.Door or LaneKind.FreeFlow;

    /// <summary>True where the way is open while the relay is not driven.</summary>
    public bool RestsOpen => BarrierKind == LaneKind.FreeFlow;

    /// <summary>True where a sensor tells that an admitted person has passed. At a door its contact can.</summary>
    public bool SeesPassages => Wired.HasFlag(LaneInputs.Passage)
        || (Kind == LaneKind.Door && Wired.HasFlag(LaneInputs.DoorContact));

    /// <summary>How long the relay is driven for people who pass together. Where a sensor sees each of them, for the next one
    /// alone.</summary>
    public TimeSpan PulseFor(bool isLong, int people) => Pulse * (isLong ? LongerTimes : 1) * (SeesPassages ? 1 : people);

    /// <summary>How long the next of them may take to pass.</summary>
    public TimeSpan PassageFor(bool isLong) => PassageWithin * (isLong ? LongerTimes : 1);

    /// <summary>The plan of a lane: what it is by the site document, what hangs on it by the configuration.</summary>
    /// <param name="entry">What hangs on it.</param>
    /// <param name="kind">What the site document says; none where it does not name the lane.</param>
    /// <param name="kept">What the last one that named it said; none where that is not known.</param>
    public static LanePlan Of(LaneConfig entry, LaneKind kind, LaneKind kept) => new()
    {
        Kind = kind,
        KeptKind = kept,
        HasRelay = entry.Relay is not null,
        Wired = (entry.Inputs?.Wired() ?? []).Aggregate(LaneInputs.None, static (all, one) => all | one.Input),
        Pulse = TimeSpan.FromMilliseconds(entry.PulseMs),
        Holds = entry.RelayHolds,
        IsLonger = entry.Longer,
        PassageWithin = TimeSpan.FromMilliseconds(entry.PassageWithinMs),
        ExitFor = TimeSpan.FromMilliseconds(entry.ExitMs),
        HeldAfter = TimeSpan.FromMilliseconds(entry.HeldMs),
    };
}
