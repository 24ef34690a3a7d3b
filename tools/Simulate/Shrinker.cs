namespace Simulate;

/// <summary>Makes a scenario that breaks a rule smaller for as long as it still breaks one: first fewer faults, then fewer
/// days, lanes and people. What is left is what a person can read.</summary>
internal static class Shrinker
{
    private const long PeopleMin = 100;

    /// <summary>The smallest that was found, broken too.</summary>
    /// <param name="scenario">A scenario that breaks a rule.</param>
    /// <param name="isBroken">Plays one.</param>
    public static async Task<Scenario> ShrinkAsync(Scenario scenario, Func<Scenario, Task<bool>> isBroken)
    {
        while (await FindSmallerAsync(scenario, isBroken) is { } smaller) scenario = smaller;
        return scenario;
    }

    private static async Task<Scenario?> FindSmallerAsync(Scenario scenario, Func<Scenario, Task<bool>> isBroken)
    {
        foreach (var smaller in Smaller(scenario))
        {
            if (await isBroken(smaller)) return smaller;
        }

        return null;
    }

    private static IEnumerable<Scenario> Smaller(Scenario scenario)
    {
        if (scenario.Faults.Count > 1) yield return scenario with { Faults = new HashSet<string>(StringComparer.Ordinal) };
        foreach (var fault in scenario.Faults) yield return scenario with { Faults = scenario.Faults.Where(one => one != fault).ToHashSet(StringComparer.Ordinal) };
        if (scenario.Days > 1) yield return scenario with { Days = scenario.Days / 2 };
        if (scenario.Lanes > 1) yield return scenario with { Lanes = scenario.Lanes / 2 };
        if (scenario.People > PeopleMin) yield return scenario with { People = Math.Max(PeopleMin, scenario.People / 2) };
    }
}
