namespace Verifier.AllowList;

/// <summary>Reads one page of the list into <paramref name="page"/>. False when the storage fails.</summary>
/// <param name="pageIndex">Which page, from 0; the header page is not counted.</param>
/// <param name="page">A buffer of exactly one page.</param>
public delegate bool PageRead(int pageIndex, Span<byte> page);

/// <summary>
/// Looks subjects up in the signed list. Rules, in checking order:
/// <list type="number">
/// <item>The list covers this kind of subject.</item>
/// <item>The index names the one page that can hold the key; below the first page nobody is listed.</item>
/// <item>The page is read, once, into a buffer that nobody else can change.</item>
/// <item>The split on it chooses the half to look in. That half has the hash in the signed index and itself says that the key
/// is on its side of the split; otherwise nothing on the page is believed.</item>
/// <item>What a delta said since about that entry of the base, or about a key that the base has not, counts instead.</item>
/// <item>A key that several subjects share is decided by all 128 bits: first by the deltas, then by the side table.</item>
/// </list>
/// Immutable; any thread.
/// </summary>
public sealed class AllowListReader
{
    private readonly AllowListIndex index;
    private readonly PageRead readPage;
    private readonly Action<int>? onTampered;
    private bool isUnusable;

    /// <summary>A reader over the pages of one index.</summary>
    /// <param name="index">The signed index.</param>
    /// <param name="readPage">Reads its pages; called on the thread of the look-up.</param>
    /// <param name="overlay">What changed since; null for the base alone.</param>
    /// <param name="onTampered">Told of each page that is not what was signed, on the thread of the look-up: it must not wait.</param>
    /// <exception cref="ArgumentException">The overlay is of another base.</exception>
    public AllowListReader(AllowListIndex index, PageRead readPage, DeltaOverlay? overlay = null, Action<int>? onTampered = null)
    {
        if (overlay is not null && !overlay.BaseHash.SequenceEqual(index.Hash)) throw new ArgumentException("The overlay of another base.", nameof(overlay));
        this.index = index;
        this.readPage = readPage;
        this.onTampered = onTampered;
        Overlay = overlay ?? DeltaOverlay.Start(index);
        EntryCount = index.EntryCount + Overlay.EntriesMore;
    }

    /// <summary>A list of which nothing can be said: its newest changes are lost, and the base alone would be older than they were.</summary>
    public static AllowListReader Unusable(AllowListIndex index) => new(index, static (_, _) => false) { isUnusable = true };

    /// <summary>What the base is.</summary>
    public AllowListHeader Header => index.Header;

    /// <summary>What changed since the base.</summary>
    public DeltaOverlay Overlay { get; }

    /// <summary>How many distinct 56-bit keys it lists.</summary>
    public long EntryCount { get; }

    /// <summary>Looks one subject up. Allocates nothing. Any thread.</summary>
    public ListAnswer Find(SubjectKind kind, SubjectKey key)
    {
        if (!index.Covers(kind)) return ListAnswer.Without(ListAnswerKind.OutsideScope);
        if (isUnusable) return ListAnswer.Without(ListAnswerKind.NoList);
        var pageIndex = index.FindPage(key.Page);
        if (pageIndex < 0) return FindInserted(key);

        Span<byte> page = stackalloc byte[ListPageLayout.PageSize];
        if (!readPage(pageIndex, page)) return ListAnswer.Without(ListAnswerKind.NoList);
        var split = ListHalf.SplitOf(page);
        var isRight = split != 0 && key.Page >= split;
        var bytes = ListPageLayout.Half(page, isRight);
        if (!index.IsHalfSigned(pageIndex, isRight, bytes) || ListHalf.SplitOf(bytes) != split) return Tampered(pageIndex);

        // Signed by the province and still not a page: as little to be believed as a tampered one.
        if (!ListHalf.TryOpen(bytes, isRight ? split : index.FirstKey(pageIndex), out var half, out _)) return Tampered(pageIndex);
        var entries = index.EntriesOf(pageIndex);
        if (split == 0 ? half.Count != entries : half.Count >= entries) return Tampered(pageIndex);
        var rank = index.FirstRank(pageIndex) + (isRight ? entries - half.Count : 0);
        return half.Find(key.Page, out var position, out var value) switch
        {
            PageSearch.NotFound => FindInserted(key),
            PageSearch.Found => Answer(key, Newest(rank + position, value)),
            _ => Tampered(pageIndex),
        };
    }

    private ListAnswer Tampered(int pageIndex)
    {
        onTampered?.Invoke(pageIndex);
        return ListAnswer.Without(ListAnswerKind.PageTampered);
    }

    private ListValue Newest(int rank, ListValue ofBase) => Overlay.Changes.Ranks.TryFind(rank, out var changed) ? changed : ofBase;

    private ListAnswer FindInserted(SubjectKey key)
    {
        Overlay.Changes.Inserts.TryFind(key.Page, out var value);
        return Answer(key, value);
    }

    private ListAnswer Answer(SubjectKey key, ListValue value)
    {
        if (value.IsAmbiguous && !Overlay.Changes.Side.TryFind(key.Full, out value)) index.TryFindAmbiguous(key, out value);
        return value == default ? ListAnswer.Without(ListAnswerKind.NotListed) : ListAnswer.Listed(value);
    }
}
