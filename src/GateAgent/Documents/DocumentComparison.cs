using LocalApi;
using Verifier.AllowList;
using Verifier.Policy;
using Verifier.Trust;

namespace GateAgent.Documents;

/// <summary>Says in words what one set of signed documents changes of another. Pure.</summary>
internal static class DocumentComparison
{
    private const string Delta = "delta";
    private const string Base = "base";
    private const string Same = "none";

    /// <summary>The versions of a set; null of none.</summary>
    public static SetVersions? VersionsOf(TrustedSnapshot? set) => set is null ? null : new SetVersions(
        set.Policy.Version, set.Versions.ListEpoch, set.List.Overlay.Sequence, set.List.EntryCount, set.ListAsOf, set.Versions.Snapshot, set.ExpiresAt);

    /// <summary>Who signed a set.</summary>
    public static IReadOnlyList<RoleSigners> SignersOf(TrustedSnapshot set) =>
        [.. set.Roles.Select(static role => new RoleSigners(role.Name, role.Version, role.Expires, role.Threshold, role.Signers))];

    /// <summary>How the list changes, and how many entries where that is known without reading all of it.</summary>
    public static (string By, long? Changes) ListOf(TrustedSnapshot? before, TrustedSnapshot after)
    {
        if (before is null || !before.List.Overlay.BaseHash.SequenceEqual(after.List.Overlay.BaseHash)) return (Base, null);
        var (from, to) = (before.List.Overlay.Changes, after.List.Overlay.Changes);
        var changes = Count(from.Ranks, to.Ranks) + Count(from.Inserts, to.Inserts) + Count(from.Side, to.Side);
        return changes == 0 && before.List.Overlay.Sequence == after.List.Overlay.Sequence ? (Same, 0) : (Delta, changes);
    }

    /// <summary>The cells of the rule table that change, then the policy's other rules.</summary>
    public static IReadOnlyList<Change> PolicyOf(PolicyDocument? before, PolicyDocument after)
    {
        var changes = new List<Change>();
        foreach (var venue in Enum.GetValues<VenueKind>()[1..])
        {
            foreach (var (cell, value) in CellsOf(after, venue))
                Add(changes, $"{PassageWord(venue)} {cell}", before is null ? string.Empty : CellsOf(before, venue).First(other => other.Cell == cell).Value, value);
        }

        foreach (var (rule, value) in RulesOf(after))
            Add(changes, rule, before is null ? string.Empty : RulesOf(before).First(other => other.Rule == rule).Value, value);
        foreach (var reason in after.Texts.Keys.Union(before?.Texts.Keys ?? []).Order())
            Add(changes, $"text {PassageWord(reason)}", before?.Text(reason).ToString() ?? string.Empty, after.Text(reason).ToString());
        return changes;
    }

    /// <summary>The lanes that change, come or go.</summary>
    public static IReadOnlyList<Change> LanesOf(SiteDocument? before, SiteDocument after)
    {
        var changes = new List<Change>();
        foreach (var name in after.Lanes.Concat(before?.Lanes ?? []).Select(static lane => lane.Name).Distinct(StringComparer.Ordinal))
            Add(changes, name, TextOf(before, name), TextOf(after, name));
        return changes;
    }

    private static string TextOf(SiteDocument? site, string name) =>
        site?.Lanes.FirstOrDefault(lane => lane.Name == name) is { } lane ? $"{PassageWord(lane.Kind)} {PassageWord(lane.Venue)}" : string.Empty;

    private static IEnumerable<(string Cell, string Value)> CellsOf(PolicyDocument policy, VenueKind venue)
    {
        var row = policy.Venues[venue];
        yield return ("assurance", PassageWord(row.Assurance));
        yield return ("red", PassageWord(row.Red));
        yield return ("yellow.feverWithHistory", PassageWord(row.FeverWithHistory));
        yield return ("yellow.feverWithoutHistory", PassageWord(row.FeverWithoutHistory));
        yield return ("yellow.region", PassageWord(row.Region));
        yield return ("assisted", PassageWord(row.Assisted));
        yield return ("staticCode", row.StaticCode ? "true" : "false");
    }

    private static IEnumerable<(string Rule, string Value)> RulesOf(PolicyDocument policy)
    {
        yield return ("report", policy.Report.ToString());
        yield return ("staleness", policy.Staleness.ToString());
        yield return ("crowd", policy.Crowd.ToString());
        yield return ("journalDays", policy.JournalDays.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return ("hotline", policy.Hotline);
        yield return ("controller", policy.Controller);
        yield return ("operator", policy.Operator);
        yield return ("assessment", policy.Assessment);
    }

    private static void Add(List<Change> changes, string what, string before, string after)
    {
        if (before != after) changes.Add(new Change(what, before, after));
    }

    private static string PassageWord<T>(T value)
        where T : struct, Enum => Journal.PassageEvents.Word(value);

    // Both rise, so one walk over the two finds what one has and the other has not, or has otherwise.
    private static long Count<TKey>(ListColumn<TKey> from, ListColumn<TKey> to)
        where TKey : struct, IComparable<TKey>
    {
        var (changes, left, right) = (0L, 0, 0);
        while (left < from.Count || right < to.Count)
        {
            var order = left == from.Count ? 1 : right == to.Count ? -1 : from.Keys[left].CompareTo(to.Keys[right]);
            if (order != 0 || from.Values[left] != to.Values[right]) changes++;
            if (order <= 0) left++;
            if (order >= 0) right++;
        }

        return changes;
    }
}
