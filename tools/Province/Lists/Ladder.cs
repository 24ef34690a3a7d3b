using Verifier.AllowList;

namespace Province.Lists;

/// <summary>
/// Chooses the deltas that lead to the newest state: for each age one that begins at the newest state that was that old, or
/// at the base where nothing is. So a gate takes one delta, whose length fits how long it was away: the next age above.
/// Equal ones stand once. The oldest age is a week; a base is no older, so it has a rung of its own.
/// </summary>
internal static class Ladder
{
    /// <summary>The ages in hours: hourly, six-hourly to a day, daily to a week.</summary>
    public static IReadOnlyList<int> Hours { get; } = [1, 2, 3, 4, 5, 6, 12, 18, 24, 48, 72, 96, 120, 144, 168];

    /// <summary>So many of the youngest rungs are for gates that missed nothing, or one publication: every gate reads their names
    /// every hour, some 50 bytes each. The others stand apart.</summary>
    public const int NearRungs = 2;

    /// <summary>The rungs over one base, the youngest first.</summary>
    /// <param name="steps">The changes of each publication since the base, each beginning where the one before ended.</param>
    public static IReadOnlyList<ListDelta> Of(IReadOnlyList<ListDelta> steps)
    {
        var rungs = new List<ListDelta>();
        if (steps.Count == 0) return rungs;
        var begins = Hours.Select(hours => FirstOf(steps, steps[^1].AsOf - TimeSpan.FromHours(hours))).ToHashSet();
        ListDelta? rung = null;
        for (var index = steps.Count - 1; index >= 0; index--)
        {
            rung = rung is null ? steps[index] : steps[index].Then(rung);
            if (begins.Contains(index)) rungs.Add(rung);
        }

        return rungs;
    }

    // The first step of a rung that takes every state as it was at a moment or later.
    private static int FirstOf(IReadOnlyList<ListDelta> steps, DateTimeOffset moment)
    {
        var first = steps.Count - 1;
        while (first > 0 && steps[first - 1].AsOf > moment) first--;
        return first;
    }
}
