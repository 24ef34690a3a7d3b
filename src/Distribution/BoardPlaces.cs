using Distribution.Floor;
using Distribution.Keys;

namespace Distribution;

/// <summary>The kinds of place outside the card that a board can have.</summary>
public enum BoardKind : byte
{
    /// <summary>None: the key lies in a file, and nothing remembers what the board has seen.</summary>
    None = 0,

    /// <summary>A memory file system: remembers until the power goes.</summary>
    Memory,

    /// <summary>A TPM 2.0: seals the key and remembers for good.</summary>
    Tpm,
}

/// <summary>Where this board keeps its device key and its version floor. The one table of kinds. One thread at a time.</summary>
public sealed class BoardPlaces : IDisposable
{
    private readonly TpmFloorPlace? floorPlace;

    /// <summary>The places of a board. Asks none of them yet.</summary>
    /// <param name="stateFolder">The state folder.</param>
    /// <param name="kind">What the board has.</param>
    /// <param name="at">The way to the TPM, or the path of the file in memory.</param>
    public BoardPlaces(string stateFolder, BoardKind kind, string at)
    {
        Keys = kind == BoardKind.Tpm ? new TpmKeyPlace(stateFolder, at) : new FileKeyPlace(stateFolder);
        if (Keys is TpmKeyPlace sealing) floorPlace = new TpmFloorPlace(at, sealing);
        Floor = new FloorGuard(kind == BoardKind.Memory ? new MemoryFloorPlace(at) : floorPlace);
    }

    /// <summary>Where the device key lies.</summary>
    public IKeyPlace Keys { get; }

    /// <summary>Notices an old set that was put back.</summary>
    public FloorGuard Floor { get; }

    /// <summary>True where the key should be sealed and is not: it was made before the TPM was configured.</summary>
    public bool IsKeyExposed => Keys is TpmKeyPlace { IsSealed: false };

    /// <summary>Makes the places ready, at enrolment: seals a key that lay in a file, and makes the floor.</summary>
    /// <param name="stateFolder">The state folder.</param>
    /// <returns>True when a key was sealed that had lain on the card.</returns>
    /// <exception cref="IOException">The TPM does not.</exception>
    public bool Prepare(string stateFolder)
    {
        var wasSealed = Keys is TpmKeyPlace sealing && sealing.SealFile();
        using (DeviceIdentity.OpenOrCreate(stateFolder, Keys)) floorPlace?.Define();
        return wasSealed;
    }

    /// <inheritdoc/>
    public void Dispose() => Keys.Dispose();
}
