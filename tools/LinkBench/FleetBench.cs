using System.Diagnostics;
using System.Globalization;
using Province;
using Province.Documents;
using Simulate;
using Verifier.AllowList;

namespace LinkBench;

/// <summary>
/// A day of many gates at one static server, one publication an hour, hours compressed: every request and byte is real, only the
/// waiting between polls is left out. Every hour costs the same, so a few stand for a day; after them a hundredth of the sites
/// change, as once a day. Then the same gates come back after a week without a network, in its real time.
/// </summary>
internal sealed class FleetBench : IAsyncDisposable
{
    private const double LimitKb = 230;
    private const int ChangesPerHour = 2_700;
    private const int PollsPerHour = 4;
    private const int AtOnce = 64;
    private const int WeekHours = 168;
    private const int SitesPart = 100;
    private const int OnPaper = 100_000;

    // Half of the changes heal; the rest falls ill, one in five of them red.
    private static readonly ListValue[] Values =
    [
        .. Enumerable.Repeat(ListValue.Of(Colour.Green), 5), ListValue.Of(Colour.Red),
        .. Enumerable.Repeat(ListValue.Of(Colour.Yellow, YellowReason.Region), 4),
    ];

    private static readonly DateTimeOffset Began = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
    private readonly Dice dice = new(20_261_124);
    private readonly FleetOptions options;
    private readonly StaticServer server;
    private readonly ProvinceFolder province;
    private readonly string[] names;
    private readonly FleetGate[] fleet;
    private int hour;

    private FleetBench(FleetOptions options, StaticServer server)
    {
        this.options = options;
        this.server = server;
        names = [.. Enumerable.Range(0, options.Gates).Select(static number => string.Create(CultureInfo.InvariantCulture, $"gate-{number:00000}"))];
        province = new ProvinceFolder(Path.Combine(options.Folder, "province"), new ProvinceOptions
        {
            Seed = "fleet",
            People = options.People,
            Now = Began,
            OtherGates = names,
            Lanes = [new LaneEntry("lane-1", "turnstile", "metro"), new LaneEntry("lane-2", "turnstile", "metro")],
            Crowd = () => SpreadCrowd.Of(options.People),
        });
        Tell($"making a list of {options.People:N0} and {options.Gates:N0} gates");
        province.Make(1, static _ => { });
        server.Publish(province.RepositoryFolder, Began);
        var (root, shared) = (File.ReadAllBytes(province.RootFile), new SharedDocuments());
        fleet = [.. names.Select((name, number) => new FleetGate(name, server.AddressFor(number), root, shared))];
    }

    private DateTimeOffset Now => Began.AddHours(hour);

    public static async Task<int> RunAsync(FleetOptions options, CancellationToken stop)
    {
        if (Directory.Exists(options.Folder)) Directory.Delete(options.Folder, recursive: true);
        Directory.CreateDirectory(options.Folder);
        await using var nginx = await StaticServer.StartAsync(options.Folder, options.Server, stop);
        await using var bench = new FleetBench(options, nginx);
        var isWithin = await bench.MeasureAsync(stop);
        Directory.Delete(options.Folder, recursive: true);
        return isWithin ? 0 : 1;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var gate in fleet) gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> MeasureAsync(CancellationToken stop)
    {
        var first = await TakenAsync(gate => gate.UpdateAsync(0, Began.AddMinutes(1), stop), stop);
        Tell($"{options.Gates:N0} gates hold the first publication");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {options.Gates:N0} gates, {options.Hours} publications of {ChangesPerHour:N0} changes over {options.People:N0} people, {PollsPerHour} polls an hour,
            nginx with {(options.Server is { } path ? Path.GetFileName(path) : "its defaults")}

            """));
        first.Print("a gate's first publication", options.Gates);
        var (hours, sites) = await DayAsync(stop);
        hours.Print("a gate and 24 hours like these", options.Gates * options.Hours / 24.0);
        sites.Print("once a day: a hundredth of the sites changed", options.Gates);
        var isWithin = PrintDay(hours, sites);
        if (options.HasReturn) await ReturnAsync(stop);
        return isWithin;
    }

    private async Task<(Traffic Hours, Traffic Sites)> DayAsync(CancellationToken stop)
    {
        var hours = new Traffic();
        for (var count = 1; count <= options.Hours; count++)
        {
            PublishHour();
            await TakenAsync(gate => PollsAsync(gate, PollsPerHour, 7, stop), stop, to: hours);
            Tell($"hour {count}: {hours.Requests / count / (double)options.Gates:0.0} requests a gate, {hours.Requests / hours.Took.TotalSeconds:N0} requests a second");
        }

        province.PublishGates(names.Take(options.Gates / SitesPart), [new LaneEntry("lane-1", "turnstile", "metro")], Now.AddMinutes(30));
        server.Publish(province.RepositoryFolder, Now.AddMinutes(30));
        return (hours, await TakenAsync(gate => PollsAsync(gate, 1, 37, stop), stop));
    }

    private async Task PollsAsync(FleetGate gate, int polls, int minute, CancellationToken stop)
    {
        for (var poll = 0; poll < polls; poll++) await gate.PollAsync(hour, Now.AddMinutes(minute), stop);
    }

    private void PublishHour()
    {
        hour++;
        var ranks = new Dictionary<int, ListValue>();
        while (ranks.Count < ChangesPerHour) ranks[(int)dice.Below(options.People)] = Values[dice.Below(Values.Length)];
        province.PublishChanges(ListChanges.Of(ranks, [], []), Now);
        server.Publish(province.RepositoryFolder, Now);
    }

    // What all gates together had from the server for one thing that they did.
    private async Task<Traffic> TakenAsync(Func<FleetGate, Task> act, CancellationToken stop, Traffic? to = null)
    {
        var (traffic, beganAt) = (to ?? new Traffic(), Stopwatch.GetTimestamp());
        await Parallel.ForEachAsync(
            fleet, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (gate, _) => await act(gate));
        var took = Stopwatch.GetElapsedTime(beganAt);
        traffic.Add(await server.TakeServedAsync(stop), took);
        return traffic;
    }

    private bool PrintDay(Traffic hours, Traffic sites)
    {
        var days = options.Gates * options.Hours / 24.0;
        var bodies = ((hours.Body / days) + (sites.Body / (double)options.Gates)) / 1_000;

        var all = ((hours.Bytes / days) + (sites.Bytes / (double)options.Gates)) / 1_000;
        var requests = ((hours.Requests / days) + (sites.Requests / (double)options.Gates)) / 24;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            bytes a gate and day, bodies                     {bodies,9:0.0} kB   limit {LimitKb} kB, {bodies / LimitKb:0.00} of it
            bytes a gate and day, with all heads             {all,9:0.0} kB   limit {LimitKb} kB, {all / LimitKb:0.00} of it
            requests a gate and hour                         {requests,9:0.0}
            needed on average, 10,000 gates                  {requests * 10_000 / 3_600,9:0.0} a second
            needed on average, {OnPaper:N0} gates, on paper     {requests * OnPaper / 3_600,9:0.0} a second
            sustained here, gates and server on one machine  {hours.Requests / hours.Took.TotalSeconds,9:0} a second

            """));
        return all <= LimitKb;
    }

    private async Task ReturnAsync(CancellationToken stop)
    {
        Tell("a week without a network");
        for (var count = 0; count < WeekHours; count++) PublishHour();
        await server.TakeServedAsync(stop);
        Tell("the network is back");
        var comeback = new Comeback(seed: 7);
        var (beganAt, ends) = await comeback.RunAsync(fleet, gate => gate.UpdateAsync(hour, Now.AddMinutes(7), stop), gate => gate.PollAsync(hour, Now.AddMinutes(7), stop), stop);
        var served = await server.TakeServedAsync(stop);
        var traffic = new Traffic();
        traffic.Add(served);
        traffic.Print("a gate that was away for a week", options.Gates);
        comeback.Print(served, beganAt, ends, traffic, OnPaper);
    }

    private static void Tell(string line) => Console.Error.WriteLine($"  {line}");
}
