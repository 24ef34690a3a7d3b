using Distribution;
using Verifier.AllowList;

namespace Province.Lists;

/// <summary>What a base says of a 56-bit key.</summary>
/// <param name="Rank">The rank of the entry; -1 when there is none.</param>
/// <param name="Value">Its value in the base.</param>
/// <param name="Subject">Whose it is; nobody's when it is ambiguous.</param>
internal readonly record struct BaseEntry(int Rank, ListValue Value, SubjectKey Subject)
{
    /// <summary>The base has no such key.</summary>
    public static BaseEntry None { get; } = new(-1, default, default);
}

/// <summary>
/// A base as the authority keeps it, with its full keys. Remembers the page it read last: ask in the order of keys. Every
/// page is checked against the index. One thread.
/// </summary>
internal sealed class ListBase : IDisposable
{
    private readonly PageFile pages;
    private readonly FullKeyFile rests;
    private readonly ulong[] keys = new ulong[ListPageLayout.EntriesMax];
    private readonly ListValue[] values = new ListValue[ListPageLayout.EntriesMax];
    private int pageAtHand = -1;
    private int countAtHand;

    private ListBase(AllowListIndex index, PageFile pages, FullKeyFile rests)
    {
        Index = index;
        this.pages = pages;
        this.rests = rests;
    }

    /// <summary>The index.</summary>
    public AllowListIndex Index { get; }

    /// <summary>Opens the files of a base.</summary>
    /// <exception cref="CommandFailure">They are broken or do not belong together.</exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static ListBase Open(BaseFiles files)
    {
        var indexFile = File.ReadAllBytes(files.Index);
        if (!AllowListIndex.TryRead(indexFile, out var index, out var fault)) throw new CommandFailure($"{files.Index}: {fault}.");
        var opened = PageFile.Open(files.Pages);
        try
        {
            return new ListBase(index, opened, FullKeyFile.Open(files.Full, indexFile, index.EntryCount));
        }
        catch (InvalidDataException broken)
        {
            opened.Dispose();
            throw new CommandFailure(broken.Message, broken);
        }
    }

    /// <summary>Finds the entry of a 56-bit key.</summary>
    /// <exception cref="CommandFailure">A page is not the one that the index names.</exception>
    public BaseEntry Find(ulong pageKey)
    {
        var pageIndex = Index.FindPage(pageKey);
        if (pageIndex < 0) return BaseEntry.None;
        if (pageIndex != pageAtHand) Load(pageIndex);
        var position = Array.BinarySearch(keys, 0, countAtHand, pageKey);
        if (position < 0) return BaseEntry.None;
        var rank = Index.FirstRank(pageIndex) + position;
        var value = values[position];
        return new BaseEntry(rank, value, value.IsAmbiguous ? default : rests.FullKey(rank, pageKey));
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        pages.Dispose();
        rests.Dispose();
    }

    private void Load(int pageIndex)
    {
        pageAtHand = -1;
        Span<byte> bytes = stackalloc byte[ListPageLayout.PageSize];
        if (!pages.TryRead(pageIndex, 0, bytes)) throw new CommandFailure($"Page {pageIndex} of the base cannot be read.");
        if (!Index.TryDecode(pageIndex, bytes, keys, values))
            throw new CommandFailure($"Page {pageIndex} of the base is not the one its index names: restore the base.");
        countAtHand = Index.EntriesOf(pageIndex);
        pageAtHand = pageIndex;
    }
}
