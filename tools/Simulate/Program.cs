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
var badWire = new Option<bool>("--bad-wire") { Description = "A wire opens lanes behind the agent's back, to see that the checker sees it." };
var shrink = new Option<bool>("--shrink") { Description = "When a rule is broken: the smallest run that still breaks one." };
var root = new RootCommand("Plays people and faults against the agent's lanes, faster than real time, and checks the pins and the journal.")
{
    lanes, people, days, seed, fault, badWire, shrink,
};
root.SetAction(async (parsed, _) =>
{
    var named = parsed.GetValue(fault)!;
    IEnumerable<string> faults = named.Contains("all") ? Simulation.AllFaults : named.Where(static one => one != "none");
    var scenario = new Scenario(
        (int)parsed.GetValue(lanes), parsed.GetValue(people), (int)parsed.GetValue(days), (ulong)parsed.GetValue(seed),
        faults.ToHashSet(StringComparer.Ordinal), parsed.GetValue(badWire));
    var begin = Stopwatch.GetTimestamp();
    var broken = await Run.PlayAsync(scenario, Console.Out, static line => Console.Error.WriteLine($"   {line}"));
    var took = Stopwatch.GetElapsedTime(begin);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scenario.Days} days in {took.TotalSeconds:0.0} s: {Run.Command(scenario)}"));
    if (broken.Count == 0) return 0;
    if (!parsed.GetValue(shrink)) return 1;
    var smallest = await Shrinker.ShrinkAsync(scenario, static async one =>
    {
        await Console.Error.WriteLineAsync($"   trying {Run.Command(one)}");
        return (await Run.PlayAsync(one, TextWriter.Null, static _ => { })).Count > 0;
    });
    Console.WriteLine($"smallest    {Run.Command(smallest)}");
    return 1;
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
