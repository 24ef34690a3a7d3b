using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace LocalApi.Link;

/// <summary>
/// What leads from one snapshot document to the next: <c>metadata/N.snapshot.patch</c>, made by the publisher beside
/// <c>N.snapshot.json</c>. Only transport: the agent holds what comes of it against the timestamp's hash. Integers big-endian.
/// <code>
/// 0   4  GSNP
/// 4   1  format 1
/// 5   4  bytes that the next document has in common with the beginning of the one before
/// 9   4  bytes in common with its end
/// 13  8  the first 8 bytes of the next document's SHA-256: against another document before, not against forgers
/// 21  n  the bytes between the two
/// </code>
/// </summary>
public static class SnapshotPatch
{
    /// <summary>Greatest document that one leads to, in bytes: the greatest snapshot.</summary>
    public const int DocumentMax = 2_000_000;

    private const byte Format = 1;
    private const int FormatAt = 4;
    private const int PrefixAt = FormatAt + 1;
    private const int SuffixAt = PrefixAt + sizeof(int);
    private const int HashAt = SuffixAt + sizeof(int);
    private const int HashSize = 8;
    private const int MiddleAt = HashAt + HashSize;

    private static ReadOnlySpan<byte> Magic => "GSNP"u8;

    /// <summary>Makes the patch from a document to the next.</summary>
    public static byte[] Make(ReadOnlySpan<byte> before, ReadOnlySpan<byte> next)
    {
        var prefix = before.CommonPrefixLength(next);
        var suffix = 0;
        while (suffix < Math.Min(before.Length, next.Length) - prefix && before[^(suffix + 1)] == next[^(suffix + 1)]) suffix++;
        var patch = new byte[MiddleAt + next.Length - prefix - suffix];
        Magic.CopyTo(patch);
        patch[FormatAt] = Format;
        BinaryPrimitives.WriteInt32BigEndian(patch.AsSpan(PrefixAt), prefix);
        BinaryPrimitives.WriteInt32BigEndian(patch.AsSpan(SuffixAt), suffix);
        SHA256.HashData(next).AsSpan(0, HashSize).CopyTo(patch.AsSpan(HashAt));
        next[prefix..^suffix].CopyTo(patch.AsSpan(MiddleAt));
        return patch;
    }

    /// <summary>Makes the next document. False when this is no patch, or one from another document.</summary>
    public static bool TryApply(ReadOnlySpan<byte> before, ReadOnlySpan<byte> patch, [NotNullWhen(true)] out byte[]? next)
    {
        next = null;
        if (patch.Length < MiddleAt || !patch.StartsWith(Magic) || patch[FormatAt] != Format) return false;
        var prefix = BinaryPrimitives.ReadInt32BigEndian(patch[PrefixAt..]);
        var suffix = BinaryPrimitives.ReadInt32BigEndian(patch[SuffixAt..]);
        if (prefix < 0 || suffix < 0 || (long)prefix + suffix > before.Length) return false;
        var middle = patch[MiddleAt..];
        if ((long)prefix + middle.Length + suffix > DocumentMax) return false;
        byte[] made = [.. before[..prefix], .. middle, .. before[^suffix..]];
        if (!SHA256.HashData(made).AsSpan(0, HashSize).SequenceEqual(patch[HashAt..MiddleAt])) return false;
        next = made;
        return true;
    }
}
