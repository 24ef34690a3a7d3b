namespace GateAgent.Configuration;

/// <summary>
/// The displays and PWM channels that more than one lane names. They are nobody's, as with a pin: what is shown or sounded for a
/// person at one lane would tell another at the next. The lanes are served without them.
/// </summary>
internal static class PartCheck
{
    private const string Display = "display";
    private const string BuzzerPwm = "buzzerPwm";

    /// <summary>Every such display and channel, in the order of the file.</summary>
    public static IEnumerable<ConfigFault> Check(AgentConfig config) => Find(config).Select(static found => found.Fault);

    /// <summary>A lane without what it cannot have.</summary>
    /// <param name="config">The configuration it stands in.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="display">Why it has no display; null where it has the one that it names.</param>
    /// <param name="buzzer">Why it has no PWM channel, in the same way.</param>
    public static LaneConfig Without(AgentConfig config, LaneConfig lane, out string? display, out string? buzzer)
    {
        (display, buzzer) = (null, null);
        foreach (var (_, fault) in Find(config).Where(found => ReferenceEquals(found.Lane, lane)))
        {
            if (fault.Path.EndsWith(Display, StringComparison.Ordinal)) display = fault.ToString();
            else buzzer = fault.ToString();
        }

        return lane with { Display = display is null ? lane.Display : null, BuzzerPwm = buzzer is null ? lane.BuzzerPwm : null };
    }

    private static IEnumerable<(LaneConfig Lane, ConfigFault Fault)> Find(AgentConfig config)
    {
        var parts = (config.Lanes ?? []).SelectMany(static (lane, index) => Parts(lane, index)).ToList();
        var users = parts.ToLookup(static part => part.Device);
        foreach (var part in parts)
        {
            var others = users[part.Device].Where(other => other != part).Select(static other => other.Path).ToList();
            if (others.Count == 0) continue;
            var found = $"{part.Device} is {string.Join(", ", others)} already";
            yield return (part.Lane, new ConfigFault(part.Path, found, "Name each once: none of these lanes has it") { Lane = part.Lane.Name ?? string.Empty });
        }
    }

    private static IEnumerable<(LaneConfig Lane, string Path, string Device)> Parts(LaneConfig lane, int index)
    {
        if (lane.BuzzerPwm is { } pwm) yield return (lane, $"lanes[{index}].{BuzzerPwm}", $"channel {pwm.Channel} of chip {pwm.Chip}");
        if (lane.Display is { Kind: "lcd" } lcd) yield return (lane, $"lanes[{index}].{Display}", $"address {lcd.Address} of bus {lcd.Bus}");
        if (lane.Display is { Kind: "serial", Path: { Length: > 0 } path }) yield return (lane, $"lanes[{index}].{Display}", FileOf(path));
    }

    // Two links to one device are one device. What is not there is what it is called.
    private static string FileOf(string path)
    {
        var file = path;
        try
        {
            file = Path.GetFullPath(path);
            return File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return file;
        }
    }
}
