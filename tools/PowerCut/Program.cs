using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PowerCut;
using PowerCut.Subjects;

const int ExitFailed = 1;
const int ExitHarness = 4;

// The control needs fewer cuts: nearly each of them shows a loss.
const int ControlShare = 5;
const int ControlLeast = 20;

var cuts = Number("--cuts", "How many power cuts, 10 to 100,000.", 1_000, 10, 100_000);
var seed = Number("--seed", "Chance follows from it.", 1, 1, long.MaxValue);
var seconds = Number("--seconds", "How long the gate writes before it is cut, 2 to 600.", 10, 2, 600);
var folder = new Option<string>("--folder") { Description = "An empty folder, best in memory.", HelpName = "DIR", Required = true };
var withoutSync = new Option<bool>("--without-sync") { Description = "Answers every sync and does none." };

var work = new Command("work", "Writes like a gate, into a disk that is mounted: the harness starts it.") { folder, seed, seconds, withoutSync };
work.SetAction(async (parsed, _) =>
{
    if (parsed.GetValue(withoutSync)) SyncFilter.Install();
    await Worker.WorkAsync(parsed.GetRequiredValue(folder), (ulong)parsed.GetValue(seed), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
    return 0;
});

var run = new Command("run", "Cuts the power of a gate's disk many times and checks what is left.") { cuts, seed, seconds, folder };
run.SetAction(async (parsed, _) =>
{
    try
    {
        return await RunAsync(parsed.GetRequiredValue(folder), (ulong)parsed.GetValue(seed), (int)parsed.GetValue(cuts), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
    }
    catch (HarnessException failed)
    {
        await Console.Error.WriteLineAsync($"powercut: {failed.Message}");
        return ExitHarness;
    }
});

return await new RootCommand("Power cuts, block by block.") { run, work }.Parse(args).InvokeAsync();

static async Task<int> RunAsync(string folder, ulong seed, int count, TimeSpan length)
{
    var begin = Stopwatch.GetTimestamp();
    var harness = new Harness(folder, seed, static line => Console.Error.WriteLine($"   {line}"));
    var controlCuts = Math.Max(ControlLeast, count / ControlShare);
    var control = await harness.RunAsync("control", length, controlCuts, withSync: false);
    var gate = await harness.RunAsync("gate", length, count, withSync: true);
    Console.Write(Report.Table("the gate", count, gate));
    Console.Write(Report.Table("the control, without syncs: must fail", controlCuts, control));

    var (lost, neither, corrupt) = (Report.Count(gate, FindingKind.Lost), Report.Count(gate, FindingKind.Neither), Report.Count(gate, FindingKind.Corrupt));
    var shows = Report.Shows(control);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{count} power cuts in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s, seed {seed}: {lost} lost what was acknowledged, {neither} neither old nor new, {corrupt} corrupt; the control {(shows ? "fails as it must" : "DOES NOT FAIL: this run shows nothing")}"));
    return lost + neither + corrupt == 0 && shows ? 0 : ExitFailed;
}

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
