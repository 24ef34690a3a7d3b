using System.Collections.Concurrent;
using System.Globalization;
using GateAgent.Documents;
using GateLink;
using GateLink.Fetch;
using Simulate;

namespace LinkBench;

/// <summary>
/// Gates that come back together after a long outage, in real time. Until then both of a gate's loops have tried in vain: the
/// agent's, and gate-link's, each after the random waits of its own code. Whichever tries first after the outage brings the
/// news, and the gate goes on at its ordinary pace; an attempt in vain is made again as the agent does.
/// </summary>
internal sealed class Comeback(ulong seed)
{
    private const int ManyFailures = 20;
    private static readonly TimeSpan LookFirst = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Settled = TimeSpan.FromHours(4);
    private readonly Dice dice = new(seed);
    private readonly DocumentPace pace = new();
    private int inVain;

    /// <summary>Attempts that failed, since server, gates and all else on the machine had too much to do.</summary>
    public int InVain => inVain;

    /// <summary>Lets every gate come back. When that began, and when each gate had everything, in seconds since then.</summary>
    public async Task<(DateTimeOffset BeganAt, IReadOnlyList<double> Ends)> RunAsync(
        IReadOnlyList<FleetGate> fleet, Func<FleetGate, Task> update, Func<FleetGate, Task> poll, CancellationToken stop)
    {
        var beganAt = TimeProvider.System.GetUtcNow();
        var ends = new ConcurrentBag<double>();
        await Task.WhenAll(fleet.Select(gate => (Gate: gate, Waits: Waits())).ToList().Select(one => BackAsync(one.Gate, one.Waits)));
        return (beganAt, [.. ends]);

        async Task BackAsync(FleetGate gate, (TimeSpan Agent, TimeSpan Link) waits)
        {
            await UntilAsync(waits.Agent < waits.Link ? waits.Agent : waits.Link);
            var isDone = await TryAsync(waits.Agent < waits.Link ? update : poll, gate);
            for (var failures = 1; !isDone; failures++)
            {
                await Task.Delay(pace.AfterFailure(failures) + pace.Gap, TimeProvider.System, stop);
                isDone = await TryAsync(update, gate);
            }

            ends.Add(Elapsed().TotalSeconds);
            if (waits.Agent >= waits.Link) return;
            await UntilAsync(waits.Link);
            await TryAsync(poll, gate);
        }

        Task UntilAsync(TimeSpan moment) => Task.Delay(moment > Elapsed() ? moment - Elapsed() : TimeSpan.Zero, TimeProvider.System, stop);

        TimeSpan Elapsed() => TimeProvider.System.GetUtcNow() - beganAt;
    }

    private async Task<bool> TryAsync(Func<FleetGate, Task> act, FleetGate gate)
    {
        try
        {
            await act(gate);
            return true;
        }
        catch (Exception failed) when (failed is FetchException or IOException)
        {
            Interlocked.Increment(ref inVain);
            return false;
        }
    }

    /// <summary>What the server saw, second by second, and what it would be for more gates.</summary>
    public void Print(IReadOnlyList<Served> served, DateTimeOffset beganAt, IReadOnlyList<double> ends, Traffic traffic, int onPaper)
    {
        var start = beganAt.ToUnixTimeMilliseconds() / 1_000.0;
        var seconds = served.GroupBy(one => (int)Math.Floor(one.At - start)).ToDictionary(static group => group.Key, static group => (Requests: group.Count(), Bytes: group.Sum(static one => one.Sent)));
        var back = ends.GroupBy(static end => (int)Math.Floor(end)).ToDictionary(static group => group.Key, static group => group.Count());
        var last = seconds.Keys.Max();
        var (gates, perGate, bytesPerGate) = (ends.Count, traffic.Requests / (double)ends.Count, traffic.Sent / (double)ends.Count);
        var drawn = PeakOf(onPaper);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            back after a week: gates                         {gates,9:N0}   the last after {ends.Max():0} s, half of them after {ends.Order().ElementAt(gates / 2):0} s
            attempts in vain, made again                     {InVain,9:N0}
            requests a second, as the server logged them     {served.Count / (double)(last + 1),9:0.0}   on average of {last + 1} s
              in the fullest second                          {seconds.Values.Max(static second => second.Requests),9}
            MB in the fullest second                         {seconds.Values.Max(static second => second.Bytes) / 1e6,9:0.0}
            gates that had everything, in the fullest second {back.Values.Max(),9}
            drawn for as many gates: the fullest second      {PeakOf(gates),9} gates
            drawn for {onPaper:N0} gates: the fullest second   {drawn,9} gates, {drawn * perGate:N0} requests, {drawn * bytesPerGate / 1e6:0} MB

            """));
    }

    // How many gates begin in the fullest second.
    private static int PeakOf(int gates)
    {
        var (draw, seconds) = (new Comeback(11), new int[(int)Interval.TotalSeconds + 1]);
        for (var gate = 0; gate < gates; gate++)
        {
            var (agent, link) = draw.Waits();
            seconds[(int)Math.Min(agent.TotalSeconds, link.TotalSeconds)]++;
        }

        return seconds.Max();
    }

    private (TimeSpan Agent, TimeSpan Link) Waits()
    {
        return (Left(() => pace.AfterFailure(ManyFailures) + pace.Gap), Left(static () => Backoff.After(ManyFailures, LookFirst, Interval)));
    }

    // What is left of the wait during which the network comes back: a long one is likelier to be hit than a short one.
    private TimeSpan Left(Func<TimeSpan> next)
    {
        var at = -Settled - dice.Between(TimeSpan.Zero, Interval);
        while (at < TimeSpan.Zero) at += next();
        return at;
    }
}
