using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using CardReader;

namespace GateAgent.Configuration;

/// <summary>Reads agent.json and tells everything that is wrong with it at once. It is refused whole, except for pins that a lane
/// cannot have, which put that lane out of order, and for displays and PWM channels of two lanes, which are neither's.</summary>
internal static class ConfigReader
{
    /// <summary>Greatest file in bytes.</summary>
    public const int SizeMax = 64 * 1024;

    /// <summary>Greatest path of a Unix socket in bytes (unix(7): 108 with the closing zero).</summary>
    public const int SocketPathMax = 107;

    private const int LanesMax = 16;
    private const int ReadersMax = 32;
    private const int NumberMax = 63;
    private const int PulseMsMin = 50;
    private const int PulseMsMax = 10_000;
    private const int PersonMsMin = 1_000;
    private const int PersonMsMax = 60_000;
    private const int HeldMsMin = 5_000;
    private const int HeldMsMax = 600_000;

    // I2C keeps the addresses below and above for itself.
    private const int LcdAddressMin = 8;
    private const int LcdAddressMax = 119;

    /// <summary>Reads a file. The configuration is null exactly when there is a fault that is not one lane's.</summary>
    public static (AgentConfig? Config, IReadOnlyList<ConfigFault> Faults) Read(string path) => Usable(Look(path, static chip => chip));

    /// <summary>Reads the bytes of a file.</summary>
    public static (AgentConfig? Config, IReadOnlyList<ConfigFault> Faults) Parse(ReadOnlySpan<byte> json) => Usable(Look(json, static chip => chip));

    /// <summary>Reads a file as far as it can be read, also where nothing could run with it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="deviceOf">The device behind a chip's name: two names of one chip are one chip.</param>
    public static (AgentConfig? Config, IReadOnlyList<ConfigFault> Faults) Look(string path, Func<string, string> deviceOf)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return Fail(new ConfigFault(path, "no such file", "Name the file with --config"));
            if (file.Length > SizeMax)
                return Fail(new ConfigFault(path, $"{file.Length} bytes, at most {SizeMax}", "Name the right file"));
            return Look(File.ReadAllBytes(path), deviceOf);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Fail(new ConfigFault(path, "cannot be read", "Give the user gate-agent the right to read it"));
        }
    }

    private static (AgentConfig? Config, IReadOnlyList<ConfigFault> Faults) Look(ReadOnlySpan<byte> json, Func<string, string> deviceOf)
    {
        var faults = new List<ConfigFault>();
        AgentConfig? config;
        if (!Utf8.IsValid(json)) return Fail(new ConfigFault("$", "bytes that are no UTF-8", "Save it as UTF-8"));
        try
        {
            var node = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            UnknownMembers.TakeOut(node, typeof(AgentConfig), string.Empty, faults);
            if (JsonTexts.Check(node, faults)) return (null, faults);
            config = node.Deserialize(AgentConfigJson.Default.AgentConfig);
        }
        catch (InvalidOperationException)
        {
            // What JSON lets pass and no text can hold: half of a surrogate pair, in a name or a value.
            return (null, [.. faults, new ConfigFault("$", "an escape that is half a character, such as \\ud800", "Write the character itself")]);
        }
        catch (JsonException broken)
        {
            return (null, [.. faults, Explain(broken)]);
        }

        if (config is null) return Fail(new ConfigFault("$", "nothing", "Write a JSON object"));
        if (HasGaps(config, faults)) return (null, faults);
        CheckPlaces(config, faults);
        CheckLanes(config, faults);
        CheckReaders(config, faults);
        faults.AddRange(PinCheck.Check(config, deviceOf));
        faults.AddRange(PartCheck.Check(config));
        return (config, faults);
    }

    private static (AgentConfig? Config, IReadOnlyList<ConfigFault> Faults) Usable((AgentConfig? Config, IReadOnlyList<ConfigFault> Faults) found) =>
        found.Faults.All(static fault => fault.Lane is not null) ? found : (null, found.Faults);

    private static bool HasGaps(AgentConfig config, List<ConfigFault> faults)
    {
        var before = faults.Count;
        for (var index = 0; index < config.Lanes?.Count; index++) RequireObject(config.Lanes[index], $"lanes[{index}]", faults);
        for (var index = 0; index < config.Readers?.Count; index++) RequireObject(config.Readers[index], $"readers[{index}]", faults);
        return faults.Count > before;
    }

    private static void RequireObject(object? found, string path, List<ConfigFault> faults)
    {
        if (found is null) faults.Add(new ConfigFault(path, "null", "Write an object, or take it out"));
    }

    private static (AgentConfig? Config, IReadOnlyList<ConfigFault> Faults) Fail(ConfigFault fault) => (null, [fault]);

    // A path means that a value has the wrong type; none, that the text is no JSON or names a member twice.
    private static ConfigFault Explain(JsonException broken)
    {
        if (broken.Path is { Length: > 2 } path)
            return new ConfigFault(path[2..], "not the kind of value that stands here", "Compare with docs/operating.md");
        return broken.LineNumber is { } line
            ? new ConfigFault("$", $"no JSON at line {line + 1}", "Correct it there")
            : new ConfigFault("$", "a member that stands twice", "Leave one of them");
    }

    private static void CheckPlaces(AgentConfig config, List<ConfigFault> faults)
    {
        Require(config.StateFolder, "stateFolder", faults);
        if (config.LinkSocket is null) Require(config.RepositoryFolder, "repositoryFolder", faults);
        else if (config.RepositoryFolder is not null)
            faults.Add(new ConfigFault("linkSocket", "a second source beside repositoryFolder", "Leave one of them; a stick is read by gatectl import"));
        Require(config.ControlSocket, "controlSocket", faults);
        if (config.Gpio?.Chip is not null || config.Lanes is not [_, ..] || config.Lanes.Any(static lane => lane.Chip is null))
            Require(config.Gpio?.Chip, "gpio.chip", faults);
        CheckSocket(config.ControlSocket, "controlSocket", faults);
        CheckSocket(config.LinkSocket, "linkSocket", faults);
        RequireIfNamed(config.CaptureFile, "captureFile", faults);
        RequireIfNamed(config.Gpio?.EdgesFile, "gpio.edgesFile", faults);
        RequireIfNamed(config.Gpio?.LevelsFile, "gpio.levelsFile", faults);
        config.Floor?.Check(faults);
    }

    private static void CheckSocket(string? socket, string path, List<ConfigFault> faults)
    {
        if (socket is { Length: 0 }) Require(socket, path, faults);
        var size = Encoding.UTF8.GetByteCount(socket ?? string.Empty);
        if (!string.IsNullOrWhiteSpace(socket) && Path.GetFileName(socket) is "" or "." or "..")
            faults.Add(new ConfigFault(path, $"'{socket}' is a folder", "Name a file in it"));
        if (size > SocketPathMax) faults.Add(new ConfigFault(path, $"{size} bytes", $"Name a path of at most {SocketPathMax} bytes"));
    }

    private static void CheckLanes(AgentConfig config, List<ConfigFault> faults)
    {
        var lanes = config.Lanes ?? [];
        if (lanes.Count is 0 or > LanesMax)
            faults.Add(new ConfigFault("lanes", $"{lanes.Count} lanes", $"Write 1 to {LanesMax}"));
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < lanes.Count; index++)
        {
            var lane = lanes[index];
            var path = $"lanes[{index}]";
            Require(lane.Name, $"{path}.name", faults);
            RequireIfNamed(lane.Chip, $"{path}.chip", faults);
            if (lane.Name is not null && !names.Add(lane.Name))
                faults.Add(new ConfigFault($"{path}.name", $"a second lane {lane.Name}", "Give each lane its own name"));
#if !OWNER_PACKAGES
            if (lane.BuzzerHasPitches)
            {
                faults.Add(new ConfigFault(
                    $"{path}.buzzerHasPitches", "this program was built without Iot.Device.Bindings", "Build it with -p:OwnerPackages=true, or take this out"));
            }
#endif
            CheckNumber(lane.PulseMs, PulseMsMin, PulseMsMax, $"{path}.pulseMs", faults);
            CheckNumber(lane.PassageWithinMs, PersonMsMin, PersonMsMax, $"{path}.passageWithinMs", faults);
            CheckNumber(lane.ExitMs, PersonMsMin, PersonMsMax, $"{path}.exitMs", faults);
            CheckNumber(lane.HeldMs, HeldMsMin, HeldMsMax, $"{path}.heldMs", faults);
            CheckParts(lane, path, faults);
        }
    }

    private static void CheckParts(LaneConfig lane, string path, List<ConfigFault> faults)
    {
        if (lane is { Buzzer: not null, BuzzerPwm: not null })
            faults.Add(new ConfigFault($"{path}.buzzerPwm", "a second buzzer", "Leave one of them"));
        if (lane.BuzzerPwm is { } pwm)
        {
            CheckNumber(pwm.Chip, 0, NumberMax, $"{path}.buzzerPwm.chip", faults);
            CheckNumber(pwm.Channel, 0, NumberMax, $"{path}.buzzerPwm.channel", faults);
        }

        if (lane.Display is not { } display) return;
        CheckNumber(display.Bus, 0, NumberMax, $"{path}.display.bus", faults);
        CheckNumber(display.Address, LcdAddressMin, LcdAddressMax, $"{path}.display.address", faults);
        if (display.Columns is not (16 or 20)) faults.Add(new ConfigFault($"{path}.display.columns", $"{display.Columns}", "Write 16 or 20"));
        if (display.Kind is not ("lcd" or "serial")) faults.Add(new ConfigFault($"{path}.display.kind", ConfigFault.Word(display.Kind), "Write lcd or serial"));
        if (display.Kind == "serial") Require(display.Path, $"{path}.display.path", faults);
    }

    private static void CheckNumber(int found, int min, int max, string path, List<ConfigFault> faults)
    {
        if (found < min || found > max) faults.Add(new ConfigFault(path, $"{found}", $"Write {min} to {max}"));
    }

    private static void CheckReaders(AgentConfig config, List<ConfigFault> faults)
    {
        var readers = config.Readers ?? [];
        if (readers.Count is 0 or > ReadersMax)
            faults.Add(new ConfigFault("readers", $"{readers.Count} readers", $"Write 1 to {ReadersMax}"));
        var lanes = (config.Lanes ?? []).Select(lane => lane.Name).ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < readers.Count; index++)
        {
            var reader = readers[index];
            var path = $"readers[{index}]";
            Require(reader.Name, $"{path}.name", faults);
            Require(reader.Path, $"{path}.path", faults);
            if (reader.Name is not null && !names.Add(reader.Name))
                faults.Add(new ConfigFault($"{path}.name", $"a second reader {reader.Name}", "Give each reader its own name"));
            if (reader.Path is not null && !paths.Add(reader.Path))
                faults.Add(new ConfigFault($"{path}.path", $"{reader.Path} is another reader's", "Use each device once"));
            CheckReader(reader, path, faults);
            if (reader.Lane is null || !lanes.Contains(reader.Lane))
                faults.Add(new ConfigFault($"{path}.lane", $"no lane {reader.Lane}".TrimEnd(), "Name one of the lanes"));
        }
    }

    private static void CheckReader(ReaderEntry reader, string path, List<ConfigFault> faults)
    {
        if (reader.Kind is null || !ReaderCatalog.Kinds.Contains(reader.Kind))
        {
            var kinds = string.Join(", ", ReaderCatalog.Kinds);
            faults.Add(new ConfigFault($"{path}.kind", ConfigFault.Word(reader.Kind), $"Write one of {kinds}"));
            return;
        }

        if (string.IsNullOrWhiteSpace(reader.Name) || string.IsNullOrWhiteSpace(reader.Path)) return;
        ConfigFault? fault = ReaderConfig.Check(reader.ToReaderConfig()) switch
        {
            ReaderFault.BadName => new($"{path}.name", $"'{reader.Name}'", $"Write 1 to {ReaderConfig.NameMax} characters without a blank"),
            ReaderFault.BadPath => new($"{path}.path", $"{reader.Path.Length} characters", $"Write 1 to {ReaderConfig.PathMax}"),
            ReaderFault.BadIdleGap => new(
                $"{path}.idleGapMs", $"{reader.IdleGapMs} ms at a {reader.Kind} reader",
                $"Only a serial one has a gap, of {ReaderConfig.IdleGapMin.TotalMilliseconds} to {ReaderConfig.IdleGapMax.TotalMilliseconds} ms"),
            ReaderFault.BadPeerUsers => new(
                $"{path}.peerUsers", $"{reader.PeerUsers?.Count} users at a {reader.Kind} reader",
                $"Only a camera has them, 1 to {ReaderConfig.PeerUsersMax}"),
            _ => null,
        };
        if (fault is not null) faults.Add(fault);
    }

    private static void Require(string? value, string path, List<ConfigFault> faults)
    {
        if (string.IsNullOrWhiteSpace(value)) faults.Add(new ConfigFault(path, "nothing", "It must be set"));
    }

    private static void RequireIfNamed(string? value, string path, List<ConfigFault> faults)
    {
        if (value is not null) Require(value, path, faults);
    }
}
