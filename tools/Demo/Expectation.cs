using System.Globalization;

namespace Demo;

/// <summary>One line of expectations.tsv: what must happen when a role comes.</summary>
internal sealed record Expectation(
    string Role, string Lane, string ShownTo, string Signal, int Reason, string Lamps, int RelayPulses, int Records)
{
    private const int Columns = 8;

    /// <summary>Reads the hand-written file.</summary>
    /// <exception cref="InvalidDataException">A line has another shape.</exception>
    public static IReadOnlyList<Expectation> Read(string path)
    {
        var lines = new List<Expectation>();
        foreach (var text in File.ReadLines(path))
        {
            if (text.Length == 0 || text[0] == '#') continue;
            var row = text.Split('\t');
            if (row.Length != Columns) throw new InvalidDataException($"{path}: '{text}' has {row.Length} columns of {Columns}.");
            lines.Add(new Expectation(row[0], row[1], row[2], row[3], Number(row[4]), row[5], Number(row[6]), Number(row[7])));
        }

        return lines;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>What was seen when a role came, by the agent's account and by the oscilloscope.</summary>
internal sealed record Observation(string Signal, int Reason, string Lamps, int RelayPulses, int Records, long Microseconds, string Reference)
{
    /// <summary>True when everything is as expected.</summary>
    public bool Fits(Expectation expected) =>
        Signal == expected.Signal && Reason == expected.Reason && Lamps == expected.Lamps
        && RelayPulses == expected.RelayPulses && Records == expected.Records;
}
