using System.Diagnostics;
using System.Globalization;
using GateLink;
using Province;
using Simulate;
using Verifier.AllowList;

namespace LinkBench;

/// <summary>
/// A day of many gates at one static server, one publication an hour, hours compressed: every request and byte is real, only the
/// waiting between polls is left out. Then the same gates come back after a week without a network.
/// </summary>
internal static class FleetBench
{
    private const double LimitKb = 230;
    private const int ChangesPerHour = 2_700;
    private const int PollsPerHour = 4;
    private const int AtOnce = 64;
    private const int WeekHours = 168;
    private const int ReturningMax = 1_000;
    private const int OnPaper = 100_000;

    // Half of the changes heal; the rest falls ill, one in five of them red.
    private static readonly ListValue[] Values =
    [
        .. Enumerable.Repeat(ListValue.Of(Colour.Green), 5), ListValue.Of(Colour.Red),
        .. Enumerable.Repeat(ListValue.Of(Colour.Yellow, YellowReason.Region), 4),
    ];

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    public static async Task<int> RunAsync(string folder, int gates, int hours, long people, CancellationToken stop)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        await using var server = await StaticServer.StartAsync(folder, stop);
        var began = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        var province = new ProvinceFolder(Path.Combine(folder, "province"), new ProvinceOptions { Seed = "fleet", People = people, Now = began });
        Tell($"making a list of {people:N0}");
        province.Make(1, static _ => { });
        server.Publish(province.RepositoryFolder);

        var (root, shared) = (await File.ReadAllBytesAsync(province.RootFile, stop), new SharedDocuments());
        var fleet = Enumerable.Range(0, gates).Select(number => new FleetGate(server.AddressFor(number), root, shared)).ToArray();
        var entries = province.OpenList().Index!.EntryCount;
        var dice = new Dice(20_261_124);
        await EachAsync(fleet, gate => gate.UpdateAsync(0, began.AddMinutes(1), stop), stop);
        await server.TakeServedAsync(stop);
        Tell($"{gates:N0} gates hold the first publication");

        var day = new Sum();
        for (var hour = 1; hour <= hours; hour++)
        {
            Publish(server, province, dice, entries, began.AddHours(hour));
            var beganAt = Stopwatch.GetTimestamp();
            await EachAsync(fleet, gate => HourAsync(gate, hour, began.AddHours(hour).AddMinutes(7), stop), stop);
            day.Add(await server.TakeServedAsync(stop), Stopwatch.GetElapsedTime(beganAt));
            Tell($"hour {hour}: {day.Requests / hour / (double)gates:0.0} requests a gate, {day.Rate:N0} requests a second");
        }

        var week = await ReturnAsync(server, province, dice, entries, fleet.AsMemory(0, Math.Min(gates, ReturningMax)), hours, began, stop);
        foreach (var gate in fleet) gate.Dispose();
        var isWithin = Print(day, week, gates, hours, people, Math.Min(gates, ReturningMax));
        Directory.Delete(folder, recursive: true);
        return isWithin ? 0 : 1;
    }

    private static void Publish(StaticServer server, ProvinceFolder province, Dice dice, long entries, DateTimeOffset asOf)
    {
        var ranks = new Dictionary<int, ListValue>();
        while (ranks.Count < ChangesPerHour) ranks[(int)dice.Below(entries)] = Values[dice.Below(Values.Length)];
        province.PublishChanges(ListChanges.Of(ranks, [], []), asOf);
        server.Publish(province.RepositoryFolder);
    }

    // Three polls that find nothing, and one that does.
    private static async Task HourAsync(FleetGate gate, int hour, DateTimeOffset now, CancellationToken stop)
    {
        await gate.PollAsync(stop);
        await gate.UpdateAsync(hour, now, stop);
        for (var poll = 1; poll < PollsPerHour; poll++) await gate.PollAsync(stop);
    }

    private static async Task<Sum> ReturnAsync(
        StaticServer server, ProvinceFolder province, Dice dice, long entries, ReadOnlyMemory<FleetGate> gates, int hours, DateTimeOffset began, CancellationToken stop)
    {
        Tell("a week without a network");
        for (var hour = hours + 1; hour <= WeekHours; hour++) Publish(server, province, dice, entries, began.AddHours(hour));
        await server.TakeServedAsync(stop);
        var beganAt = Stopwatch.GetTimestamp();

        // The rungs of a week ago begin where whole days do: a gate overlaps by up to a day.
        await EachAsync(gates.ToArray(), gate => gate.UpdateFromAsync(0, WeekHours, began.AddHours(WeekHours).AddMinutes(7), stop), stop);
        var sum = new Sum();
        sum.Add(await server.TakeServedAsync(stop), Stopwatch.GetElapsedTime(beganAt));
        return sum;
    }

    private static Task EachAsync(IReadOnlyList<FleetGate> fleet, Func<FleetGate, Task> act, CancellationToken stop) => Parallel.ForEachAsync(
        fleet, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (gate, _) => await act(gate));

    // Each gate waits what gate-link waits after so many failures; the fullest second counts.
    private static int PeakOf(int gates)
    {
        const int ManyFailures = 20;
        var seconds = new int[(int)Interval.TotalSeconds + 1];
        for (var gate = 0; gate < gates; gate++) seconds[(int)Backoff.After(ManyFailures, TimeSpan.FromSeconds(30), Interval).TotalSeconds]++;
        return seconds.Max();
    }

    private static bool Print(Sum day, Sum week, int gates, int hours, long people, int returned)
    {
        double PerDay(long bytes) => bytes / (double)gates / hours * 24 / 1_000;
        var bodies = PerDay(day.Body);
        var all = PerDay(day.Sent + day.Received);
        var requests = day.Requests / (double)gates / hours;
        var paper = ChangesPerHour * Math.Max(0, Math.Log2(65_000_000.0 / people)) / 8 * 24 / 1_000;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {gates:N0} gates, {hours} publications of {ChangesPerHour:N0} changes over {people:N0} people, {PollsPerHour} polls an hour

            bytes a gate and day, bodies                     {bodies,9:0.0} kB   limit {LimitKb} kB, {bodies / LimitKb:0.00} of it
            bytes a gate and day, with all heads             {all,9:0.0} kB   limit {LimitKb} kB, {all / LimitKb:0.00} of it
              on paper, 65,000,000 people: more by           {paper,9:0.0} kB
            requests a gate and hour                         {requests,9:0.0}
            needed on average, 10,000 gates                  {requests * 10_000 / 3_600,9:0.0} a second
            needed on average, {OnPaper:N0} gates, on paper     {requests * OnPaper / 3_600,9:0.0} a second
            sustained here, gates and server on one machine  {day.Rate,9:0} a second
            after a week, bytes a gate                       {(week.Sent + week.Received) / (double)returned / 1_000,9:0.0} kB in {week.Requests / (double)returned:0.0} requests
            fullest second of the return, 10,000 gates       {PeakOf(10_000),9} gates, {PeakOf(10_000) * week.Requests / (double)returned:0} requests
            fullest second of the return, {OnPaper:N0} gates    {PeakOf(OnPaper),9} gates, {PeakOf(OnPaper) * week.Requests / (double)returned:0} requests, {PeakOf(OnPaper) * (week.Sent / (double)returned) / 1e6:0.0} MB
            """));
        return bodies <= LimitKb;
    }

    private static void Tell(string line) => Console.Error.WriteLine($"  {line}");

    private sealed class Sum
    {
        private TimeSpan took;

        public long Requests { get; private set; }

        public long Body { get; private set; }

        public long Sent { get; private set; }

        public long Received { get; private set; }

        public double Rate => Requests / took.TotalSeconds;

        public void Add(IReadOnlyList<Served> served, TimeSpan time)
        {
            took += time;
            Requests += served.Count;
            foreach (var one in served)
            {
                Body += one.Body;
                Sent += one.Sent;
                Received += one.Received;
            }
        }
    }
}
