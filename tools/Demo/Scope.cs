using System.Globalization;

namespace Demo;

/// <summary>One change of level on one pin.</summary>
/// <param name="Nanoseconds">CLOCK_MONOTONIC.</param>
/// <param name="Pin">The pin.</param>
/// <param name="IsHigh">The level after the change.</param>
internal readonly record struct Edge(long Nanoseconds, int Pin, bool IsHigh);

/// <summary>
/// The oscilloscope: reads the levels that the simulated chip wrote down, which is all an outsider can see of a gate.
/// It knows nothing of the agent's own account.
/// </summary>
internal sealed class Scope : IDisposable
{
    private readonly StreamReader reader;
    private readonly List<Edge> edges = [];
    private string rest = string.Empty;

    /// <summary>Opens the file of edges.</summary>
    public Scope(string path) =>
        reader = new StreamReader(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));

    /// <summary>Everything seen so far.</summary>
    public IReadOnlyList<Edge> Edges
    {
        get
        {
            Read();
            return edges;
        }
    }

    /// <summary>The level of a pin now; low when it was never driven.</summary>
    public bool IsHigh(int pin) => Edges.LastOrDefault(edge => edge.Pin == pin).IsHigh;

    /// <summary>Complete pulses on a pin since a moment: high, then low. A line that rests high gives none.</summary>
    public int Pulses(int pin, long since)
    {
        var (count, wasHigh) = (0, false);
        foreach (var edge in Edges)
        {
            if (edge.Pin != pin || edge.Nanoseconds < since) continue;
            if (wasHigh && !edge.IsHigh) count++;
            wasHigh = edge.IsHigh;
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private void Read()
    {
        rest += reader.ReadToEnd();
        var end = rest.LastIndexOf('\n') + 1;
        foreach (var line in rest[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ');
            edges.Add(new Edge(
                long.Parse(fields[0], CultureInfo.InvariantCulture),
                int.Parse(fields[1], CultureInfo.InvariantCulture),
                fields[2] == "1"));
        }

        rest = rest[end..];
    }
}
