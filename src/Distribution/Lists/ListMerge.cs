using System.Diagnostics;
using Verifier.AllowList;

namespace Distribution.Lists;

/// <summary>Why a base and its changes cannot be merged.</summary>
public enum MergeFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A page of the base cannot be read.</summary>
    PageUnreadable,

    /// <summary>A page of the base is not what its index says.</summary>
    PageTampered,

    /// <summary>An inserted key stands in the base: a publisher's error.</summary>
    InsertInBase,

    /// <summary>More pages or ambiguous subjects than an index can name.</summary>
    TooMany,
}

/// <summary>
/// Merges a base and what changed since into the next base, page by page. The publisher and every gate give the same bytes.
/// Rules, for each 56-bit key in rising order:
/// <list type="number">
/// <item>Its value is the overlay's for its rank or inserted key, otherwise the base's; a removed one is left out.</item>
/// <item>An ambiguous one stands for the subjects that the overlay, or else the side table, gives it in full and that are
/// not removed: of none nothing is left, one alone stands with its value, more stay ambiguous and go to the side table.</item>
/// <item>Pages are packed as <see cref="ListPageWriter"/> packs them.</item>
/// </list>
/// Each page of the base is held against its hash before it is used. In memory are one page of either side and the new index.
/// One thread.
/// </summary>
public sealed class ListMerge
{
    private const int BufferSize = 64 * ListPageLayout.PageSize;

    private readonly AllowListIndex index;
    private readonly PageRead readPage;
    private readonly ListChanges changes;
    private readonly AllowListIndexWriter nextIndex;
    private readonly ListPageWriter packed = new();
    private readonly byte[] source = new byte[ListPageLayout.PageSize];
    private readonly ulong[] keys = new ulong[ListPageLayout.EntriesMax];
    private readonly ListValue[] values = new ListValue[ListPageLayout.EntriesMax];
    private readonly SortedDictionary<UInt128, ListValue> sharers = [];
    private int count;
    private int position;
    private int rank;
    private int changedRanks;
    private int inserted;
    private (ulong Key, ListValue Value)? waiting;

    /// <summary>Begins a merge.</summary>
    /// <param name="index">The index of the base.</param>
    /// <param name="readPage">Reads its pages.</param>
    /// <param name="overlay">What changed since, over that base.</param>
    /// <param name="header">What the next base is.</param>
    /// <exception cref="ArgumentException">The overlay is of another base, or the header is outside its ranges.</exception>
    public ListMerge(AllowListIndex index, PageRead readPage, DeltaOverlay overlay, AllowListHeader header)
    {
        if (!overlay.BaseHash.SequenceEqual(index.Hash)) throw new ArgumentException("The overlay of another base.", nameof(overlay));
        this.index = index;
        this.readPage = readPage;
        changes = overlay.Changes;
        nextIndex = new AllowListIndexWriter(header);
    }

    /// <summary>Why the merge ended early.</summary>
    public MergeFault Fault { get; private set; }

    /// <summary>How many pages of the base were read; with a fault the last is the one at fault.</summary>
    public int PagesRead { get; private set; }

    /// <summary>How many pages of the next base were written.</summary>
    public int PagesWritten => nextIndex.PageCount;

    /// <summary>How many entries they hold.</summary>
    public long EntriesWritten => nextIndex.EntryCount;

    /// <summary>The hashes of the page that was written last.</summary>
    public ReadOnlySpan<byte> LastHash => nextIndex.LastHash;

    /// <summary>Writes the next page. False after the last one, and on a fault.</summary>
    /// <param name="page">Exactly one page of bytes.</param>
    public bool TryWritePage(Span<byte> page)
    {
        while (waiting is not null || TryTake())
        {
            var (key, value) = waiting!.Value;
            if (!packed.TryAdd(key, value)) return Write(page);
            waiting = null;
        }

        return Fault == MergeFault.None && packed.Count > 0 && Write(page);
    }

    /// <summary>The index of the next base; once no page is left and there is no fault.</summary>
    public byte[] ToIndex()
    {
        Debug.Assert(Fault == MergeFault.None && packed.Count == 0, "The merge is whole.");
        return nextIndex.ToBytes();
    }

    /// <summary>Merges in one go: writes the page file of the next base and returns its index, on the publisher's side.</summary>
    /// <param name="path">The page file; overwritten.</param>
    /// <param name="index">The index of the base.</param>
    /// <param name="readPage">Reads its pages.</param>
    /// <param name="overlay">What changed since.</param>
    /// <param name="header">What the next base is.</param>
    /// <exception cref="InvalidDataException">The base and its changes cannot be merged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static byte[] Write(string path, AllowListIndex index, PageRead readPage, DeltaOverlay overlay, AllowListHeader header)
    {
        var merge = new ListMerge(index, readPage, overlay, header);
        var page = new byte[ListPageLayout.PageSize];
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
        stream.Write(page);
        while (merge.TryWritePage(page)) stream.Write(page);
        if (merge.Fault != MergeFault.None) throw new InvalidDataException($"The base and its changes cannot be merged: {merge.Fault}.");
        new PageFileHeader(header.Province, header.Epoch, merge.PagesWritten, merge.EntriesWritten).Write(page);
        stream.Position = 0;
        stream.Write(page);
        DurableFile.Flush(stream);
        return merge.ToIndex();
    }

    private bool Write(Span<byte> page)
    {
        if (PagesWritten == AllowListIndex.PagesMax) return Fail(MergeFault.TooMany);
        var first = packed.FirstKey;
        var entries = packed.Count;
        packed.Write(page);
        nextIndex.AddPage(first, entries, page);
        return true;
    }

    // The next key that stays in the list.
    private bool TryTake()
    {
        while (Fault == MergeFault.None)
        {
            if (position == count && PagesRead < index.PageCount && !TryReadPage()) return false;
            var hasBase = position < count;
            var hasInsert = inserted < changes.Inserts.Count;
            if (!hasBase && !hasInsert) return false;
            var order = !hasBase ? 1 : !hasInsert ? -1 : keys[position].CompareTo(changes.Inserts.Keys[inserted]);
            if (order == 0) return Fail(MergeFault.InsertInBase);
            var (key, value) = order < 0 ? TakeBase() : TakeInserted();
            if (value.IsAmbiguous) value = Settle(key);
            if (value == default) continue;
            waiting = (key, value);
            return true;
        }

        return false;
    }

    private (ulong Key, ListValue Value) TakeInserted() => (changes.Inserts.Keys[inserted], changes.Inserts.Values[inserted++]);

    private (ulong Key, ListValue Value) TakeBase()
    {
        var value = values[position];
        if (changedRanks < changes.Ranks.Count && changes.Ranks.Keys[changedRanks] == rank) value = changes.Ranks.Values[changedRanks++];
        rank++;
        return (keys[position++], value);
    }

    private bool TryReadPage()
    {
        var page = PagesRead++;
        if (!readPage(page, 0, source)) return Fail(MergeFault.PageUnreadable);
        if (!index.TryDecode(page, source, keys, values)) return Fail(MergeFault.PageTampered);
        count = index.EntriesOf(page);
        position = 0;
        return true;
    }

    // The value of an ambiguous key after the merge; default when nobody is left of it.
    private ListValue Settle(ulong key)
    {
        sharers.Clear();
        index.CopySharers(key, sharers);
        changes.CopySharers(key, sharers);
        var left = sharers.Where(static one => one.Value != default).ToList();
        if (left.Count <= 1) return left.Count == 0 ? default : left[0].Value;
        if (nextIndex.SideEntryCount + left.Count > AllowListIndex.SideEntriesMax)
        {
            Fail(MergeFault.TooMany);
            return default;
        }

        foreach (var (full, value) in left) nextIndex.AddAmbiguous(SubjectKey.FromFull(full), value);
        return ListValue.Ambiguous;
    }

    private bool Fail(MergeFault fault)
    {
        Fault = fault;
        return false;
    }
}
