namespace GateAgent.Configuration;

/// <summary>
/// The pins that a lane cannot have because of what is written. Each puts its own lane out of order and no other. A pin that two
/// lanes name is neither's: who wired it is not known here, and the one that kept it would drive, or hear, what belongs to the
/// other. docs/decisions/0012 says more.
/// </summary>
internal static class PinCheck
{
    /// <summary>Greatest number of a pin.</summary>
    public const int PinMax = 63;

    /// <summary>Every such pin, in the order of the file.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="deviceOf">The device behind a chip's name: two names of one chip are one chip.</param>
    public static IEnumerable<ConfigFault> Check(AgentConfig config, Func<string, string> deviceOf) =>
        Find(config, deviceOf).Select(static found => found.Fault);

    /// <summary>The places below a lane whose pins it cannot have, with why.</summary>
    public static IReadOnlyDictionary<string, string> Denied(AgentConfig config, LaneConfig lane, Func<string, string> deviceOf) =>
        Find(config, deviceOf).Where(found => ReferenceEquals(found.Line.Lane, lane))
            .ToDictionary(static found => found.Line.Place, static found => found.Fault.ToString(), StringComparer.Ordinal);

    private static IEnumerable<(PlacedLine Line, ConfigFault Fault)> Find(AgentConfig config, Func<string, string> deviceOf)
    {
        var lines = (config.Lanes ?? []).SelectMany((lane, index) => Lines(config, lane, index, deviceOf)).ToList();
        var users = lines.ToLookup(static line => (line.Device, line.Pin));
        foreach (var line in lines)
        {
            if (line.Pin is < 0 or > PinMax)
                yield return (line, line.Fault(line.Pin < 0 ? "no pin" : $"{line.Pin}", $"Write 0 to {PinMax}"));
            else if (users[(line.Device, line.Pin)].Where(other => other != line).Select(static other => other.Path).ToList() is { Count: > 0 } others)
                yield return (line, line.Fault($"pin {line.Pin} is {string.Join(", ", others)} already", "Use each pin once"));
        }
    }

    private static IEnumerable<PlacedLine> Lines(AgentConfig config, LaneConfig lane, int index, Func<string, string> deviceOf)
    {
        var device = deviceOf(config.ChipOf(lane) ?? string.Empty);
        return lane.Lines().Select(line => new PlacedLine(lane, line.Place, $"lanes[{index}].{line.Place}", device, line.Line.Pin));
    }

    private sealed record PlacedLine(LaneConfig Lane, string Place, string Path, string Device, int Pin)
    {
        public ConfigFault Fault(string found, string remedy) => new($"{Path}.pin", found, remedy) { Lane = Lane.Name ?? string.Empty };
    }
}
