using Distribution;
using Distribution.Floor;

namespace GateAgent.Configuration;

/// <summary>Where the board keeps a version floor and its key outside the card.</summary>
internal sealed record BoardConfig
{
    /// <summary>The usual device: the kernel's resource manager in front of the first TPM.</summary>
    public const string DefaultTpm = "device:/dev/tpmrm0";

    /// <summary>Greatest length of <see cref="At"/>.</summary>
    public const int AtMax = 200;

    /// <summary>tpm, memory or none.</summary>
    public string? Kind { get; init; }

    /// <summary>Of a TPM the way to it, without it <see cref="DefaultTpm"/>; of memory the file.</summary>
    public string? At { get; init; }

    /// <summary>
    /// The places that a configuration names. Without a word about them a file beside the control socket, if that lies in
    /// memory: it costs nothing, and a restart of the agent alone then leaves no doubt.
    /// </summary>
    public static BoardPlaces Open(AgentConfig config)
    {
        var state = config.StateFolder!;
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(config.ControlSocket!))!, "floor");
        return config.Floor switch
        {
            { Kind: "tpm" } tpm => new BoardPlaces(state, BoardKind.Tpm, tpm.At ?? DefaultTpm),
            { Kind: "memory" } memory => new BoardPlaces(state, BoardKind.Memory, memory.At!),
            null when MemoryFloorPlace.IsInMemory(beside) => new BoardPlaces(state, BoardKind.Memory, beside),
            _ => new BoardPlaces(state, BoardKind.None, string.Empty),
        };
    }

    /// <summary>Tells what is wrong with it.</summary>
    public void Check(List<ConfigFault> faults)
    {
        var found = ConfigFault.Word(At);
        if (Kind is not ("tpm" or "memory" or "none"))
            faults.Add(new ConfigFault("floor.kind", ConfigFault.Word(Kind), "Write tpm, memory or none"));
        else if (At is { Length: > AtMax })
            faults.Add(new ConfigFault("floor.at", $"{At.Length} characters", $"Write at most {AtMax}"));
        else if (Kind == "tpm" && At is not null && !IsWay(At))
            faults.Add(new ConfigFault("floor.at", found, $"Write device: and the path of the device, or leave it out for {DefaultTpm}"));
        else if (Kind == "memory" && !Path.IsPathRooted(At))
            faults.Add(new ConfigFault("floor.at", found, "Write the whole path of a file below /run"));
        else if (Kind == "none" && At is not null)
            faults.Add(new ConfigFault("floor.at", found, "Leave it out: none has no place"));
    }

    // A software TPM is for tests: its state is a file, and an image of the card would bring it along.
    private static bool IsWay(string at) =>
        at.StartsWith("device:/", StringComparison.Ordinal) || at.StartsWith("swtpm:", StringComparison.Ordinal);
}
