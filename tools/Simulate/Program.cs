using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Simulate;

var lanes = Number("--lanes", "Lanes of the gate, 1 to 8.", 4, 1, 8);
var people = Number("--people", "People who come, 100 to 10,000,000.", 20_000, 100, 10_000_000);
var days = Number("--days", "Simulated days, 1 to 60.", 30, 1, 60);
var seed = Number("--seed", "Everything follows from it.", 1, 1, long.MaxValue);
var fault = new Option<string[]>("--fault")
{
    Description = $"Which faults: {string.Join(", ", Simulation.AllFaults)}, all or none. Once for each.",
    DefaultValueFactory = static _ => ["all"],
    AllowMultipleArgumentsPerToken = true,
};
fault.AcceptOnlyFromAmong([.. Simulation.AllFaults, "all", "none"]);
var root = new RootCommand("Plays people and faults against the agent's lanes, faster than real time, and checks the pins and the journal.")
{
    lanes, people, days, seed, fault,
};
root.SetAction(async (parsed, _) =>
{
    var folder = Directory.CreateTempSubdirectory("gate-simulate-").FullName;
    try
    {
        var named = parsed.GetValue(fault)!;
        IEnumerable<string> faults = named.Contains("all") ? Simulation.AllFaults : named.Where(static one => one != "none");
        var scenario = new Scenario(
            (int)parsed.GetValue(lanes), parsed.GetValue(people), (int)parsed.GetValue(days), (ulong)parsed.GetValue(seed), faults.ToHashSet(StringComparer.Ordinal));
        var begin = Stopwatch.GetTimestamp();
        var site = await Site.MakeAsync(folder, scenario.Lanes, Simulation.Start);
        var simulation = new Simulation(scenario, site, folder);
        await using (simulation) await simulation.RunAsync(static line => Console.Error.WriteLine($"   {line}"));
        var took = Stopwatch.GetElapsedTime(begin);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"seed {scenario.Seed}, {scenario.Lanes} lanes, {scenario.Days} days in {took.TotalSeconds:0.0} s, faults: {(scenario.Faults.Count == 0 ? "none" : string.Join(' ', scenario.Faults))}"));
        return new Checker(site, simulation, folder).Check(Console.Out).Count == 0 ? 0 : 1;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});
return await root.Parse(args).InvokeAsync();

static Option<long> Number(string name, string text, long otherwise, long least, long most)
{
    var option = new Option<long>(name) { Description = text, DefaultValueFactory = _ => otherwise };
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<long>() < least || result.GetValueOrDefault<long>() > most)
            result.AddError($"{name} takes {least} to {most}.");
    });
    return option;
}
