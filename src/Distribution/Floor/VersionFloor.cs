using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Verifier.Trust;

namespace Distribution.Floor;

/// <summary>Why bytes are no floor.</summary>
public enum FloorFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Not 40 bytes.</summary>
    WrongLength,

    /// <summary>Not a floor.</summary>
    WrongMagic,

    /// <summary>A format that this program does not know.</summary>
    WrongFormat,

    /// <summary>A number below zero.</summary>
    BadNumber,

    /// <summary>Half written, or damaged.</summary>
    WrongCheck,
}

/// <summary>
/// The newest set that a gate has seen, in 40 bytes. Big-endian:
/// <code>
/// 0    4   magic "GFLR"
/// 4    1   format 1
/// 5    3   zero
/// 8    8   line: which keys sign timestamps and snapshots
/// 16   4   root version
/// 20   4   timestamp version
/// 24   4   snapshot version
/// 28   8   clock floor, seconds since 1970
/// 36   4   the first 4 bytes of the SHA-256 of the 36 before
/// </code>
/// The list's numbers are not in it: the snapshot binds them. A set is as new as the floor when, in checking order:
/// <list type="number">
/// <item>Its root is not older.</item>
/// <item>Under another line its root is newer: keys that the province withdrew set no floor, or a thief of one could sign a
/// version that nothing ever reaches.</item>
/// <item>Under the same line neither its timestamp nor its snapshot is older.</item>
/// </list>
/// The check is against damage, not against forgers.
/// </summary>
/// <param name="Line">The first 8 bytes of a hash of the keys. 0 with root 0: nothing was seen yet.</param>
/// <param name="Root">Version of the root.</param>
/// <param name="Timestamp">Version of the timestamp.</param>
/// <param name="Snapshot">Version of the snapshot.</param>
/// <param name="ClockSeconds">The newest signed time, seconds since 1970; 0 for none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct VersionFloor(ulong Line, int Root, int Timestamp, int Snapshot, long ClockSeconds)
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 40;

    private const byte Format = 1;
    private const int FormatOffset = 4;
    private const int LineOffset = 8;
    private const int RootOffset = 16;
    private const int TimestampOffset = 20;
    private const int SnapshotOffset = 24;
    private const int ClockOffset = 28;
    private const int CheckOffset = 36;

    // DateTimeOffset ends with the year 9999.
    private const long ClockMax = 253_402_300_799;

    /// <summary>The newest signed time.</summary>
    public DateTimeOffset Clock => DateTimeOffset.FromUnixTimeSeconds(ClockSeconds);

    private static ReadOnlySpan<byte> Magic => "GFLR"u8;

    /// <summary>The floor that a verified set stands for.</summary>
    /// <param name="trusted">Its metadata.</param>
    /// <param name="asOf">When its list was true; null before the list was read.</param>
    /// <remarks>A list that is true only after its own metadata has expired is a slip of the publisher, or worse: it says
    /// nothing about time.</remarks>
    public static VersionFloor Of(TrustedMetadata trusted, DateTimeOffset? asOf = null)
    {
        ArgumentNullException.ThrowIfNull(trusted);
        var isTime = asOf is { } time && time < trusted.ExpiresAt && time > DateTimeOffset.UnixEpoch;
        return new VersionFloor(
            trusted.OnlineKeys, trusted.RootVersion, trusted.TimestampVersion, trusted.SnapshotVersion,
            isTime ? asOf!.Value.ToUnixTimeSeconds() : 0);
    }

    /// <summary>True when a set is at least as new as this floor.</summary>
    public bool Admits(VersionFloor set)
    {
        if (set.Root < Root) return false;
        if (set.Line != Line) return set.Root > Root;
        return set.Timestamp >= Timestamp && set.Snapshot >= Snapshot;
    }

    /// <summary>This floor, raised by what another one has seen. Never lower, except under a newer line.</summary>
    public VersionFloor RaisedBy(VersionFloor other)
    {
        if (other.Line != Line) return other.Root > Root ? other : this;
        return new VersionFloor(
            Line,
            Math.Max(Root, other.Root),
            Math.Max(Timestamp, other.Timestamp),
            Math.Max(Snapshot, other.Snapshot),
            Math.Max(ClockSeconds, other.ClockSeconds));
    }

    /// <summary>The 40 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        bytes[FormatOffset] = Format;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(LineOffset), Line);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RootOffset), Root);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(TimestampOffset), Timestamp);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(SnapshotOffset), Snapshot);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(ClockOffset), ClockSeconds);
        SHA256.HashData(bytes.AsSpan(0, CheckOffset)).AsSpan(0, Size - CheckOffset).CopyTo(bytes.AsSpan(CheckOffset));
        return bytes;
    }

    /// <summary>Reads a floor. Never throws, whatever the bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out VersionFloor floor, out FloorFault fault)
    {
        floor = default;
        fault = Check(source);
        if (fault != FloorFault.None) return false;
        floor = new VersionFloor(
            BinaryPrimitives.ReadUInt64BigEndian(source[LineOffset..]),
            BinaryPrimitives.ReadInt32BigEndian(source[RootOffset..]),
            BinaryPrimitives.ReadInt32BigEndian(source[TimestampOffset..]),
            BinaryPrimitives.ReadInt32BigEndian(source[SnapshotOffset..]),
            BinaryPrimitives.ReadInt64BigEndian(source[ClockOffset..]));
        var isInRange = floor is { Root: >= 0, Timestamp: >= 0, Snapshot: >= 0, ClockSeconds: >= 0 and <= ClockMax };
        if (isInRange) return true;
        floor = default;
        fault = FloorFault.BadNumber;
        return false;
    }

    /// <summary>For the technician.</summary>
    public override string ToString() => $"root {Root}, timestamp {Timestamp}, snapshot {Snapshot}";

    private static FloorFault Check(ReadOnlySpan<byte> source)
    {
        if (source.Length != Size) return FloorFault.WrongLength;
        if (!source.StartsWith(Magic)) return FloorFault.WrongMagic;
        if (source[FormatOffset] != Format || source[(FormatOffset + 1)..LineOffset].ContainsAnyExcept((byte)0)) return FloorFault.WrongFormat;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(source[..CheckOffset], hash);
        return source[CheckOffset..].SequenceEqual(hash[..(Size - CheckOffset)]) ? FloorFault.None : FloorFault.WrongCheck;
    }
}
