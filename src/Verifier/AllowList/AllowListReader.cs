namespace Verifier.AllowList;

/// <summary>Reads a page of the list, or a part of it, into <paramref name="target"/>. False when the storage fails.</summary>
/// <param name="pageIndex">Which page, from 0; the header page is not counted.</param>
/// <param name="offset">Where in the page, from 0.</param>
/// <param name="target">A buffer of exactly what is read.</param>
public delegate bool PageRead(int pageIndex, int offset, Span<byte> target);

/// <summary>
/// Looks subjects up in the signed list. Rules, in checking order:
/// <list type="number">
/// <item>The list covers this kind of subject.</item>
/// <item>The index names the one page that can hold the key; below the first page nobody is listed.</item>
/// <item>The half of it where the key is likely to be is read into a buffer that nobody else can change.</item>
/// <item>Its hash is the one in the signed index; otherwise nothing on the page is believed.</item>
/// <item>It names the split of the page. Where that says that the key is in the other half, the other is read and held against its
/// hash as well, and names the same split.</item>
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
    public static AllowListReader Unusable(AllowListIndex index) => new(index, static (_, _, _) => false) { isUnusable = true };

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

        Span<byte> bytes = stackalloc byte[ListPageLayout.HalfSize];
        var isRight = index.IsLikelyRight(pageIndex, key.Page);
        if (!TryReadHalf(pageIndex, isRight, bytes, out var failure)) return failure;
        var split = ListHalf.SplitOf(bytes);
        if (isRight != IsRightOf(split, key))
        {
            isRight = !isRight;
            if (!TryReadHalf(pageIndex, isRight, bytes, out failure)) return failure;
        }

        return ListHalf.SplitOf(bytes) == split ? FindIn(pageIndex, isRight, bytes, key) : Tampered(pageIndex);
    }

    private static bool IsRightOf(ulong split, SubjectKey key) => split != 0 && key.Page >= split;

    private bool TryReadHalf(int pageIndex, bool isRight, Span<byte> half, out ListAnswer failure)
    {
        failure = ListAnswer.Without(ListAnswerKind.NoList);
        if (!readPage(pageIndex, isRight ? ListPageLayout.HalfSize : 0, half)) return false;
        if (index.IsHalfSigned(pageIndex, isRight, half)) return true;
        failure = Tampered(pageIndex);
        return false;
    }

    // Signed by the province and still not half a page: as little to be believed as a tampered one.
    private ListAnswer FindIn(int pageIndex, bool isRight, ReadOnlySpan<byte> bytes, SubjectKey key)
    {
        var split = ListHalf.SplitOf(bytes);
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
