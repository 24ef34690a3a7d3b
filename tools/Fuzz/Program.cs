using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Fuzz;

const int Batch = 2_000;
var seconds = new Option<int>("--seconds") { Description = "How long, 1 to 86,400.", DefaultValueFactory = static _ => 60 };
var seed = new Option<long>("--seed") { Description = "Everything follows from it.", DefaultValueFactory = static _ => 1 };
var folder = new Option<string>("--folder") { Description = "Where a file that breaks a rule is kept.", DefaultValueFactory = static _ => "artifacts/fuzz" };
var list = new Command("list", "Header, page, index and delta of the allow-list.") { seconds, seed, folder };
list.SetAction(parsed =>
{
    var runs = ListTargets.All().Select(target => (Target: target, Fuzzer: new Fuzzer(target, (ulong)parsed.GetValue(seed)))).ToList();
    var counts = new long[runs.Count];
    var until = TimeSpan.FromSeconds(parsed.GetValue(seconds));
    for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < until;)
    {
        for (var index = 0; index < runs.Count; index++)
        {
            var (target, fuzzer) = runs[index];
            counts[index] += Batch;
            if (fuzzer.Run(Batch) is not { } broken) continue;
            Directory.CreateDirectory(parsed.GetValue(folder)!);
            var path = Path.Combine(parsed.GetValue(folder)!, $"{target.Name.Replace(' ', '-')}.counterexample");
            File.WriteAllBytes(path, broken.File);
            Console.Error.WriteLine($"fuzz: {target.Name}: {broken.Rule}; the file is {path}");
            return 1;
        }
    }

    for (var index = 0; index < runs.Count; index++)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs[index].Target.Name}: {counts[index]:N0} files, no rule broken; {runs[index].Fuzzer.Verdicts.Count} answers"));
        foreach (var (verdict, times) in runs[index].Fuzzer.Verdicts.OrderByDescending(static one => one.Value))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {verdict,-28} {times,12:N0}"));
    }

    return 0;
});
return new RootCommand("Damages files at random and holds readers to their rules.") { list }.Parse(args).Invoke();
