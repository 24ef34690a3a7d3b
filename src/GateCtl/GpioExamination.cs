using System.Text.Json;
using GateAgent.Actuation;

namespace GateCtl;

/// <summary>
/// The doctor's looks at chips and pins: what would put a lane out of order when the agent starts. Chips are looked for only on
/// the machine that runs: a card that is looked at with --root has none.
/// </summary>
internal static class GpioExamination
{
    private const string Simulated = "simulated";
    private const int PinMax = 63;
    private static readonly string[] Outputs = ["relay", "permit", "green", "amber", "red", "buzzer"];

    /// <summary>Each chip that is named, and each lane with a pin that it cannot have.</summary>
    public static IEnumerable<Finding> Of(string root, JsonElement? config)
    {
        IReadOnlyList<string> closed = [];
        var isRunning = Path.GetFullPath(root) == "/";
        var devices = isRunning ? GpioDevice.All("/dev", out closed) : null;
        var lines = Lines(config).ToList();
        string?[] named = [ChipOf(config, null), .. lines.Select(static line => line.Chip)];
        var chips = named.OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (chips.Count == 0) yield return new Finding("GPIO chip", IsWell: false, "none is named", "Write gpio.chip into agent.json, or chip into each lane");
        foreach (var chip in chips) yield return Chip(chip, devices, closed);
        foreach (var finding in Pins(lines, devices ?? [])) yield return finding;
    }

    private static Finding Chip(string name, IReadOnlyList<GpioDevice>? devices, IReadOnlyList<string> closed)
    {
        const string Subject = "GPIO chip";
        if (name == Simulated) return new Finding(Subject, IsWell: false, "simulated: it opens nothing", "Write the label of the board's chip: gpiodetect tells it");
        if (devices is null) return new Finding(Subject, IsWell: true, $"{name}; whether it is there is told on the machine itself", string.Empty);
        var found = devices.Where(device => device.IsCalled(name)).ToList();
        if (found is [var chip]) return new Finding(Subject, IsWell: true, $"{name}: {chip.Name}, {chip.Lines} lines", string.Empty);
        if (closed.Count > 0) return new Finding(Subject, IsWell: false, $"{name}: {string.Join(", ", closed)} may not be opened", "Run as root, or as the user gate-agent");
        var present = devices.Count == 0 ? "none" : string.Join(", ", devices.Select(static one => $"{one.Name} ({one.Label})"));
        return new Finding(Subject, IsWell: false, $"{found.Count} are called {name}; here: {present}", "Plug it in, or write one of them: its lanes are out of order");
    }

    private static IEnumerable<Finding> Pins(List<WiredLine> lines, IReadOnlyList<GpioDevice> devices)
    {
        var users = lines.ToLookup(line => (DeviceOf(line.Chip, devices), line.Pin));
        var wrong = new List<(string Lane, string Fault)>();
        foreach (var line in lines)
        {
            if (line.Pin is < 0 or > PinMax)
            {
                wrong.Add((line.Lane, $"{line.Path}: no pin from 0 to {PinMax}"));
                continue;
            }

            var others = users[(DeviceOf(line.Chip, devices), line.Pin)].Where(other => other != line).Select(static other => other.Path).ToList();
            if (others.Count > 0) wrong.Add((line.Lane, $"{line.Path}: pin {line.Pin} is {string.Join(", ", others)} already"));
            else if (devices.FirstOrDefault(device => device.IsCalled(line.Chip ?? string.Empty)) is { } chip && line.Pin >= chip.Lines)
                wrong.Add((line.Lane, $"{line.Path}: {line.Chip} has no line {line.Pin}"));
        }

        if (wrong.Count == 0 && lines.Count > 0) yield return new Finding("pins", IsWell: true, $"{lines.Count}, each used once", string.Empty);
        foreach (var lane in wrong.GroupBy(static one => one.Lane, static one => one.Fault, StringComparer.Ordinal))
            yield return new Finding($"lane {lane.Key}", IsWell: false, string.Join("; ", lane), "Use each pin once, and only those the chip has: this lane is out of order, the others are served");
    }

    private static string DeviceOf(string? chip, IReadOnlyList<GpioDevice> devices) =>
        devices.Where(device => device.IsCalled(chip ?? string.Empty)).ToList() is [var one] ? one.Name : chip ?? string.Empty;

    private static string? ChipOf(JsonElement? config, JsonElement? lane)
    {
        if (lane is { } one && Text(one, "chip") is { } own) return own;
        return config is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("gpio", out var gpio) ? Text(gpio, "chip") : null;
    }

    private static IEnumerable<WiredLine> Lines(JsonElement? config)
    {
        if (config is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("lanes", out var lanes) || lanes.ValueKind != JsonValueKind.Array) yield break;
        foreach (var (index, lane) in lanes.EnumerateArray().Index())
        {
            if (lane.ValueKind != JsonValueKind.Object) continue;
            var name = Text(lane, "name") ?? string.Empty;
            var inputs = lane.TryGetProperty("inputs", out var wired) && wired.ValueKind == JsonValueKind.Object ? wired.EnumerateObject().Select(static one => ($"inputs.{one.Name}", one.Value)) : [];
            var outputs = lane.EnumerateObject().Where(static one => Outputs.Contains(one.Name)).Select(static one => (one.Name, one.Value));
            foreach (var (place, line) in inputs.Concat(outputs))
            {
                if (line.ValueKind == JsonValueKind.Object) yield return new WiredLine(name, ChipOf(config, lane), $"lanes[{index}].{place}", PinOf(line));
            }
        }
    }

    private static int PinOf(JsonElement line) =>
        line.TryGetProperty("pin", out var pin) && pin.ValueKind == JsonValueKind.Number && pin.TryGetInt32(out var number) ? number : -1;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record WiredLine(string Lane, string? Chip, string Path, int Pin);
}
