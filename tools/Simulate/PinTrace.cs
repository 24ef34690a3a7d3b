using System.Globalization;
using GateAgent.Lanes;

namespace Simulate;

/// <summary>A stretch of time on one pin, in nanoseconds.</summary>
internal readonly record struct Stretch(long From, long To);

/// <summary>
/// What a probe on the pins of one lane saw, from the first life of the gate to the last. A power cut is seen too: an output
/// that is at rest is claimed at rest once more.
/// </summary>
internal sealed class PinTrace
{
    // Debounced for 5 ms, looked at every 2 ms from an edge on.
    private const long SettleTime = 6_000_000;
    private const long LongAgo = long.MinValue / 2;
    private readonly bool[] levels = new bool[Gate.PinsOfALane];
    private readonly long[] since = new long[Gate.PinsOfALane];
    private bool hasLived;

    /// <summary>Each change of the relay, as it was driven or fell.</summary>
    public List<(long At, bool IsDriven)> Relay { get; } = [];

    /// <summary>While the permit contact was closed.</summary>
    public List<Stretch> Permits { get; } = [];

    /// <summary>When the passage sensor saw someone.</summary>
    public List<long> Passages { get; } = [];

    /// <summary>When the exit button was pressed.</summary>
    public List<long> Exits { get; } = [];

    /// <summary>While the fire input was active.</summary>
    public List<Stretch> Fires { get; } = [];

    /// <summary>When power came back.</summary>
    public List<long> Lives { get; } = [];

    /// <summary>Reads the edges of every lane.</summary>
    public static PinTrace[] Read(string path, int lanes)
    {
        var traces = Enumerable.Range(0, lanes).Select(static _ => new PinTrace()).ToArray();
        var last = 0L;
        foreach (var line in File.ReadLines(path))
        {
            var text = line.AsSpan();
            var first = text.IndexOf(' ');
            var second = first + 1 + text[(first + 1)..].IndexOf(' ');
            last = long.Parse(text[..first], CultureInfo.InvariantCulture);
            var pin = int.Parse(text[(first + 1)..second], CultureInfo.InvariantCulture);
            traces[pin / Gate.PinsOfALane].Take(last, pin % Gate.PinsOfALane, text[second + 1] == '1');
        }

        foreach (var trace in traces) trace.Close(last);
        return traces;
    }

    private void Take(long at, int pin, bool isHigh)
    {
        if (pin == Gate.RelayAt && !isHigh && !levels[pin]) Begin(at);
        if (pin == Gate.RelayAt) Relay.Add((at, isHigh));
        if (levels[pin] == isHigh) return;
        levels[pin] = isHigh;
        if (!isHigh) End(pin, at);
        else if (pin == Gate.PinAt(LaneInputs.Passage)) AddPassage(at);
        else if (pin == Gate.PinAt(LaneInputs.ExitRequest)) Exits.Add(at);
        since[pin] = at;
    }

    // Two who pass so close behind each other that the sensor hardly falls between them are one to any debounced input.
    private void AddPassage(long at)
    {
        if (at - since[Gate.PinAt(LaneInputs.Passage)] >= SettleTime) Passages.Add(at);
    }

    // A pulse that is over before any debounced input has seen it.
    private void DropShort(long at)
    {
        if (Passages is [.., var last] && at - last < SettleTime) Passages.RemoveAt(Passages.Count - 1);
    }

    // Inputs that were active at the cut begin anew with the next life.
    private void Begin(long at)
    {
        if (hasLived)
        {
            Lives.Add(at);
            Close(at);
        }

        hasLived = true;
        Array.Fill(since, LongAgo);
    }

    private void Close(long at)
    {
        for (var pin = 0; pin < levels.Length; pin++)
        {
            if (!levels[pin]) continue;
            levels[pin] = false;
            End(pin, at);
        }
    }

    private void End(int pin, long at)
    {
        if (pin == Gate.PermitAt) Permits.Add(new Stretch(since[pin], at));
        else if (pin == Gate.PinAt(LaneInputs.Passage)) DropShort(at);
        else if (pin == Gate.PinAt(LaneInputs.Fire)) Fires.Add(new Stretch(since[pin], at));
    }
}
