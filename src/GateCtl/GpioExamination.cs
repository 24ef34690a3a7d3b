using GateAgent.Actuation;
using GateAgent.Configuration;

namespace GateCtl;

/// <summary>
/// The doctor's looks at chips and at what hangs on them. Chips are looked for only on the machine that runs: a card that is
/// looked at with --root has none.
/// </summary>
internal sealed class GpioExamination
{
    private const string Simulated = "simulated";
    private readonly IReadOnlyList<GpioDevice>? devices;
    private readonly IReadOnlyList<string> closed = [];

    /// <summary>Looks for the chips.</summary>
    /// <param name="root">The system's root.</param>
    public GpioExamination(string root)
    {
        if (Path.GetFullPath(root) == "/") devices = GpioDevice.All("/dev", out closed);
    }

    /// <summary>The device behind a chip's name; the name where there is none, or more than one.</summary>
    public string DeviceOf(string chip) => devices?.Where(device => device.IsCalled(chip)).ToList() is [var one] ? one.Name : chip;

    /// <summary>Each chip that is named, and each lane of which a part cannot be its own.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="faults">What is wrong with it.</param>
    public IEnumerable<Finding> Of(AgentConfig config, IReadOnlyList<ConfigFault> faults)
    {
        var lanes = config.Lanes ?? [];
        string?[] named = [config.Gpio?.Chip, .. lanes.Select(static lane => lane.Chip)];
        foreach (var chip in named.OfType<string>().Distinct(StringComparer.Ordinal)) yield return Chip(chip);
        var wrong = faults.Where(static fault => fault.Lane is not null).Concat(lanes.SelectMany((lane, index) => Beyond(config, lane, index))).ToList();
        if (wrong.Count == 0 && lanes.Count > 0) yield return new Finding("pins", IsWell: true, $"{lanes.Sum(static lane => lane.Lines().Count())}, each used once", string.Empty);
        foreach (var lane in wrong.GroupBy(static fault => fault.Lane, StringComparer.Ordinal))
        {
            var found = string.Join("; ", lane.Select(static fault => $"{fault.Path}: {fault.Found}"));
            yield return new Finding($"lane {lane.Key}", IsWell: false, found, string.Join("; ", lane.Select(static fault => fault.Remedy).Distinct(StringComparer.Ordinal)));
        }
    }

    private Finding Chip(string name)
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

    // Pins that the file may name and this chip does not have.
    private IEnumerable<ConfigFault> Beyond(AgentConfig config, LaneConfig lane, int index)
    {
        var name = config.ChipOf(lane) ?? string.Empty;
        if (devices?.Where(device => device.IsCalled(name)).ToList() is not [var chip]) yield break;
        foreach (var (place, line) in lane.Lines())
        {
            if (line.Pin >= chip.Lines && line.Pin <= PinCheck.PinMax)
                yield return new ConfigFault($"lanes[{index}].{place}.pin", $"{name} has no line {line.Pin}", $"Write 0 to {chip.Lines - 1}") { Lane = lane.Name ?? string.Empty };
        }
    }
}
