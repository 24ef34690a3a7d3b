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
/// <item>A key that several subjects share is decided by the side table, by all 128 bits.</item>
/// </list>
/// </summary>
public sealed class AllowListReader
{
    private readonly AllowListIndex index;
    private readonly PageRead readPage;

    /// <summary>A reader over the pages of one index.</summary>
    /// <param name="index">The signed index.</param>
    /// <param name="readPage">Reads its pages; called on the thread of the look-up.</param>
    public AllowListReader(AllowListIndex index, PageRead readPage)
    {
        this.index = index;
        this.readPage = readPage;
    }

    /// <summary>What the list is.</summary>
    public AllowListHeader Header => index.Header;

    /// <summary>How many subjects it lists.</summary>
    public long EntryCount => index.EntryCount;

    /// <summary>Looks one subject up. Allocates nothing. Any thread.</summary>
    public ListAnswer Find(SubjectKind kind, SubjectKey key)
    {
        if (!index.Covers(kind)) return ListAnswer.Without(ListAnswerKind.OutsideScope);
        var pageIndex = index.FindPage(key.Page);
        if (pageIndex < 0) return ListAnswer.Without(ListAnswerKind.NotListed);

        Span<byte> bytes = stackalloc byte[ListPageLayout.PageSize];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!readPage(pageIndex, bytes)) return ListAnswer.Without(ListAnswerKind.NoList);
        SHA256.HashData(bytes, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, index.HashOf(pageIndex)))
            return ListAnswer.Without(ListAnswerKind.PageTampered);

        // Signed by the province and still not a page: as little to be believed as a tampered one.
        if (!ListPage.TryOpen(bytes, index.FirstKey(pageIndex), out var page, out _) || page.Count != index.EntriesOf(pageIndex))
            return ListAnswer.Without(ListAnswerKind.PageTampered);
        return page.Find(key.Page, out var value) switch
        {
            PageSearch.NotFound => ListAnswer.Without(ListAnswerKind.NotListed),
            PageSearch.Found when !value.IsAmbiguous => ListAnswer.Listed(value),
            PageSearch.Found => FindAmbiguous(key),
            _ => ListAnswer.Without(ListAnswerKind.PageTampered),
        };
    }

    private ListAnswer FindAmbiguous(SubjectKey key) => index.TryFindAmbiguous(key, out var value)
        ? ListAnswer.Listed(value)
        : ListAnswer.Without(ListAnswerKind.NotListed);
}
