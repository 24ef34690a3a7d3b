using System.Buffers.Binary;
using System.Collections;
using Verifier.AllowList;

namespace Distribution.Lists;

/// <summary>
/// Makes the page file of a signed index. Rules, in order:
/// <list type="number">
/// <item>What a cut or a lost link left of it counts as far as its pages hash to what is signed.</item>
/// <item>Pages that base and changes merge into are taken wherever the signed index has them; so are pages of the base.</item>
/// <item>Only what is then missing is fetched, by range.</item>
/// <item>Every page is held against the signed index, and the name appears when all are there and on the disk.</item>
/// </list>
/// A full disk leaves nothing of it. Memory is a few pages of either side and the indexes. One thread.
/// </summary>
internal sealed class PageBuild : IDisposable
{
    private const string Suffix = ".part";
    private const int SyncEvery = 4_096;
    private readonly AllowListIndex index;
    private readonly Pace? pace;
    private readonly FileStream stream;
    private readonly BitArray here;
    private readonly byte[] buffer = new byte[Pace.PagesAtOnce * ListPageLayout.PageSize];
    private readonly Dictionary<ulong, int> places;
    private int missing;
    private int unsynced;

    private PageBuild(FileStream stream, AllowListIndex index, Pace? pace)
    {
        this.stream = stream;
        this.index = index;
        this.pace = pace;
        here = new BitArray(index.PageCount);
        missing = index.PageCount;
        places = new Dictionary<ulong, int>(index.PageCount);
        for (var page = 0; page < index.PageCount; page++) places[Start(index.HashOf(page))] = page;
    }

    /// <summary>Makes the file. Returns how many bytes were fetched.</summary>
    /// <param name="folder">Where lists lie.</param>
    /// <param name="index">The signed index.</param>
    /// <param name="overlay">What changed since the older base; null for nothing.</param>
    /// <param name="older">A base here that may share pages; null for none.</param>
    /// <param name="fetch">The repository.</param>
    /// <param name="pace">How fast; null for no limit.</param>
    /// <param name="stop">Ends the work; what is there is taken up later.</param>
    /// <exception cref="RefusedException">A page is missing in the repository, or is not what was signed.</exception>
    /// <exception cref="IOException">The repository or the disk fails, or is full.</exception>
    public static async Task<long> RunAsync(
        ListFolder folder, AllowListIndex index, DeltaOverlay? overlay, AllowListIndex? older, Fetch fetch, Pace? pace, CancellationToken stop)
    {
        var path = folder.PagesOf(index);
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        var source = new PageSource(index, fetch);
        try
        {
            using var build = new PageBuild(new FileStream(path + Suffix, Options()), index, pace);
            await build.ResumeAsync(stop);
            if (older is not null) await build.MergeAsync(folder, older, overlay ?? DeltaOverlay.Start(older), stop);
            if (older is not null) await build.CopyAsync(folder, older, stop);
            await build.FetchAsync(source, stop);
            build.Dispose();
            DurableFile.Commit(path + Suffix, path);
            return source.BytesFetched;
        }
        catch (IOException failed) when (DurableFile.IsDiskFull(failed))
        {
            File.Delete(path + Suffix);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static FileStreamOptions Options() => new()
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };

    private async Task ResumeAsync(CancellationToken stop)
    {
        // What an earlier sync failed to write may still be read from memory, as if it stood on the disk.
        Native.Posix.DropCached(stream.SafeFileHandle, 0, 0);
        var left = Math.Min(stream.Length, index.PageFileSize);
        for (var at = (long)ListPageLayout.PageSize; at < left; at += buffer.Length)
        {
            await WaitAsync(Pace.PagesAtOnce, stop);
            stream.Position = at;
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
            var first = (int)(at / ListPageLayout.PageSize) - 1;
            for (var page = first; page < index.PageCount && (page - first + 1) * ListPageLayout.PageSize <= read; page++)
            {
                if (index.IsSigned(page, Buffered(page - first))) Mark(page);
            }
        }

        // Nothing relies on the header page, so it is written anew.
        new PageFileHeader(index.Header.Province, index.Header.Epoch, index.PageCount, index.EntryCount).Write(Buffered(0));
        if (stream.Length > index.PageFileSize) stream.SetLength(index.PageFileSize);
        RandomAccess.Write(stream.SafeFileHandle, Buffered(0), 0);
    }

    private async Task MergeAsync(ListFolder folder, AllowListIndex older, DeltaOverlay overlay, CancellationToken stop)
    {
        using var own = PageFile.Open(folder.PagesOf(older));
        var merge = new ListMerge(older, own.TryRead, overlay, index.Header);
        while (missing > 0 && merge.TryWritePage(Buffered(0)))
        {
            Place(merge.LastHash);
            if (merge.PagesWritten % Pace.PagesAtOnce == 0) await WaitAsync(Pace.PagesAtOnce, stop);
        }
    }

    private async Task CopyAsync(ListFolder folder, AllowListIndex older, CancellationToken stop)
    {
        using var own = PageFile.Open(folder.PagesOf(older));
        for (var page = 0; page < older.PageCount && missing > 0; page++)
        {
            if (!IsWanted(older.HashOf(page)) || !own.TryRead(page, 0, Buffered(0)) || !older.IsSigned(page, Buffered(0))) continue;
            Place(older.HashOf(page));
            await WaitAsync(1, stop);
        }
    }

    private async Task FetchAsync(PageSource source, CancellationToken stop)
    {
        for (var page = 0; page < index.PageCount; page++)
        {
            if (here[page]) continue;
            var count = 1;
            while (count < Pace.PagesAtOnce && page + count < index.PageCount && !here[page + count]) count++;
            await WaitAsync(count, stop);
            await source.ReadAsync(page, buffer.AsMemory(0, count * ListPageLayout.PageSize), stop);
            for (var one = 0; one < count; one++) Write(page + one, Buffered(one));
        }
    }

    private bool IsWanted(ReadOnlySpan<byte> hash) =>
        places.TryGetValue(Start(hash), out var page) && !here[page] && hash.SequenceEqual(index.HashOf(page));

    private void Place(ReadOnlySpan<byte> hash)
    {
        if (IsWanted(hash)) Write(places[Start(hash)], Buffered(0));
    }

    private void Write(int page, ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(stream.SafeFileHandle, bytes, ListPageLayout.PageSize * (1L + page));
        Mark(page);
        if (++unsynced % SyncEvery == 0) Native.Posix.Sync(stream.SafeFileHandle, stream.Name);
    }

    private void Mark(int page)
    {
        here[page] = true;
        missing--;
    }

    private ValueTask WaitAsync(int pages, CancellationToken stop) => pace?.WaitAsync(pages, stop) ?? ValueTask.CompletedTask;

    private Span<byte> Buffered(int at) => buffer.AsSpan(at * ListPageLayout.PageSize, ListPageLayout.PageSize);

    private static ulong Start(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64BigEndian(hash);
}
