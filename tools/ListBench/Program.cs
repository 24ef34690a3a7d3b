using System.CommandLine;
using ListBench;

var entries = new Option<long>("--entries") { Description = "Entries of the list, 100,000 to 214,000,000.", DefaultValueFactory = static _ => 1_000_000, Recursive = true };
entries.Validators.Add(static result =>
{
    if (result.GetValueOrDefault<long>() is < 100_000 or > 214_000_000) result.AddError("--entries takes 100000 to 214000000.");
});
var folder = new Option<string>("--folder") { Description = "Where everything is made, and deleted at the end.", DefaultValueFactory = static _ => "artifacts/list-bench", Recursive = true };
var json = new Option<string?>("--json") { Description = "Also write the figures as JSON into this file." };
var noLines = new Option<bool>("--no-lines") { Description = "Leave out the build from lines, which needs the most disk." };
var run = new Command("run", "Builds and serves our list, SQLite and LMDB side by side.") { json, noLines };
run.SetAction(parsed => new BenchRun(Path.GetFullPath(parsed.GetValue(folder)!), parsed.GetValue(entries), !parsed.GetValue(noLines))
    .Run(parsed.GetValue(json), Console.Out, Console.Error));

var name = new Argument<string>("PART");
var engine = new Option<string>("--engine") { DefaultValueFactory = static _ => "list" };
var part = new Command("part", "One part, in this process; the figures as JSON.") { name, engine };
part.SetAction(parsed =>
{
    var place = new BenchFolder(parsed.GetValue(folder)!);
    var building = new BuildParts(place, parsed.GetValue(entries));
    var lookingUp = new LookUpParts(place, parsed.GetValue(entries));
    var changing = new ChangeParts(place, parsed.GetValue(entries));
    var which = parsed.GetValue(engine)!;
    Console.Out.WriteLine((parsed.GetValue(name) switch
    {
        "prepare" => building.Prepare(),
        "build" => building.Build(which),
        "serve" => lookingUp.Serve(which),
        "warm" => lookingUp.Warm(which),
        "memory" => lookingUp.Memory(which),
        "check" => lookingUp.Check(),
        "companion" => building.Companion(),
        "delta" => changing.Delta(which),
        "week" => changing.Week(),
        "rebase" => changing.Rebase(),
        "lines" => building.Lines(),
        var other => throw new ArgumentException($"No part {other}."),
    }).ToJsonString());
});

var pictureFile = new Option<string>("--out") { Description = "The SVG.", Required = true };
var sources = new Argument<string[]>("JSON") { Description = "Figures of several sizes." };
var picture = new Command("picture", "Draws size and latency of several runs.") { sources, pictureFile };
picture.SetAction(parsed => File.WriteAllText(parsed.GetValue(pictureFile)!, BenchPicture.Draw(parsed.GetValue(sources)!)));

var root = new RootCommand("Measures the allow-list beside its peers.") { run, part, picture };
root.Options.Add(entries);
root.Options.Add(folder);
return root.Parse(args).Invoke();
