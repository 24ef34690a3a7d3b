using Verifier.AllowList;

namespace Distribution;

/// <summary>
/// Writes a list from sorted entries, streaming: the page file page by page, the index at the end. Subjects whose 56-bit
/// keys collide become one ambiguous entry and stand in full in the side table. The same entries give the same bytes.
/// </summary>
public static class AllowListWriter
{
    private const int BufferSize = 64 * ListPageLayout.PageSize;

    /// <summary>Writes <c>base-EPOCH.gal</c> at a path and returns the bytes of <c>base-EPOCH.idx</c>.</summary>
    /// <param name="path">The page file; overwritten.</param>
    /// <param name="header">What the list is.</param>
    /// <param name="sorted">Entries by strictly rising full key.</param>
    /// <exception cref="ArgumentException">A key does not rise: unsorted, or one subject twice.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static byte[] Write(string path, AllowListHeader header, IEnumerable<ListEntry> sorted)
    {
        var index = new AllowListIndexWriter(header);
        var page = new byte[ListPageLayout.PageSize];
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
        stream.Write(page);
        WritePages(stream, index, page, sorted);

        new PageFileHeader(header.Province, header.Epoch, index.PageCount, index.EntryCount).Write(page);
        stream.Position = 0;
        stream.Write(page);
        stream.Flush(flushToDisk: true);
        return index.ToBytes();
    }

    private static void WritePages(FileStream stream, AllowListIndexWriter index, byte[] page, IEnumerable<ListEntry> sorted)
    {
        var writer = new ListPageWriter();
        foreach (var (key, value) in Distinct(sorted, index))
        {
            if (writer.TryAdd(key, value)) continue;
            Flush(stream, index, writer, page);
            if (!writer.TryAdd(key, value)) throw new System.Diagnostics.UnreachableException("An empty page takes any entry.");
        }

        if (writer.Count > 0) Flush(stream, index, writer, page);
    }

    private static void Flush(FileStream stream, AllowListIndexWriter index, ListPageWriter writer, byte[] page)
    {
        var firstKey = writer.FirstKey;
        var count = writer.Count;
        writer.Write(page);
        index.AddPage(firstKey, count, page);
        stream.Write(page);
    }

    // One entry per 56-bit key. An entry waits until the next shows whether it is alone.
    private static IEnumerable<(ulong Key, ListValue Value)> Distinct(IEnumerable<ListEntry> sorted, AllowListIndexWriter index)
    {
        ListEntry? waiting = null;
        var isShared = false;
        foreach (var entry in sorted)
        {
            if (waiting is { } before)
            {
                if (entry.Key.Full <= before.Key.Full)
                    throw new ArgumentException("Entries must rise strictly: these are unsorted, or one subject stands twice.", nameof(sorted));
                var isSame = entry.Key.Page == before.Key.Page;
                if (isSame || isShared) index.AddAmbiguous(before.Key, before.Value);
                if (!isSame) yield return (before.Key.Page, isShared ? ListValue.Ambiguous : before.Value);
                isShared = isSame;
            }

            waiting = entry;
        }

        if (waiting is not { } last) yield break;
        if (isShared) index.AddAmbiguous(last.Key, last.Value);
        yield return (last.Key.Page, isShared ? ListValue.Ambiguous : last.Value);
    }
}
