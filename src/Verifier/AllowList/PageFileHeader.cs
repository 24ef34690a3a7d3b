using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Layout = Verifier.AllowList.AllowListIndexLayout;

namespace Verifier.AllowList;

/// <summary>
/// The first page of <c>base-EPOCH.gal</c>. Nothing signs it and nothing is decided by it: it only lets an error say which
/// list a file holds.
/// <code>
/// 0   4  magic "GALB"
/// 4   2  format 2
/// 6   2  zero
/// 8   8  province, ASCII, zeros after it
/// 16  4  epoch
/// 20  4  page count
/// 24  8  entry count
/// 32  .  zero to the end of the page
/// </code>
/// </summary>
/// <param name="Province">The province's code.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="PageCount">How many pages follow.</param>
/// <param name="EntryCount">How many entries they hold.</param>
public sealed record PageFileHeader(string Province, int Epoch, int PageCount, long EntryCount)
{
    private static ReadOnlySpan<byte> Magic => "GALB"u8;

    /// <summary>Reads a header page, loosely: what it says is only shown.</summary>
    public static bool TryRead(ReadOnlySpan<byte> page, [NotNullWhen(true)] out PageFileHeader? header)
    {
        header = null;
        if (page.Length != ListPageLayout.PageSize || !page.StartsWith(Magic)) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(page[Layout.FormatOffset..]) != Layout.Format) return false;
        if (!AllowListIndexParser.TryReadProvince(page[Layout.ProvinceOffset..], out var province)) return false;
        header = new PageFileHeader(
            province,
            BinaryPrimitives.ReadInt32BigEndian(page[Layout.EpochOffset..]),
            BinaryPrimitives.ReadInt32BigEndian(page[Layout.PageCountOffset..]),
            BinaryPrimitives.ReadInt64BigEndian(page[Layout.EntryCountOffset..]));
        return true;
    }

    /// <summary>Writes the header page.</summary>
    public void Write(Span<byte> page)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(page.Length, ListPageLayout.PageSize);
        page.Clear();
        Magic.CopyTo(page);
        BinaryPrimitives.WriteUInt16BigEndian(page[Layout.FormatOffset..], Layout.Format);
        System.Text.Encoding.Latin1.GetBytes(Province, page[Layout.ProvinceOffset..]);
        BinaryPrimitives.WriteInt32BigEndian(page[Layout.EpochOffset..], Epoch);
        BinaryPrimitives.WriteInt32BigEndian(page[Layout.PageCountOffset..], PageCount);
        BinaryPrimitives.WriteInt64BigEndian(page[Layout.EntryCountOffset..], EntryCount);
    }
}
