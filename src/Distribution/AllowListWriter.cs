using Verifier.AllowList;

namespace Distribution;

/// <summary>
/// Writes a list from sorted entries, streaming: the page file page by page, the index at the end. Subjects whose 56-bit
/// keys collide become one ambiguous entry and stand in full in the side table. The same entries give the same bytes.
/// </summary>
public static class AllowListWriter
{
    /// <summary>Writes <c>base-EPOCH.gal</c> at a path and returns the bytes of <c>base-EPOCH.idx</c>.</summary>
    /// <param name="path">The page file; overwritten.</param>
    /// <param name="header">What the list is.</param>
    /// <param name="sorted">Entries by strictly rising full key.</param>
    /// <param name="fullPath">Where the authority's companion <c>base-EPOCH.full</c> is written; null for none.</param>
    /// <exception cref="UnsortedEntriesException">A key does not rise: unsorted, or one subject twice.</exception>
    /// <exception cref="InvalidOperationException">More pages or ambiguous subjects than an index can name.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static byte[] Write(string path, AllowListHeader header, IEnumerable<ListEntry> sorted, string? fullPath = null)
    {
        using var pages = PageFileWriter.Create(path, header);
        using var rests = fullPath is null ? null : FullKeyWriter.Create(fullPath);
        var waiting = default(ListEntry);
        var isWaiting = false;
        var isShared = false;
        foreach (var entry in sorted)
        {
            if (isWaiting)
            {
                if (entry.Key.Full <= waiting.Key.Full) throw new UnsortedEntriesException(entry.Key);
                // An entry waits until the next shows whether it is alone.
                var isSame = entry.Key.Page == waiting.Key.Page;
                if (isSame || isShared) pages.AddAmbiguous(waiting.Key, waiting.Value);
                if (!isSame) Add(pages, rests, waiting, isShared);
                isShared = isSame;
            }

            waiting = entry;
            isWaiting = true;
        }

        if (isShared) pages.AddAmbiguous(waiting.Key, waiting.Value);
        if (isWaiting) Add(pages, rests, waiting, isShared);
        var index = pages.Finish();
        rests?.Finish(index);
        return index;
    }

    // Ambiguous subjects stand in full in the side table, so their rank has no rest of its own.
    private static void Add(PageFileWriter pages, FullKeyWriter? rests, ListEntry entry, bool isShared)
    {
        pages.Add(entry.Key.Page, isShared ? ListValue.Ambiguous : entry.Value);
        rests?.Add(isShared ? default : entry.Key);
    }
}
