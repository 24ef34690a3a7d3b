using System.CommandLine;
using Demo;

var gate = new Option<DirectoryInfo>("--gate") { Description = "The folder of the published programs.", Required = true, Recursive = true };
var folder = new Option<DirectoryInfo>("--folder")
{
    Description = "Where everything is made; emptied first.",
    DefaultValueFactory = static _ => new DirectoryInfo("artifacts/demo"),
    Recursive = true,
};
var people = new Option<long>("--people") { Description = "How many people are listed.", DefaultValueFactory = static _ => 100_000 };
var stay = new Option<bool>("--stay") { Description = "Leave the gate running until Ctrl-C." };
var fault = new Option<Fault>("--break") { Description = "Make one thing wrong, to see the demo fail: policy, signature or polarity." };
var run = new Command("run", "Makes a province, starts a gate, sends people through it and checks every outcome.") { people, stay, fault };
run.SetAction((parsed, stop) => DemoRun.RunAsync(
    parsed.GetRequiredValue(gate).FullName,
    parsed.GetValue(folder)!.FullName,
    parsed.GetValue(people),
    parsed.GetValue(fault),
    parsed.GetValue(stay),
    stop));

var entries = new Option<long>("--people") { Description = "How many people are listed.", DefaultValueFactory = static _ => 1_000_000 };
var count = new Option<int>("--passages") { Description = "Passages measured, 100 to 10000.", DefaultValueFactory = static _ => 600 };
var frames = new Option<int>("--frames") { Description = "Camera frames measured, 10 to 1000.", DefaultValueFactory = static _ => 100 };
var json = new Option<bool>("--json") { Description = "JSON on standard output." };
var pace = new Option<int>("--per-minute") { Description = "People per minute, 1 to 600; as fast as the lane takes them unless named." };
pace.Validators.Add(static result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 600) result.AddError("--per-minute takes 1 to 600.");
});
var line = new Command("line", "From the last byte, and from a camera's frame, to the relay's edge.") { entries, count, frames, pace, json };
line.SetAction((parsed, stop) => LineBench.RunAsync(
    parsed.GetRequiredValue(gate).FullName,
    parsed.GetValue(folder)!.FullName,
    parsed.GetValue(entries),
    parsed.GetValue(count),
    parsed.GetValue(frames),
    parsed.GetValue(pace),
    parsed.GetValue(json),
    stop));

var root = new RootCommand("A gate on a stage: real programs, a pseudo-terminal, a virtual card, pictures; and an oscilloscope on the pins.")
{
    run, new Command("bench", "Measures.") { line },
};
root.Options.Add(gate);
root.Options.Add(folder);

// Ending every program on the stage in turn takes longer than the library's two seconds; what is cut short would stay behind.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
