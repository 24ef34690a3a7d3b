namespace Distribution.Lists;

/// <summary>How the pages of a pending base came to be.</summary>
/// <param name="IsDone">True when they are here now; false when there was nothing to do.</param>
/// <param name="BytesFetched">How much the repository gave: nothing when base and changes merged into all of it.</param>
public sealed record RebaseResult(bool IsDone, long BytesFetched);

/// <summary>
/// Makes the pages of the base that is signed and not here yet, while the one that is served goes on serving: merged from it
/// and its changes, and only where the result is not what was signed from the repository.
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
        if (served.Pending is not { } signed || served.Folder.HasPages(signed)) return new RebaseResult(IsDone: false, 0);
        return new RebaseResult(
            IsDone: true, await PageBuild.RunAsync(served.Folder, signed, served.Overlay, served.Index, fetch, pace, stop));
    }
}
