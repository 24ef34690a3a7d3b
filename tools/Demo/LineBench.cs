using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Province.Codes;
using Province.Keys;
using Verifier.AllowList;

namespace Demo;

/// <summary>
/// Measures the line on the published programs: (a) from the write of a code's last byte into a serial line to the level on
/// the relay's pin, by one clock outside the agent; (b) from a camera frame's time stamp to the same edge, by the agent's
/// own account, which the pin's time stamp bounds. Also the start of the agent and its memory.
/// </summary>
internal static class LineBench
{
    private const double LastByteLimitMs = 1;
    private const double FrameLimitMs = 150;
    private const double FireLimitMs = 20;
    private const int Releases = 100;
    private const double ReadyLimitMs = 150;
    private const double MemoryLimitMib = 48;
    private static readonly TimeSpan EdgeWithin = TimeSpan.FromSeconds(2);

    // A lane takes the next person when its pulse is over: the shortest pulse makes the busiest lane.
    private const int PulseMs = 50;
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(PulseMs + 20);

    /// <summary>Runs and prints.</summary>
    /// <returns>0 when every figure is within its limit.</returns>
    public static async Task<int> RunAsync(
        string programs, string folder, long people, int passages, int frames, int perMinute, bool isJson, CancellationToken stop)
    {
        await using var stage = await Stage.OpenAsync(programs, folder, people, Fault.None, Screen.Step, stop, PulseMs);
        var codes = Codes(stage).GetEnumerator();
        // The bare line takes its turn within the same pause.
        var between = perMinute == 0 ? Fastest : TimeSpan.FromMinutes(1.0 / perMinute);
        using var bareLine = new BareLine();
        var bare = new List<double>();
        stage.Agent.Refresh();
        var workBefore = stage.Agent.TotalProcessorTime;
        var lastByte = await MeasureAsync(
            stage, passages, "cinema-1", text => stage.Scan("cinema-1", text), codes, between / (perMinute == 0 ? 1 : 2), stop,
            text => bare.Add(bareLine.Pass(Encoding.UTF8.GetBytes(text + "\r"))));
        stage.Agent.Refresh();
        var work = (stage.Agent.TotalProcessorTime - workBefore).TotalMilliseconds / bare.Count;
        var frame = await MeasureAsync(stage, frames, "metro-1", stage.ShowPicture, codes, between, stop);
        stage.Agent.Refresh();
        var rows = new[]
        {
            new Row("last byte to relay edge", "ms", lastByte.Outside, LastByteLimitMs),
            new Row("the same by the agent", "ms", lastByte.ByAgent, LastByteLimitMs),
            new Row("the same on a bare line", "ms", [.. bare.Order()], null),
            new Row("people missed", "people", [lastByte.Missed + frame.Missed], 0),
            new Row("processor time a passage", "ms", [work], null),
            new Row("camera frame to relay edge", "ms", frame.ByAgent, FrameLimitMs),
            new Row("fire input to relay edge", "ms", await ReleasesAsync(stage, stop), FireLimitMs),
            new Row("fire while the journal is held", "ms", await ReleasesWhileHeldAsync(stage, stop), FireLimitMs),
            new Row("agent ready after start", "ms", [await ReadyAgainAsync(stage, stop)], ReadyLimitMs),
            new Row("agent memory (resident)", "MiB", [stage.Agent.WorkingSet64 / 1048576.0], MemoryLimitMib),
            new Row("look-up allocation", "bytes", [Allocation(stage)], 0),
        };
        Print(rows, people, isJson);
        return Array.TrueForAll(rows, row => row.Limit is not { } limit || row.P99 <= limit) ? 0 : 1;
    }

    // Every passage shows another green person's own code: nothing is cached.
    private static IEnumerable<string> Codes(Stage stage)
    {
        var seed = new SeededBytes("demo");
        var people = new global::Province.People.Population(seed, stage.Province.Authority.ListKey.Span);
        var now = TimeProvider.System.GetUtcNow();
        for (var person = 0L; ; person++)
        {
            if (people.ValueOf(person).Colour != Colour.Green) continue;
            yield return DomesticCodeWriter.Write(
                new CodeClaims
                {
                    Issuer = Authority.HomeId,
                    Subject = people.Subject(person),
                    IssuedAt = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()) - TimeSpan.FromHours(1),
                    ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()) + TimeSpan.FromHours(12),
                    Id = seed.Bytes($"bench:{person}", 8),
                    Standing = ListValue.Of(Colour.Green),
                },
                stage.Province.Authority.Home);
        }
    }

    // By the clock outside, and by the agent's own account. Whoever finds no open lane in time is missed.
    private static async Task<Measured> MeasureAsync(
        Stage stage, int count, string laneName, Action<string> show, IEnumerator<string> codes, TimeSpan pause, CancellationToken stop,
        Action<string>? bare = null)
    {
        // The limit is one of warm passages: first uses are over, and the list is in memory.
        const int Warm = 20;
        const int ReadEvery = 20;
        var relay = Stage.Lanes.First(lane => lane.Name == laneName).Relay!.Value;
        var (outside, byAgent, missed) = (new List<double>(), new List<double>(), 0);
        await using var watch = new PassageWatch(stage.Client);
        await Task.Delay(pause, TimeProvider.System, stop);
        for (var number = 0; number < count + Warm; number++)
        {
            codes.MoveNext();
            while (watch.TryNext(out _))
            {
                // The answer to one who was missed came too late: it is not the next person's.
            }

            var shownAt = Stopwatch.GetTimestamp();
            show(codes.Current);
            var passage = await watch.NextAsync(EdgeWithin, stop);
            var edge = stage.Scope.Edges.LastOrDefault(edge => edge.Pin == relay && edge.IsHigh).Nanoseconds;
            if (passage is not { IsOpened: true } || edge < shownAt)
            {
                missed++;
                Screen.Step($"person {number} was missed at {laneName}: {passage?.ReasonWord ?? "no answer"}");
            }
            else if (number >= Warm)
            {
                outside.Add((edge - shownAt) / 1e6);
                byAgent.Add(passage.Microseconds / 1000.0);
            }

            if (number % ReadEvery == 0) stage.ReadList();
            if (number % 200 == 199) Screen.Step($"{number + 1} of {count + Warm} at {laneName}");
            await Task.Delay(pause, TimeProvider.System, stop);
            if (bare is null) continue;
            bare(codes.Current);
            await Task.Delay(pause, TimeProvider.System, stop);
        }

        return outside.Count > 0
            ? new Measured([.. outside.Order()], [.. byAgent.Order()], missed)
            : throw new InvalidDataException($"Nobody passed at {laneName}.");
    }

    private static async Task<double[]> ReleasesAsync(Stage stage, CancellationToken stop)
    {
        var lane = Stage.Lanes.First(static one => one.Relay is not null);
        var times = new List<double>();
        for (var round = 0; round < Releases; round++)
        {
            var took = await stage.ReleaseAsync(lane, stop) ?? throw new InvalidDataException("Fire release did not open the lane.");
            times.Add(took.TotalMilliseconds);
        }

        return [.. times.Order()];
    }

    // Another program holds the journal's file for as long as the releases take: what a stalled card does to the writer.
    private static async Task<double[]> ReleasesWhileHeldAsync(Stage stage, CancellationToken stop)
    {
        await using var journal = new SqliteConnection($"Data Source={Path.Combine(stage.StateFolder, "journal.db")}");
        await journal.OpenAsync(stop);
        await using var hold = journal.CreateCommand();
        hold.CommandText = "BEGIN EXCLUSIVE";
        await hold.ExecuteNonQueryAsync(stop);
        var times = await ReleasesAsync(stage, stop);
        hold.CommandText = "ROLLBACK";
        await hold.ExecuteNonQueryAsync(stop);
        return times;
    }

    // A second start, as after a power cut: the documents are on the gate's disk already.
    private static async Task<double> ReadyAgainAsync(Stage stage, CancellationToken stop)
    {
        var times = new List<double>();
        for (var round = 0; round < 5; round++) times.Add(await stage.RestartAsync(stop));
        times.Sort();
        return times[times.Count / 2];
    }

    private static double Allocation(Stage stage)
    {
        var list = Path.Combine(stage.Province.RepositoryFolder, "targets", "list");
        AllowListIndex.TryRead(File.ReadAllBytes(Directory.GetFiles(list, "*.idx").Single()), out var index, out _);
        using var pages = Distribution.PageFile.Open(Directory.GetFiles(list, "*.gal").Single());
        var reader = new AllowListReader(index!, pages.TryRead);
        var subject = SubjectKey.Compute(stage.Province.Authority.ListKey.Span, SubjectKind.Person, new byte[16]);
        reader.Find(SubjectKind.Person, subject);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 1_000; number++) reader.Find(SubjectKind.Person, subject);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Print(Row[] rows, long people, bool isJson)
    {
        if (isJson)
        {
            var lines = rows.Select(row => new JsonObject
            {
                ["figure"] = row.Name,
                ["unit"] = row.Unit,
                ["count"] = row.Values.Length,
                ["p50"] = row.P50,
                ["p99"] = row.P99,
                ["max"] = row.Values[^1],
                ["limit"] = row.Limit,
            });
            Console.WriteLine(new JsonObject { ["people"] = people, ["figures"] = new JsonArray([.. lines]) }
                .ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
            return;
        }

        Console.WriteLine($"\n{people:N0} people listed\n");
        Console.WriteLine($"{"figure",-34} {"n",5} {"p50",9} {"p99",9} {"max",9} {"limit",7} {"p99/limit",9}");
        foreach (var row in rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{$"{row.Name}, {row.Unit}",-34} {row.Values.Length,5} {row.P50,9:0.000} {row.P99,9:0.000} {row.Values[^1],9:0.000} {row.Limit,7:0.#} {(row.Limit is > 0 ? $"{row.P99 / row.Limit:0.00}" : "-"),9}"));
        }
    }

    private sealed record Measured(double[] Outside, double[] ByAgent, int Missed);

    private sealed record Row(string Name, string Unit, double[] Values, double? Limit)
    {
        public double P50 => Values[Values.Length / 2];

        public double P99 => Values[Math.Min(Values.Length - 1, Values.Length * 99 / 100)];
    }
}
