using System.Text.Json.Serialization;
using CardReader;
using GateAgent.Lanes;

namespace GateAgent.Configuration;

/// <summary>agent.json: where things are and which pins they hang on. It has no word for venues, rules or kinds of lane:
/// those come only from the province's signed documents. docs/operating.md describes each member.</summary>
internal sealed record AgentConfig
{
    /// <summary>The agent's own folder: device key, documents, journal.</summary>
    public string? StateFolder { get; init; }

    /// <summary>The folder that holds the province's repository; absent where gate-link brings it.</summary>
    public string? RepositoryFolder { get; init; }

    /// <summary>The socket on which gate-link answers; absent where the repository lies in a folder.</summary>
    public string? LinkSocket { get; init; }

    /// <summary>The control socket.</summary>
    public string? ControlSocket { get; init; }

    /// <summary>A file for masked captures of what readers saw; absent for none.</summary>
    public string? CaptureFile { get; init; }

    /// <summary>Where the board keeps a version floor; absent for memory beside the control socket.</summary>
    public BoardConfig? Floor { get; init; }

    /// <summary>The GPIO chip of every lane that names none.</summary>
    public GpioConfig? Gpio { get; init; }

    /// <summary>The readers, 1 to 32.</summary>
    public IReadOnlyList<ReaderEntry>? Readers { get; init; }

    /// <summary>The lanes, 1 to 16.</summary>
    public IReadOnlyList<LaneConfig>? Lanes { get; init; }

    /// <summary>The name of the chip that a lane's lines are on; null where neither lane nor agent names one.</summary>
    public string? ChipOf(LaneConfig lane) => lane.Chip ?? Gpio?.Chip;
}

/// <summary>The GPIO chip.</summary>
internal sealed record GpioConfig
{
    /// <summary>A label such as <c>pinctrl-rp1</c>, a name such as <c>gpiochip0</c>, or <c>simulated</c>.</summary>
    public string? Chip { get; init; }

    /// <summary>Where the simulated chip writes its edges.</summary>
    public string? EdgesFile { get; init; }

    /// <summary>Where the simulated chip finds the levels of its inputs.</summary>
    public string? LevelsFile { get; init; }
}

/// <summary>One reader.</summary>
internal sealed record ReaderEntry
{
    /// <summary>Its name, for people.</summary>
    public string? Name { get; init; }

    /// <summary>camera, serial, pcsc or replay.</summary>
    public string? Kind { get; init; }

    /// <summary>The lane it belongs to.</summary>
    public string? Lane { get; init; }

    /// <summary>The device, socket, PC/SC reader name or capture file.</summary>
    public string? Path { get; init; }

    /// <summary>For a serial scanner without a suffix: this long a silence ends a code, 20 to 1,000 ms.</summary>
    public int? IdleGapMs { get; init; }

    /// <summary>For a camera: the user ids that may connect, 1 to 8.</summary>
    public IReadOnlyList<uint>? PeerUsers { get; init; }

    /// <summary>What the reader is made from.</summary>
    public ReaderConfig ToReaderConfig() => new(Name ?? string.Empty, Kind ?? string.Empty, Path ?? string.Empty)
    {
        IdleGap = IdleGapMs is { } gap ? TimeSpan.FromMilliseconds(gap) : null,
        PeerUsers = PeerUsers,
    };
}

/// <summary>What hangs on one lane. The lane's kind and venue stand in the signed site document under the same name.</summary>
internal sealed record LaneConfig
{
    /// <summary>The lane's name in the site document.</summary>
    public string? Name { get; init; }

    /// <summary>The GPIO chip of this lane, as in <see cref="GpioConfig.Chip"/>; absent for the agent's.</summary>
    public string? Chip { get; init; }

    /// <summary>The relay; absent at an attended reader.</summary>
    public LineConfig? Relay { get; init; }

    /// <summary>How long the relay is driven, 50 to 10,000 ms.</summary>
    /// <remarks>Set, not init: compiled JSON gives an absent init member the zero of its type and not this default.</remarks>
    public int PulseMs { get; set; } = 500;

    /// <summary>The permit contact for a fare gate or door controller, in series with its own right.</summary>
    public LineConfig? Permit { get; init; }

    /// <summary>True when the relay is driven until the person has passed, and not for a pulse.</summary>
    public bool RelayHolds { get; init; }

    /// <summary>How long an admitted person may take to pass, 1,000 to 60,000 ms.</summary>
    public int PassageWithinMs { get; set; } = 5_000;

    /// <summary>How long the way out stays open when it is asked for, 1,000 to 60,000 ms.</summary>
    public int ExitMs { get; set; } = 5_000;

    /// <summary>How long a door may stand open, 5,000 to 600,000 ms.</summary>
    public int HeldMs { get; set; } = 30_000;

    /// <summary>True at a wide lane: everyone has three times as long to pass.</summary>
    public bool Longer { get; init; }

    /// <summary>The inputs, by name: passage, exitPassage, doorContact, exitRequest, fire, tamper, relayFeedback,
    /// freePassKey, help, longer.</summary>
    public InputsConfig? Inputs { get; init; }

    /// <summary>The green lamp.</summary>
    public LineConfig? Green { get; init; }

    /// <summary>The amber lamp.</summary>
    public LineConfig? Amber { get; init; }

    /// <summary>The red lamp.</summary>
    public LineConfig? Red { get; init; }

    /// <summary>The buzzer.</summary>
    public LineConfig? Buzzer { get; init; }

    /// <summary>A piezo on a PWM channel of the kernel, instead of the buzzer.</summary>
    public PwmConfig? BuzzerPwm { get; init; }

    /// <summary>A line of text beside the lane.</summary>
    public DisplayConfig? Display { get; init; }

    /// <summary>True for a piezo that is given pitches; only in a build with Iot.Device.Bindings.</summary>
    public bool BuzzerHasPitches { get; init; }

    /// <summary>Every line of the lane, with its place below the lane in agent.json; inputs first.</summary>
    public IEnumerable<(string Place, LineConfig Line)> Lines()
    {
        foreach (var (_, name, line) in Inputs?.Wired() ?? []) yield return ($"inputs.{name}", line);
        (string Place, LineConfig? Line)[] outputs =
            [("relay", Relay), ("permit", Permit), ("green", Green), ("amber", Amber), ("red", Red), ("buzzer", Buzzer)];
        foreach (var (place, line) in outputs)
        {
            if (line is not null) yield return (place, line);
        }
    }
}

/// <summary>One output line.</summary>
internal sealed record LineConfig
{
    /// <summary>The line's number on the chip, 0 to 63.</summary>
    /// <remarks>Set, not init, as above: an absent pin must be a fault and never pin 0.</remarks>
    public int Pin { get; set; } = -1;

    /// <summary>True when a low level drives it.</summary>
    public bool ActiveLow { get; init; }
}

/// <summary>A PWM channel of the kernel.</summary>
internal sealed record PwmConfig
{
    /// <summary>The number of /sys/class/pwm/pwmchipN, 0 to 63.</summary>
    public int Chip { get; set; } = -1;

    /// <summary>The channel on it, 0 to 63.</summary>
    public int Channel { get; set; } = -1;
}

/// <summary>A display of two lines: a character LCD on an I2C bus, or a customer display on a serial line.</summary>
internal sealed record DisplayConfig
{
    /// <summary>lcd or serial.</summary>
    public string? Kind { get; init; }

    /// <summary>Of an LCD: the number of /dev/i2c-N, 0 to 63.</summary>
    public int Bus { get; set; } = 1;

    /// <summary>Of an LCD: the address of its expander, 8 to 119.</summary>
    public int Address { get; set; } = 39;

    /// <summary>Of an LCD: characters in a line, 16 or 20.</summary>
    public int Columns { get; set; } = 16;

    /// <summary>Of a customer display: its serial device.</summary>
    public string? Path { get; init; }
}

/// <summary>The inputs of a lane; each may be absent.</summary>
internal sealed record InputsConfig
{
    /// <summary>Someone passes inwards: a light barrier, or a rotation.</summary>
    public LineConfig? Passage { get; init; }

    /// <summary>Someone passes outwards.</summary>
    public LineConfig? ExitPassage { get; init; }

    /// <summary>The door stands open.</summary>
    public LineConfig? DoorContact { get; init; }

    /// <summary>Someone asks to leave.</summary>
    public LineConfig? ExitRequest { get; init; }

    /// <summary>The fire system releases the lane.</summary>
    public LineConfig? Fire { get; init; }

    /// <summary>The housing is open.</summary>
    public LineConfig? Tamper { get; init; }

    /// <summary>The relay's second contact.</summary>
    public LineConfig? RelayFeedback { get; init; }

    /// <summary>The staff key.</summary>
    public LineConfig? FreePassKey { get; init; }

    /// <summary>The help button.</summary>
    public LineConfig? Help { get; init; }

    /// <summary>The button of those who need longer.</summary>
    public LineConfig? Longer { get; init; }

    /// <summary>Every input that is wired, with its name in agent.json.</summary>
    public IEnumerable<(LaneInputs Input, string Name, LineConfig Line)> Wired()
    {
        (LaneInputs Input, string Name, LineConfig? Line)[] all =
        [
            (LaneInputs.Passage, "passage", Passage),
            (LaneInputs.ExitPassage, "exitPassage", ExitPassage),
            (LaneInputs.DoorContact, "doorContact", DoorContact),
            (LaneInputs.ExitRequest, "exitRequest", ExitRequest),
            (LaneInputs.Fire, "fire", Fire),
            (LaneInputs.Tamper, "tamper", Tamper),
            (LaneInputs.RelayFeedback, "relayFeedback", RelayFeedback),
            (LaneInputs.FreePassKey, "freePassKey", FreePassKey),
            (LaneInputs.Help, "help", Help),
            (LaneInputs.Longer, "longer", Longer),
        ];
        foreach (var (input, name, line) in all)
        {
            if (line is not null) yield return (input, name, line);
        }
    }
}

/// <summary>The JSON of agent.json: a member it does not know is a fault.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(AgentConfig))]
internal sealed partial class AgentConfigJson : JsonSerializerContext;
