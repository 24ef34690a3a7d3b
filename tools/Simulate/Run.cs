using System.Globalization;

namespace Simulate;

/// <summary>One whole run: a province, a gate, people and faults, and the checker, in a folder that is gone afterwards.</summary>
internal static class Run
{
    /// <summary>Plays a scenario.</summary>
    /// <returns>The rules that are broken; none when all hold.</returns>
    public static async Task<IReadOnlyList<string>> PlayAsync(Scenario scenario, TextWriter tell, Action<string> progress)
    {
        var folder = Directory.CreateTempSubdirectory("gate-simulate-").FullName;
        try
        {
            var site = await Site.MakeAsync(folder, scenario.Lanes, Simulation.Start);
            var simulation = new Simulation(scenario, site, folder);
            await using (simulation) await simulation.RunAsync(progress);
            return new Checker(site, simulation, folder).Check(tell);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The command that plays it again.</summary>
    public static string Command(Scenario scenario) => string.Create(
        CultureInfo.InvariantCulture,
        $"./dev simulate --lanes {scenario.Lanes} --people {scenario.People} --days {scenario.Days} --seed {scenario.Seed} --fault {(scenario.Faults.Count == 0 ? "none" : string.Join(' ', scenario.Faults.Order(StringComparer.Ordinal)))}{(scenario.HasBadWire ? " --bad-wire" : string.Empty)}");
}
