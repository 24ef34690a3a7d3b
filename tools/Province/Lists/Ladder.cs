using Verifier.AllowList;

namespace Province.Lists;

/// <summary>One delta that is published.</summary>
/// <param name="Delta">What it says.</param>
/// <param name="IsNear">True for one of the last hours: gates that are up to date read no other.</param>
internal sealed record Rung(ListDelta Delta, bool IsNear);

/// <summary>
/// Chooses the deltas that lead to the newest state: for each age one that begins at the newest state that was that old, or
/// at the base where nothing is. So a gate takes one delta, whose length fits how long it was away: the next age above.
/// Equal ones stand once. The oldest age is a week; a base is no older, so it has a rung of its own.
/// </summary>
internal static class Ladder
{
    /// <summary>Ages of near rungs, hours.</summary>
    public static IReadOnlyList<int> HoursNear { get; } = [1, 2, 3, 4, 5, 6];

    /// <summary>Ages of the other rungs, hours: six-hourly to a day, daily to a week.</summary>
    public static IReadOnlyList<int> HoursFar { get; } = [12, 18, 24, 48, 72, 96, 120, 144, 168];

    /// <summary>The rungs over one base.</summary>
    /// <param name="baseAsOf">When the base was true.</param>
    /// <param name="steps">The changes of each publication since the base, each beginning where the one before ended.</param>
    public static IReadOnlyList<Rung> Of(DateTimeOffset baseAsOf, IReadOnlyList<ListDelta> steps)
    {
        var rungs = new List<Rung>();
        if (steps.Count == 0) return rungs;
        var begins = Begins(baseAsOf, steps);
        ListDelta? rung = null;
        for (var index = steps.Count - 1; index >= 0; index--)
        {
            rung = rung is null ? steps[index] : steps[index].Then(rung);
            if (begins.TryGetValue(index, out var isNear)) rungs.Add(new Rung(rung, isNear));
        }

        return rungs;
    }

    // The first step of each rung, and whether it is near. A rung of two ages is near when one of them is.
    private static Dictionary<int, bool> Begins(DateTimeOffset baseAsOf, IReadOnlyList<ListDelta> steps)
    {
        var newest = steps[^1].AsOf;
        var begins = new Dictionary<int, bool>();
        foreach (var (hours, isNear) in HoursNear.Select(static hours => (hours, true)).Concat(HoursFar.Select(static hours => (hours, false))))
        {
            var moment = newest - TimeSpan.FromHours(hours);
            var first = steps.Count - 1;
            while (first > 0 && AsOfBefore(first) > moment) first--;
            begins[first] = begins.GetValueOrDefault(first) || isNear;
        }

        return begins;

        DateTimeOffset AsOfBefore(int index) => index == 0 ? baseAsOf : steps[index - 1].AsOf;
    }
}
