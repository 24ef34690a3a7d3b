using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Verifier.AllowList;

/// <summary>What is wrong with an index.</summary>
public enum IndexFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Shorter than its header.</summary>
    TooShort,

    /// <summary>Longer than its limit.</summary>
    TooLarge,

    /// <summary>Not an index of an allow-list.</summary>
    WrongMagic,

    /// <summary>A format that this program does not know.</summary>
    WrongFormat,

    /// <summary>The scope is empty, covers kind 0 or no kind that this program knows.</summary>
    BadScope,

    /// <summary>The province is not 1 to 8 printable ASCII characters with zeros after it.</summary>
    BadProvince,

    /// <summary>The epoch is 0 or over 2^31-1.</summary>
    BadEpoch,

    /// <summary>The sequence is over 2^31-1.</summary>
    BadSequence,

    /// <summary>The moment is before 1970 or after the beginning of 9000.</summary>
    BadAsOf,

    /// <summary>A count over its limit, or counts that disagree.</summary>
    BadCount,

    /// <summary>Not the length that its counts say.</summary>
    WrongLength,

    /// <summary>First keys of pages do not rise strictly, or too close for their counts.</summary>
    BadPages,

    /// <summary>The side table does not rise, has a value that is none, or a key that is alone.</summary>
    BadSideTable,
}

/// <summary>
/// The index of the allow-list: 41 bytes per page, 3 MB for 65,000,000 entries. It is the signed part of the list, and
/// what stays in memory: every page is checked against it at every look-up, the half that is looked in. Immutable; any thread.
/// Layout: docs/formats/allow-list.md.
/// </summary>
public sealed class AllowListIndex
{
    /// <summary>Greatest number of pages: 236 million entries.</summary>
    public const int PagesMax = 262_144;

    /// <summary>Greatest number of entries that so many pages hold.</summary>
    public const int EntriesMax = PagesMax * ListPageLayout.EntriesMax;

    /// <summary>Greatest number of entries in the side table; 65 million subjects give 0.06 on average.</summary>
    public const int SideEntriesMax = 4_096;

    /// <summary>Greatest index in bytes.</summary>
    public const int SizeMax = AllowListIndexLayout.HeaderSize
        + (PagesMax * AllowListIndexLayout.PageEntrySize) + (SideEntriesMax * AllowListIndexLayout.SideEntrySize);

    private readonly ReadOnlyMemory<byte> pages;
    private readonly ReadOnlyMemory<byte> sideTable;
    private readonly ReadOnlyMemory<byte> hash;
    private readonly int[] firstRanks;
    private readonly ushort scope;

    internal AllowListIndex(
        AllowListHeader header, ReadOnlyMemory<byte> hash, ushort scope, ReadOnlyMemory<byte> pages, ReadOnlyMemory<byte> sideTable)
    {
        Header = header;
        this.hash = hash;
        this.scope = scope;
        this.pages = pages;
        this.sideTable = sideTable;
        firstRanks = new int[PageCount + 1];
        for (var page = 0; page < PageCount; page++) firstRanks[page + 1] = firstRanks[page] + EntriesOf(page);
    }

    /// <summary>What the list is.</summary>
    public AllowListHeader Header { get; }

    /// <summary>How many distinct 56-bit keys the pages hold.</summary>
    public long EntryCount => firstRanks[^1];

    /// <summary>SHA-256 of the whole index: deltas and the page file name their base by it.</summary>
    public ReadOnlySpan<byte> Hash => hash.Span;

    /// <summary>How many pages.</summary>
    public int PageCount => pages.Length / AllowListIndexLayout.PageEntrySize;

    /// <summary>How many subjects stand in the side table.</summary>
    public int SideEntryCount => sideTable.Length / AllowListIndexLayout.SideEntrySize;

    /// <summary>Size of the page file in bytes, with its header page.</summary>
    public long PageFileSize => AllowListIndexLayout.PageFileSize(PageCount);

    /// <summary>Reads an index and keeps the bytes, which must not change afterwards. Never throws.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> source, [NotNullWhen(true)] out AllowListIndex? index, out IndexFault fault) =>
        AllowListIndexParser.TryRead(source, out index, out fault);

    /// <summary>True when the list covers this kind of subject.</summary>
    public bool Covers(SubjectKind kind) =>
        kind != SubjectKind.None && (int)kind < 16 && ((scope >> (int)kind) & 1) != 0;

    /// <summary>The first key of a page.</summary>
    public ulong FirstKey(int pageIndex) => AllowListIndexLayout.ReadKey(Page(pageIndex));

    /// <summary>How many entries a page holds.</summary>
    public int EntriesOf(int pageIndex) =>
        BinaryPrimitives.ReadUInt16BigEndian(Page(pageIndex)[AllowListIndexLayout.CountOffset..]);

    /// <summary>The rank of the page's first entry: how many entries of the whole base come before it. Below 2^31.</summary>
    public int FirstRank(int pageIndex) => firstRanks[pageIndex];

    /// <summary>The hashes of a page, as <see cref="ListPage.Hash"/> writes them.</summary>
    public ReadOnlySpan<byte> HashOf(int pageIndex) => Page(pageIndex)[AllowListIndexLayout.HashOffset..];

    /// <summary>True when a page is what was signed.</summary>
    public bool IsSigned(int pageIndex, ReadOnlySpan<byte> page)
    {
        Span<byte> hashes = stackalloc byte[ListPage.HashSize];
        ListPage.Hash(page, hashes);
        return CryptographicOperations.FixedTimeEquals(hashes, HashOf(pageIndex));
    }

    /// <summary>Decodes a whole page. False unless it is what was signed.</summary>
    /// <param name="pageIndex">Which page, from 0.</param>
    /// <param name="page">Exactly one page.</param>
    /// <param name="keys">Room for <see cref="ListPageLayout.EntriesMax"/> keys.</param>
    /// <param name="values">Room for as many values.</param>
    public bool TryDecode(int pageIndex, ReadOnlySpan<byte> page, Span<ulong> keys, Span<ListValue> values) =>
        IsSigned(pageIndex, page)
        && ListPage.TryOpen(page, FirstKey(pageIndex), out var opened, out _)
        && opened.Count == EntriesOf(pageIndex)
        && opened.TryDecode(keys, values, out _);

    /// <summary>The page that holds a key if any does: the last whose first key is not above it; -1 when there is none.</summary>
    public int FindPage(ulong key)
    {
        var (low, high) = Near(key);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (FirstKey(middle) <= key) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    /// <summary>Finds the value of one of several subjects that share a 56-bit key.</summary>
    public bool TryFindAmbiguous(SubjectKey key, out ListValue value)
    {
        var low = 0;
        var high = SideEntryCount;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var entry = sideTable.Span.Slice(middle * AllowListIndexLayout.SideEntrySize, AllowListIndexLayout.SideEntrySize);
            var full = BinaryPrimitives.ReadUInt128BigEndian(entry);
            if (full == key.Full) return ListValue.TryRead(entry[AllowListIndexLayout.FullKeySize], out value);
            if (full < key.Full) low = middle + 1;
            else high = middle;
        }

        value = default;
        return false;
    }

    /// <summary>Gives the subjects that the side table has of a 56-bit key.</summary>
    public void CopySharers(ulong key, IDictionary<UInt128, ListValue> sharers)
    {
        for (var at = 0; at < SideEntryCount; at++)
        {
            var entry = sideTable.Span.Slice(at * AllowListIndexLayout.SideEntrySize, AllowListIndexLayout.SideEntrySize);
            var full = SubjectKey.FromFull(BinaryPrimitives.ReadUInt128BigEndian(entry));
            if (full.Page == key && ListValue.TryRead(entry[AllowListIndexLayout.FullKeySize], out var value)) sharers[full.Full] = value;
        }
    }

    /// <summary>A guess, by where the key lies between the first keys of this page and the next.</summary>
    internal bool IsLikelyRight(int pageIndex, ulong key)
    {
        var first = FirstKey(pageIndex);
        var next = pageIndex + 1 < PageCount ? FirstKey(pageIndex + 1) : 1UL << SubjectKey.PageBits;
        return key - first >= (next - first) / 2;
    }

    internal bool IsHalfSigned(int pageIndex, bool isRight, ReadOnlySpan<byte> half)
    {
        Span<byte> found = stackalloc byte[ListPage.HalfHashSize];
        ListPage.HashHalf(half, found);
        return CryptographicOperations.FixedTimeEquals(found, HashOf(pageIndex).Slice(isRight ? ListPage.HalfHashSize : 0, ListPage.HalfHashSize));
    }

    // Keys are spread evenly, so the place of a key is known but for a few pages: a few steps in memory that lies together
    // instead of seventeen all over it. The range holds the answer for any keys.
    private (int Low, int High) Near(ulong key)
    {
        var guess = (int)Math.Min(((key >> 10) * (ulong)PageCount) >> (SubjectKey.PageBits - 10), (ulong)PageCount);
        for (var reach = 16; reach < PageCount; reach *= 4)
        {
            var low = Math.Max(guess - reach, 0);
            var high = Math.Min(guess + reach, PageCount);
            if ((low == 0 || FirstKey(low - 1) <= key) && (high == PageCount || FirstKey(high) > key)) return (low, high);
        }

        return (0, PageCount);
    }

    private ReadOnlySpan<byte> Page(int index) =>
        pages.Span.Slice(index * AllowListIndexLayout.PageEntrySize, AllowListIndexLayout.PageEntrySize);
}
