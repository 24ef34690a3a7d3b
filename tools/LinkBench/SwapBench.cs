using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Province.Codes;
using Province.Keys;
using Province.People;
using Verifier.AllowList;

namespace LinkBench;

/// <summary>
/// Twenty people a second at a running gate while its list is replaced by a large one, fetched by gate-link from a static server
/// meanwhile. Outside the agent: from the write of a code's last byte into a serial line to the level on the relay's pin.
/// From the journal: under which versions each was judged.
/// </summary>
internal static class SwapBench
{
    private const double LimitMs = 50;
    private const int PerSecond = 20;
    private const long PeopleBefore = 100_000;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SwapWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan EdgeWithin = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string folder, string programs, long people, CancellationToken stop)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        await using (var stage = await SwapStage.OpenAsync(folder, programs, PeopleBefore, stop))
        {
            Tell($"gate ready with {PeopleBefore:N0} people; making a list of {people:N0}");
            var next = await Task.Run(() => stage.MakeNext(people), stop);
            var shown = new List<Shown>();
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var showing = ShowAsync(stage, shown, ending.Token);
            await Task.Delay(Calm, TimeProvider.System, stop);
            var publishedAt = Stopwatch.GetTimestamp();
            Tell("published; people go on passing");
            await Task.Run(() => stage.Publish(next), stop);
            await stage.UntilAsync(static status => status.PolicyVersion == 2, SwapWithin, stop);
            var countsAt = Stopwatch.GetTimestamp();
            await Task.Delay(Calm, TimeProvider.System, stop);
            await ending.CancelAsync();
            await showing;
            await Task.Delay(EdgeWithin, TimeProvider.System, stop);
            return Print(stage, shown, publishedAt, countsAt, people) ? 0 : 1;
        }
    }

    // Every passage shows another green person's own code, at the lanes in turn.
    private static async Task ShowAsync(SwapStage stage, List<Shown> shown, CancellationToken stop)
    {
        var (seed, number) = (new SeededBytes("swap"), 0);
        var population = new Population(seed, stage.Province.Authority.ListKey.Span);
        var began = Stopwatch.GetTimestamp();
        for (var person = 0L; !stop.IsCancellationRequested && person < PeopleBefore; person++)
        {
            if (population.ValueOf(person).Colour != Colour.Green) continue;
            var text = Code(stage, seed, population, person);
            var wait = TimeSpan.FromSeconds(number / (double)PerSecond) - Stopwatch.GetElapsedTime(began);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
            var lane = number++ % SwapStage.Lanes;
            shown.Add(new Shown(lane, Stopwatch.GetTimestamp()));
            stage.Scan(lane, text);
        }
    }

    private static string Code(SwapStage stage, SeededBytes seed, Population people, long person) => DomesticCodeWriter.Write(
        new CodeClaims
        {
            Issuer = Authority.HomeId,
            Subject = people.Subject(person),
            IssuedAt = stage.Options.Now - TimeSpan.FromHours(1),
            ExpiresAt = stage.Options.Now + TimeSpan.FromHours(12),
            Id = seed.Bytes($"swap:{person}", 8),
            Standing = ListValue.Of(Colour.Green),
        },
        stage.Province.Authority.Home);

    private static bool Print(SwapStage stage, List<Shown> shown, long publishedAt, long countsAt, long people)
    {
        var edges = stage.Scope.Edges.Where(static edge => edge.IsHigh).ToLookup(static edge => edge.Pin, static edge => edge.Nanoseconds);
        var (before, during, after, missed) = (new List<double>(), new List<double>(), new List<double>(), 0);
        foreach (var (lane, at) in shown)
        {
            var edge = edges[lane].Where(edge => edge >= at).DefaultIfEmpty(long.MaxValue).Min();
            var waited = edge == long.MaxValue ? EdgeWithin.TotalMilliseconds : (edge - at) / 1e6;
            if (waited >= 1_000.0 / PerSecond * SwapStage.Lanes) missed++;
            (at < publishedAt ? before : at < countsAt ? during : after).Add(waited);
        }

        var (sets, backwards) = Versions(stage.Journal);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{shown.Count:N0} people, {PerSecond} a second; a list of {people:N0} counted {(countsAt - publishedAt) / 1e9:0.0} s after it was published\n"));
        Console.WriteLine($"{"last byte to relay edge, ms",-34} {"n",6} {"p50",8} {"p99",8} {"max",8} {"limit",6} {"max/limit",9}");
        Line("before", before);
        Line("while it is fetched and swapped", during);
        Line("after", after);
        Console.WriteLine($"\nnot answered in time      {missed}");
        Console.WriteLine($"versions in the journal   {string.Join(", ", sets)} (policy.list.snapshot)");
        Console.WriteLine($"judged by an older set after a newer one at the same lane: {backwards}");
        return missed == 0 && backwards == 0 && sets is ["1.1.1", "2.1.2"] && during.Max() <= LimitMs;
    }

    private static void Line(string name, List<double> values)
    {
        values.Sort();
        if (values.Count == 0) return;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-34} {values.Count,6} {values[values.Count / 2],8:0.00} {values[values.Count * 99 / 100],8:0.00} {values[^1],8:0.00} {LimitMs,6} {values[^1] / LimitMs,9:0.00}"));
    }

    private static (List<string> Sets, int Backwards) Versions(string journal)
    {
        using var connection = new SqliteConnection($"Data Source={journal};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT lane, policy_version, list_epoch, snapshot_version FROM passage ORDER BY sequence";
        using var rows = select.ExecuteReader();
        var (sets, newest, backwards) = (new SortedSet<string>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal), 0);
        while (rows.Read())
        {
            var (lane, policy) = (rows.GetString(0), rows.GetInt32(1));
            sets.Add(string.Create(CultureInfo.InvariantCulture, $"{policy}.{rows.GetInt32(2)}.{rows.GetInt32(3)}"));
            if (newest.GetValueOrDefault(lane) > policy) backwards++;
            newest[lane] = Math.Max(newest.GetValueOrDefault(lane), policy);
        }

        return ([.. sets], backwards);
    }

    private static void Tell(string line) => Console.Error.WriteLine($"  {line}");

    private readonly record struct Shown(int Lane, long At);
}
