using System.Buffers.Binary;

namespace Verifier.AllowList;

/// <summary>
/// Where things stand in <c>base-EPOCH.idx</c>. Integers are big-endian.
/// <code>
/// 0     4  magic "GALX"
/// 4     2  format 2
/// 6     2  scope: bit k is subject kind k, bit 0 is zero
/// 8     8  province, ASCII, zeros after it
/// 16    4  epoch, 1 to 2^31-1
/// 20    4  page count p, 0 to 262,144
/// 24    8  entry count: distinct 56-bit keys
/// 32    8  as-of, Unix seconds
/// 40    4  side-table count s, 0 to 4,096
/// 44    4  sequence, 0 to 2^31-1
/// 48    8  size of the page file: 4,096 x (1 + p)
/// 56  41p  per page: first key (7), count (2), SHA-256 of the left and of the right half, 16 bytes each; first keys rise strictly
/// .   17s  side table: full key (16), value (1); keys rise strictly, every 56-bit key stands there at least twice
/// </code>
/// </summary>
internal static class AllowListIndexLayout
{
    public const ushort Format = 2;
    public const int FormatOffset = 4;
    public const int ScopeOffset = 6;
    public const int ProvinceOffset = 8;
    public const int EpochOffset = 16;
    public const int PageCountOffset = 20;
    public const int EntryCountOffset = 24;
    public const int AsOfOffset = 32;
    public const int SideCountOffset = 40;
    public const int SequenceOffset = 44;
    public const int PageFileSizeOffset = 48;
    public const int HeaderSize = 56;

    public const int KeySize = 7;
    public const int CountOffset = KeySize;
    public const int HashOffset = CountOffset + sizeof(ushort);
    public const int PageEntrySize = HashOffset + ListPage.HashSize;
    public const int FullKeySize = 16;
    public const int SideEntrySize = FullKeySize + 1;

    public static ReadOnlySpan<byte> Magic => "GALX"u8;

    public static long PageFileSize(int pageCount) => ListPageLayout.PageSize * (1L + pageCount);

    public static ulong ReadKey(ReadOnlySpan<byte> source) =>
        ((ulong)BinaryPrimitives.ReadUInt32BigEndian(source) << 24)
        | ((ulong)BinaryPrimitives.ReadUInt16BigEndian(source[4..]) << 8)
        | source[6];

    public static void WriteKey(Span<byte> target, ulong key)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)(key >> 24));
        BinaryPrimitives.WriteUInt16BigEndian(target[4..], (ushort)((key >> 8) & 0xFFFF));
        target[6] = (byte)(key & 0xFF);
    }

    public static ushort ScopeOf(IEnumerable<SubjectKind> kinds)
    {
        var scope = 0;
        foreach (var kind in kinds) scope |= 1 << (int)kind;
        return (ushort)scope;
    }
}
