using System.Globalization;
using Verifier.AllowList;

namespace Distribution.Lists;

/// <summary>
/// The pages of a base in the province's repository, read by range: <c>targets/list/INDEXHASH.base-EPOCH.gal</c>.
/// Nothing is believed that its index does not name by hash.
/// </summary>
internal sealed class PageSource
{
    private readonly AllowListIndex index;
    private readonly Fetch fetch;
    private readonly string path;

    public PageSource(AllowListIndex index, Fetch fetch)
    {
        this.index = index;
        this.fetch = fetch;
        path = string.Create(
            CultureInfo.InvariantCulture, $"targets/list/{Convert.ToHexStringLower(index.Hash)}.base-{index.Header.Epoch}.gal");
    }

    /// <summary>How many bytes came.</summary>
    public long BytesFetched { get; private set; }

    /// <summary>Reads pages that follow each other and holds each against the index.</summary>
    /// <exception cref="RefusedException">They are not there, or one is not what was signed.</exception>
    /// <exception cref="IOException">The repository cannot be read.</exception>
    public async Task ReadAsync(int firstPage, Memory<byte> pages, CancellationToken stop)
    {
        var offset = ListPageLayout.PageSize * (1L + firstPage);
        for (var filled = 0; filled < pages.Length;)
        {
            var count = await fetch(path, offset + filled, pages[filled..], stop);
            if (count < 0) throw new RefusedException($"The repository has no {path}.");
            if (count == 0) throw new RefusedException($"{path} ends at byte {offset + filled}: it is shorter than its index says.");
            filled += count;
            BytesFetched += count;
        }

        for (var at = 0; at < pages.Length; at += ListPageLayout.PageSize)
        {
            var page = firstPage + (at / ListPageLayout.PageSize);
            if (!index.IsSigned(page, pages.Span.Slice(at, ListPageLayout.PageSize)))
                throw new RefusedException($"Page {page} of the list is not what was signed.");
        }
    }
}
