using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Layout = Verifier.AllowList.AllowListIndexLayout;

namespace Verifier.AllowList;

/// <summary>Gathers pages and side entries and writes <c>base-EPOCH.idx</c>. The same input gives the same bytes.</summary>
public sealed class AllowListIndexWriter
{
    private readonly AllowListHeader header;
    private readonly List<byte> pages = [];
    private readonly List<byte> sideTable = [];

    /// <summary>Begins the index of one list.</summary>
    /// <exception cref="ArgumentException">The header is outside its ranges.</exception>
    public AllowListIndexWriter(AllowListHeader header)
    {
        if (!AllowListHeader.IsProvince(header.Province)) throw new ArgumentException("A province is 1 to 8 printable ASCII characters.", nameof(header));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(header.Epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(header.Sequence);
        ArgumentOutOfRangeException.ThrowIfLessThan(header.AsOf, DateTimeOffset.UnixEpoch);
        if (header.Scope.IsDefaultOrEmpty || header.Scope.Contains(SubjectKind.None))
            throw new ArgumentException("A list covers at least one kind of subject.", nameof(header));
        this.header = header;
    }

    /// <summary>How many pages were added.</summary>
    public int PageCount => pages.Count / Layout.PageEntrySize;

    /// <summary>The hashes of the page that was added last.</summary>
    public ReadOnlySpan<byte> LastHash => CollectionsMarshal.AsSpan(pages)[^ListPage.HashSize..];

    /// <summary>How many full keys were added.</summary>
    public int SideEntryCount => sideTable.Count / Layout.SideEntrySize;

    /// <summary>How many entries the pages hold.</summary>
    public long EntryCount { get; private set; }

    /// <summary>Adds a page, in the order of keys.</summary>
    /// <exception cref="InvalidOperationException">There are as many pages as an index can name.</exception>
    public void AddPage(ulong firstKey, int count, ReadOnlySpan<byte> page)
    {
        if (PageCount == AllowListIndex.PagesMax)
            throw new InvalidOperationException($"A list has at most {AllowListIndex.PagesMax} pages.");
        Span<byte> entry = stackalloc byte[Layout.PageEntrySize];
        Layout.WriteKey(entry, firstKey);
        BinaryPrimitives.WriteUInt16BigEndian(entry[Layout.CountOffset..], (ushort)count);
        ListPage.Hash(page, entry[Layout.HashOffset..]);
        pages.AddRange(entry);
        EntryCount += count;
    }

    /// <summary>Adds a subject that shares its 56-bit key, in the order of full keys.</summary>
    /// <exception cref="InvalidOperationException">The side table is full.</exception>
    public void AddAmbiguous(SubjectKey key, ListValue value)
    {
        if (SideEntryCount == AllowListIndex.SideEntriesMax)
            throw new InvalidOperationException($"A side table has at most {AllowListIndex.SideEntriesMax} entries.");
        Span<byte> entry = stackalloc byte[Layout.SideEntrySize];
        BinaryPrimitives.WriteUInt128BigEndian(entry, key.Full);
        entry[Layout.FullKeySize] = value.Code;
        sideTable.AddRange(entry);
    }

    /// <summary>The index file.</summary>
    public byte[] ToBytes()
    {
        var index = new byte[Layout.HeaderSize + pages.Count + sideTable.Count];
        Layout.Magic.CopyTo(index);
        BinaryPrimitives.WriteUInt16BigEndian(index.AsSpan(Layout.FormatOffset), Layout.Format);
        BinaryPrimitives.WriteUInt16BigEndian(index.AsSpan(Layout.ScopeOffset), Layout.ScopeOf(header.Scope));
        System.Text.Encoding.Latin1.GetBytes(header.Province, index.AsSpan(Layout.ProvinceOffset));
        BinaryPrimitives.WriteInt32BigEndian(index.AsSpan(Layout.EpochOffset), header.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(index.AsSpan(Layout.PageCountOffset), PageCount);
        BinaryPrimitives.WriteInt64BigEndian(index.AsSpan(Layout.EntryCountOffset), EntryCount);
        BinaryPrimitives.WriteInt64BigEndian(index.AsSpan(Layout.AsOfOffset), header.AsOf.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt32BigEndian(index.AsSpan(Layout.SideCountOffset), sideTable.Count / Layout.SideEntrySize);
        BinaryPrimitives.WriteInt32BigEndian(index.AsSpan(Layout.SequenceOffset), header.Sequence);
        BinaryPrimitives.WriteInt64BigEndian(index.AsSpan(Layout.PageFileSizeOffset), Layout.PageFileSize(PageCount));
        pages.CopyTo(index, Layout.HeaderSize);
        sideTable.CopyTo(index, Layout.HeaderSize + pages.Count);
        return index;
    }
}
