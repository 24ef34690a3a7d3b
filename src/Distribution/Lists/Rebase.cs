using Verifier.AllowList;

namespace Distribution.Lists;

/// <summary>How the pages of a pending base came to be.</summary>
/// <param name="IsDone">True when they are here now; false when there was nothing to do.</param>
/// <param name="BytesFetched">How much the repository gave: nothing when base and changes merged into all of it.</param>
public sealed record RebaseResult(bool IsDone, long BytesFetched);

/// <summary>
/// Makes the base that is signed and not here yet, while the one that is served goes on serving: its index and its pages merged
/// from that and its changes, and only where the result is not what was signed from the repository.
/// </summary>
public static class Rebase
{
    /// <summary>Makes the pages, whole and on the disk; the next opening of the documents takes them.</summary>
    /// <param name="served">What is served.</param>
    /// <param name="fetch">The repository.</param>
    /// <param name="pace">How fast; null for no limit.</param>
    /// <param name="stop">Ends the work; it is taken up again where it was.</param>
    /// <exception cref="RefusedException">A page is missing in the repository, or is not what was signed.</exception>
    /// <exception cref="IOException">The repository or the disk fails, or is full; what is served stands.</exception>
    public static async Task<RebaseResult> RunAsync(ServedList served, Fetch fetch, Pace? pace, CancellationToken stop)
    {
        if (served.Pending is not { } pending) return new RebaseResult(IsDone: false, 0);
        var signed = served.Folder.FindIndex(pending.Name);
        if (signed is not null && served.Folder.HasPages(signed)) return new RebaseResult(IsDone: false, 0);
        var fetched = 0L;
        if (signed is null)
        {
            var bytes = pending.IsOfOthers ? null : await MakeIndexAsync(served, pace, stop);
            if (bytes is null || !pending.IsOf(bytes))
            {
                bytes = await pending.FetchAsync(fetch, stop);
                fetched = bytes.Length;
            }

            if (!AllowListIndex.TryRead(bytes, out signed, out var fault)) throw new RefusedException($"The index of the next base: {fault}.");
            DurableFile.Write(served.Folder.FileOf(pending.Name), bytes);
        }

        fetched += await PageBuild.RunAsync(served.Folder, signed, served.Overlay, served.Index, fetch, pace, stop);
        return new RebaseResult(IsDone: true, fetched);
    }

    // Once over all pages for the hashes alone: only they say where the pages that are then written belong. Null where base and
    // changes cannot be merged.
    private static async Task<byte[]?> MakeIndexAsync(ServedList served, Pace? pace, CancellationToken stop)
    {
        var page = new byte[ListPageLayout.PageSize];
        using var own = PageFile.Open(served.PagesPath);
        var header = served.Index.Header with { Sequence = served.Overlay.Sequence, AsOf = served.Overlay.AsOf };
        var merge = new ListMerge(served.Index, own.TryRead, served.Overlay, header);
        while (merge.TryWritePage(page))
        {
            if (pace is not null && merge.PagesWritten % Pace.PagesAtOnce == 0) await pace.WaitAsync(Pace.PagesAtOnce, stop);
        }

        return merge.Fault == MergeFault.None ? merge.ToIndex() : null;
    }
}
