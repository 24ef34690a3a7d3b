using System.Buffers.Binary;
using System.Security.Cryptography;
using Verifier.AllowList;

namespace Distribution;

/// <summary>
/// Where things stand in <c>base-EPOCH.full</c>, which the authority keeps for itself: the 72 bits of each key that the
/// pages leave out, so that a later change can tell the same subject from one that collides. Integers are big-endian.
/// <code>
/// 0    4  magic "GALF"
/// 4    2  format 1
/// 6    2  zero
/// 8    8  entry count n: the entries of the base
/// 16  32  SHA-256 of base-EPOCH.idx
/// 48  9n  in rank order: the last 9 bytes of the full key; zeros where the entry is ambiguous
/// </code>
/// </summary>
internal static class FullKeyLayout
{
    public const ushort Format = 1;
    public const int FormatOffset = 4;
    public const int CountOffset = 8;
    public const int HashOffset = 16;
    public const int HeaderSize = HashOffset + SHA256.HashSizeInBytes;
    public const int RestBits = 128 - SubjectKey.PageBits;
    public const int RestSize = RestBits / 8;

    public static ReadOnlySpan<byte> Magic => "GALF"u8;

    public static void WriteRest(Span<byte> target, SubjectKey key)
    {
        target[0] = (byte)((key.Full >> 64) & 0xFF);
        BinaryPrimitives.WriteUInt64BigEndian(target[1..], (ulong)(key.Full & ulong.MaxValue));
    }

    public static UInt128 ReadRest(ReadOnlySpan<byte> source) =>
        new(source[0], BinaryPrimitives.ReadUInt64BigEndian(source[1..]));
}
