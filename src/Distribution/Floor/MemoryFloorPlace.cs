using Distribution.Native;

namespace Distribution.Floor;

/// <summary>
/// The floor in a file of a memory file system, such as <c>/run/gate-agent/floor</c>: outside the card, and gone with the
/// power. It spares a gate the doubt after a mere restart of the agent; after a power cut it is empty.
/// </summary>
public sealed class MemoryFloorPlace : IFloorPlace
{
    private readonly string path;

    /// <summary>A place at a path. Looks at nothing yet.</summary>
    public MemoryFloorPlace(string path) => this.path = path;

    /// <summary>True when a path lies in memory, in a folder that is there.</summary>
    public static bool IsInMemory(string path) => Posix.IsInMemory(Path.GetDirectoryName(path)!);

    /// <inheritdoc/>
    public string Name => $"memory at {path}";

    /// <inheritdoc/>
    public VersionFloor? Read()
    {
        RequireMemory();
        if (!File.Exists(path)) return null;
        using var file = File.OpenHandle(path);
        var bytes = new byte[VersionFloor.Size + 1];
        var size = RandomAccess.Read(file, bytes, 0);
        return VersionFloor.TryRead(bytes.AsSpan(0, size), out var floor, out var fault)
            ? floor
            : throw FloorPlaceException.Damaged(Name, fault);
    }

    /// <inheritdoc/>
    public void Write(VersionFloor floor)
    {
        RequireMemory();
        DurableFile.Write(path, floor.ToBytes());
    }

    private void RequireMemory()
    {
        if (!IsInMemory(path))
            throw new FloorPlaceException($"{path} lies on a disk, and a copy of the card would bring it along: name a path below /run.");
    }
}
