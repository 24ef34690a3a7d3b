using System.Security.Cryptography;

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
/// <item>Its SHA-256 is the one in the signed index; otherwise nothing on it is believed.</item>
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

        Span<byte> bytes = stackalloc byte[ListPageLayout.PageSize];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!readPage(pageIndex, bytes)) return ListAnswer.Without(ListAnswerKind.NoList);
        SHA256.HashData(bytes, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, index.HashOf(pageIndex)))
            return Tampered(pageIndex);

        // Signed by the province and still not a page: as little to be believed as a tampered one.
        if (!ListPage.TryOpen(bytes, index.FirstKey(pageIndex), out var page, out _) || page.Count != index.EntriesOf(pageIndex))
            return Tampered(pageIndex);
        return page.Find(key.Page, out var position, out var value) switch
        {
            PageSearch.NotFound => FindInserted(key),
            PageSearch.Found => Answer(key, Newest(index.FirstRank(pageIndex) + position, value)),
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
