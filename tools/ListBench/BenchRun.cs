using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Province.Lists;

namespace ListBench;

/// <summary>Runs every part for every engine and gathers what they measured.</summary>
internal sealed class BenchRun(string folder, long entries, bool withLines)
{
    // A machine is slower for some seconds now and then: engine after engine, several times, gives all of them the same share.
    private const int Turns = 5;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Runs all, prints the table and writes the figures.</summary>
    /// <returns>0 when every figure that has a limit at this size is within it.</returns>
    public int Run(string? json, TextWriter output, TextWriter error)
    {
        var figures = new JsonObject { ["entries"] = entries, ["processors"] = Environment.ProcessorCount };
        var turns = new List<(string Engine, JsonObject Figures)>();
        Directory.CreateDirectory(folder);
        error.WriteLine("making sorted keys");
        Part("prepare", null);
        foreach (var engine in Engine.Names)
        {
            error.WriteLine($"building and serving {engine}");
            var mine = Part("build", engine);
            Add(mine, Part("serve", engine));
            Add(mine, Part("memory", engine));
            figures[engine] = mine;
        }

        for (var turn = 0; turn < Turns; turn++)
        {
            error.WriteLine($"warm look-ups, turn {turn + 1} of {Turns}");
            foreach (var engine in Engine.Names) turns.Add((engine, Part("warm", engine)));
        }

        foreach (var engine in Engine.Names) Add(figures[engine]!.AsObject(), MedianOf(turns.Where(turn => turn.Engine == engine).Select(static turn => turn.Figures)));
        var list = figures["list"]!.AsObject();
        error.WriteLine("checking answers");
        Add(list, Part("check", null));
        Add(list, Part("companion", null));
        foreach (var engine in Engine.Names)
        {
            error.WriteLine($"changing {engine}");
            Add(figures[engine]!.AsObject(), Part("delta", engine));
        }

        error.WriteLine("a week of changes");
        Add(list, Part("week", null));
        Add(list, Part("rebase", null));
        File.Delete(Path.Combine(folder, "sorted.keys"));
        foreach (var engine in Engine.Names[1..]) Directory.Delete(Path.Combine(folder, engine), recursive: true);
        if (withLines)
        {
            error.WriteLine("building from lines in no order");
            Part("lines", null);
            Add(list, BuildFromLines());
            File.Delete(Path.Combine(folder, "people.csv"));
        }

        Directory.Delete(folder, recursive: true);
        if (json is not null) File.WriteAllText(json, figures.ToJsonString(Indented) + "\n");
        return BenchTable.Print(figures, output) ? 0 : 1;
    }

    // The command itself, as the authority runs it; the kernel says how much memory it had at most.
    private JsonObject BuildFromLines()
    {
        var program = typeof(ListBuild).Assembly.Location;
        var target = Path.Combine(folder, "lines");
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { program, "list", "build", Path.Combine(folder, "people.csv"), "--folder", target, "--now", "2026-03-01T08:00:00Z" },
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "dotnet") start.FileName = "dotnet";
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var peak = 0L;
        process.ErrorDataReceived += (_, _) => peak = Math.Max(peak, PeakOf(process));
        process.BeginErrorReadLine();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidDataException("province list build failed.");
        return new JsonObject { ["linesSeconds"] = Stopwatch.GetElapsedTime(began).TotalSeconds, ["linesPeakMib"] = peak / 1048576.0 };
    }

    private static long PeakOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.HasExited ? 0 : process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private JsonObject Part(string name, string? engine)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(BenchRun).Assembly.Location);
        foreach (var word in new[] { "part", name, "--folder", folder, "--entries", entries.ToString(CultureInfo.InvariantCulture) }) start.ArgumentList.Add(word);
        if (engine is not null)
        {
            start.ArgumentList.Add("--engine");
            start.ArgumentList.Add(engine);
        }

        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonNode.Parse(text)!.AsObject()
            : throw new InvalidDataException($"The part {name} {engine} failed.");
    }

    private static JsonObject MedianOf(IEnumerable<JsonObject> turns)
    {
        var all = turns.ToArray();
        var median = new JsonObject();
        foreach (var (name, _) in all[0]) median[name] = all.Select(one => one[name]!.GetValue<double>()).Order().ElementAt(all.Length / 2);
        return median;
    }

    private static void Add(JsonObject to, JsonObject more)
    {
        foreach (var (name, value) in more) to[name] = value!.DeepClone();
    }
}
