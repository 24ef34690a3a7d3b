using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Layout = Verifier.AllowList.AllowListIndexLayout;

namespace Verifier.AllowList;

/// <summary>
/// Reads an index. Rules, in checking order: length within limits, magic, format, scope, province, epoch, sequence, moment,
/// counts and the length they give, pages rising with as many entries as keys allow, counts that add up, side table.
/// </summary>
internal static class AllowListIndexParser
{
    public static bool TryRead(
        ReadOnlyMemory<byte> source, [NotNullWhen(true)] out AllowListIndex? index, out IndexFault fault)
    {
        index = null;
        fault = CheckHead(source.Span);
        if (fault != IndexFault.None) return false;
        if (!TryReadHeader(source.Span, out var header, out fault)) return false;
        if (!TryReadCounts(source.Span, out var pageCount, out var entryCount, out fault)) return false;

        var pagesSize = pageCount * Layout.PageEntrySize;
        var pages = source.Slice(Layout.HeaderSize, pagesSize);
        var side = source[(Layout.HeaderSize + pagesSize)..];
        fault = CheckPages(pages.Span, entryCount);
        if (fault == IndexFault.None) fault = CheckSideTable(side.Span);
        if (fault != IndexFault.None) return false;

        var scope = BinaryPrimitives.ReadUInt16BigEndian(source.Span[Layout.ScopeOffset..]);
        index = new AllowListIndex(header, SHA256.HashData(source.Span), scope, pages, side);
        return true;
    }

    private static IndexFault CheckHead(ReadOnlySpan<byte> source)
    {
        if (source.Length < Layout.HeaderSize) return IndexFault.TooShort;
        if (source.Length > AllowListIndex.SizeMax) return IndexFault.TooLarge;
        if (!source.StartsWith(Layout.Magic)) return IndexFault.WrongMagic;
        if (BinaryPrimitives.ReadUInt16BigEndian(source[Layout.FormatOffset..]) != Layout.Format) return IndexFault.WrongFormat;
        var scope = BinaryPrimitives.ReadUInt16BigEndian(source[Layout.ScopeOffset..]);
        return scope == 0 || (scope & 1) != 0 ? IndexFault.BadScope : IndexFault.None;
    }

    private static bool TryReadHeader(
        ReadOnlySpan<byte> source, [NotNullWhen(true)] out AllowListHeader? header, out IndexFault fault)
    {
        header = null;
        fault = IndexFault.BadProvince;
        if (!TryReadProvince(source[Layout.ProvinceOffset..], out var province)) return false;
        fault = IndexFault.BadEpoch;
        var epoch = BinaryPrimitives.ReadUInt32BigEndian(source[Layout.EpochOffset..]);
        if (epoch is 0 or > int.MaxValue) return false;
        fault = IndexFault.BadSequence;
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(source[Layout.SequenceOffset..]);
        if (sequence > int.MaxValue) return false;
        fault = IndexFault.BadAsOf;
        var asOf = BinaryPrimitives.ReadInt64BigEndian(source[Layout.AsOfOffset..]);
        if (asOf < 0 || asOf > AllowListHeader.AsOfMax.ToUnixTimeSeconds()) return false;
        fault = IndexFault.BadScope;
        var scope = ReadScope(BinaryPrimitives.ReadUInt16BigEndian(source[Layout.ScopeOffset..]));
        if (scope.IsEmpty) return false;

        fault = IndexFault.None;
        header = new AllowListHeader(province, (int)epoch, (int)sequence, DateTimeOffset.FromUnixTimeSeconds(asOf), scope);
        return true;
    }

    /// <summary>Reads the 8 bytes of a province's code.</summary>
    public static bool TryReadProvince(ReadOnlySpan<byte> source, out string province)
    {
        var field = source[..AllowListHeader.ProvinceMax];
        var end = field.IndexOf((byte)0);
        var code = end < 0 ? field : field[..end];
        province = System.Text.Encoding.Latin1.GetString(code);
        return AllowListHeader.IsProvince(province) && !field[code.Length..].ContainsAnyExcept((byte)0);
    }

    // Kinds that this program does not know are kept out of the list of kinds; it never asks for them.
    private static ImmutableArray<SubjectKind> ReadScope(ushort scope)
    {
        var kinds = ImmutableArray.CreateBuilder<SubjectKind>();
        foreach (var kind in Enum.GetValues<SubjectKind>())
        {
            if (((scope >> (int)kind) & 1) != 0) kinds.Add(kind);
        }

        return kinds.ToImmutable();
    }

    private static bool TryReadCounts(ReadOnlySpan<byte> source, out int pageCount, out long entryCount, out IndexFault fault)
    {
        fault = IndexFault.BadCount;
        var pages = BinaryPrimitives.ReadUInt32BigEndian(source[Layout.PageCountOffset..]);
        var entries = BinaryPrimitives.ReadUInt64BigEndian(source[Layout.EntryCountOffset..]);
        var side = BinaryPrimitives.ReadUInt32BigEndian(source[Layout.SideCountOffset..]);
        var pageFileSize = BinaryPrimitives.ReadUInt64BigEndian(source[Layout.PageFileSizeOffset..]);
        pageCount = 0;
        entryCount = 0;
        if (pages > AllowListIndex.PagesMax || side > AllowListIndex.SideEntriesMax) return false;
        if (entries > pages * (ulong)ListPageLayout.EntriesMax) return false;
        if (pageFileSize != (ulong)Layout.PageFileSize((int)pages)) return false;

        pageCount = (int)pages;
        entryCount = (long)entries;
        var length = Layout.HeaderSize + (pageCount * Layout.PageEntrySize) + ((int)side * Layout.SideEntrySize);
        fault = source.Length == length ? IndexFault.None : IndexFault.WrongLength;
        return fault == IndexFault.None;
    }

    private static IndexFault CheckPages(ReadOnlySpan<byte> pages, long entryCount)
    {
        var least = 0UL;
        var total = 0L;
        for (; !pages.IsEmpty; pages = pages[Layout.PageEntrySize..])
        {
            var first = Layout.ReadKey(pages);
            int count = BinaryPrimitives.ReadUInt16BigEndian(pages[Layout.CountOffset..]);
            if (count is 0 or > ListPageLayout.EntriesMax || first < least) return IndexFault.BadPages;
            least = first + (ulong)count;
            total += count;
        }

        if (least > 1UL << SubjectKey.PageBits) return IndexFault.BadPages;
        return total == entryCount ? IndexFault.None : IndexFault.BadCount;
    }

    private static IndexFault CheckSideTable(ReadOnlySpan<byte> side)
    {
        SubjectKey? previous = null;
        var isShared = true;
        for (; !side.IsEmpty; side = side[Layout.SideEntrySize..])
        {
            var key = SubjectKey.FromFull(BinaryPrimitives.ReadUInt128BigEndian(side));
            if (!ListValue.TryRead(side[Layout.FullKeySize], out var value) || value.IsAmbiguous) return IndexFault.BadSideTable;
            if (previous is { } before && key.Full <= before.Full) return IndexFault.BadSideTable;
            var isSame = previous?.Page == key.Page;
            if (!isSame && !isShared) return IndexFault.BadSideTable;
            isShared = isSame;
            previous = key;
        }

        return isShared ? IndexFault.None : IndexFault.BadSideTable;
    }
}
