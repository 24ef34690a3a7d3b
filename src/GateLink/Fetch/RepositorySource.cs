using LocalApi.Link;

namespace GateLink.Fetch;

/// <summary>
/// Gives the agent bytes of the repository, from the cache or a server. Rules, in order:
/// <list type="number">
/// <item>The timestamp is asked for anew each time, with the tag of the one that is held; what was seen in the last ten
/// seconds is not asked for again.</item>
/// <item>Other metadata is fetched whole for the agent's first bytes of it, and held in memory for the rest; a snapshot is made of
/// the one before where the server says what changed.</item>
/// <item>A target whose name carries its hash is asked for whole. It is kept, and what came of it before a break is not fetched
/// again.</item>
/// <item>Any other target is passed on, by range.</item>
/// <item>A server that fails is followed by the next one. All that fail mean "cannot be had now"; "no such file" is what one
/// of them says, about a root the one that is in use, because the agent looks for a next root every time.</item>
/// </list>
/// One thread at a time; <see cref="LookAsync"/> takes turns with it.
/// </summary>
internal sealed class RepositorySource : IDisposable
{
    private const string Timestamp = "metadata/timestamp.json";
    private const string Metadata = "metadata/";
    private const string RootEnding = ".root.json";
    private const long WindowMax = 8L * 1024 * 1024;
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly LastSnapshot snapshot = new();
    private readonly IReadOnlyList<Mirror> mirrors;
    private readonly FileCache? cache;
    private readonly FetchLimits limits;
    private readonly TimeProvider time;
    private readonly Action<string> tell;
    private int inUse;
    private byte[]? held;
    private string heldPath = string.Empty;
    private byte[]? timestamp;
    private long timestampAt;
    private Body? open;
    private string openPath = string.Empty;

    /// <summary>A source over servers.</summary>
    /// <param name="mirrors">The servers, the preferred one first; owned.</param>
    /// <param name="cache">Where files are kept; null for nowhere.</param>
    /// <param name="limits">What a server may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Hears what a server did wrong.</param>
    public RepositorySource(IReadOnlyList<Mirror> mirrors, FileCache? cache, FetchLimits limits, TimeProvider time, Action<string> tell)
    {
        this.mirrors = mirrors;
        this.cache = cache;
        this.limits = limits;
        this.time = time;
        this.tell = tell;
    }

    /// <summary>Answers the agent, as a <see cref="LinkSource"/>.</summary>
    public async ValueTask<LinkAnswer> ReadAsync(string path, long offset, Memory<byte> buffer, int wanted, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            using var late = new CancellationTokenSource(limits.Answer, time);
            using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
            try
            {
                return path.StartsWith(Metadata, StringComparison.Ordinal)
                    ? Cut(await HoldAsync(path, offset, bounded.Token), offset, buffer.Span)
                    : await ReadTargetAsync(path, offset, buffer, wanted, bounded.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                Close();
                return LinkAnswer.Unavailable(LinkWhy.TooSlow);
            }
        }
        catch (FetchException failed)
        {
            return LinkAnswer.Unavailable(failed.Why);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Close();
            tell($"The cache fails: {failed.Message}");
            return LinkAnswer.Unavailable(LinkWhy.Storage);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Looks whether there is a newer timestamp.</summary>
    /// <returns>True when it is another one than before.</returns>
    /// <exception cref="FetchException">No server has one.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async Task<bool> LookAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            var before = timestamp;
            var now = await FetchTimestampAsync(stop);
            return now is not null && (before is null || !before.AsSpan().SequenceEqual(now));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What came last did not hold: another server is used, and nothing half-fetched is.</summary>
    public void Refuse()
    {
        Close();
        (held, heldPath) = (null, string.Empty);
        snapshot.Clear();
        timestamp = null;
        foreach (var mirror in mirrors) mirror.TimestampTag = null;
        inUse = (inUse + 1) % mirrors.Count;
        cache?.DropParts();
        tell($"The agent refuses what came: {mirrors[inUse]} is used from now on.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        foreach (var mirror in mirrors) mirror.Dispose();
        turn.Dispose();
    }

    private static LinkAnswer Cut(byte[]? document, long offset, Span<byte> buffer)
    {
        if (document is null) return LinkAnswer.NoFile;
        if (offset >= document.Length) return LinkAnswer.End;
        var count = (int)Math.Min(buffer.Length, document.Length - offset);
        document.AsSpan((int)offset, count).CopyTo(buffer);
        return LinkAnswer.Bytes(count);
    }

    private async Task<byte[]?> HoldAsync(string path, long offset, CancellationToken stop)
    {
        if (path == Timestamp)
        {
            var isFresh = timestamp is not null && (offset > 0 || time.GetElapsedTime(timestampAt) < FreshFor);
            return isFresh ? timestamp : await FetchTimestampAsync(stop);
        }

        // The agent asks for one file at a time.
        if (offset > 0 && path == heldPath) return held;
        var fetched = snapshot.PatchTo(path) is { } patch ? snapshot.Follow(await FindPatchAsync(patch, stop)) : null;
        fetched ??= await FetchMetadataAsync(path, stop);
        if (fetched is null) return null;
        snapshot.Keep(path, fetched);
        (held, heldPath) = (fetched, path);
        return fetched;
    }

    // Of the server in use alone: another may have the patch and fail with the rest. One that fails here has its say when the document
    // itself is asked for.
    private async Task<byte[]?> FindPatchAsync(string path, CancellationToken stop)
    {
        try
        {
            return await ReadMetadataAsync(mirrors[inUse], path, stop);
        }
        catch (FetchException)
        {
            return null;
        }
    }

    private Task<byte[]?> FetchMetadataAsync(string path, CancellationToken stop) => AskAsync(path, mirror => ReadMetadataAsync(mirror, path, stop));

    private async Task<byte[]?> ReadMetadataAsync(Mirror mirror, string path, CancellationToken stop)
    {
        using var body = await mirror.OpenMetadataAsync(path, null, stop);
        return body is null ? null : await body.ReadAllAsync(limits.MetadataMax, stop);
    }

    private async Task<byte[]?> FetchTimestampAsync(CancellationToken stop)
    {
        var fetched = await AskAsync(Timestamp, async mirror =>
        {
            using var body = await mirror.OpenMetadataAsync(Timestamp, timestamp is null ? null : mirror.TimestampTag, stop);
            if (body is null) return null;
            if (body.IsUnchanged) return timestamp;
            var bytes = await body.ReadAllAsync(limits.MetadataMax, stop);
            foreach (var other in mirrors) other.TimestampTag = null;
            mirror.TimestampTag = body.Tag;
            return bytes;
        });
        timestampAt = time.GetTimestamp();
        return timestamp = fetched;
    }

    private async Task<LinkAnswer> ReadTargetAsync(string path, long offset, Memory<byte> buffer, int wanted, CancellationToken stop)
    {
        var name = cache is null ? null : FileCache.NameOf(path);
        if (name is null) return await PassOnAsync(path, offset, buffer, wanted, stop);
        var count = cache!.Read(name, offset, buffer.Span);
        if (count < 0) count = cache.ReadPart(name, offset, buffer.Span);
        if (count >= 0) return LinkAnswer.Bytes(count);

        // Only the end of what is here is filled: an agent that leaps is answered, and nothing is kept.
        var at = cache.PartLength(name);
        if (offset != at || at >= limits.KeptMax) return await PassOnAsync(path, offset, buffer, wanted, stop);
        if (!await OpenAsync(path, offset, null, stop)) return LinkAnswer.NoFile;
        count = await FillAsync(buffer, stop);
        if (count > 0) cache.Append(name, offset, buffer.Span[..count]);
        var isWhole = count == 0 || open!.Length == open.Position;
        if (!isWhole || cache.PartLength(name) == 0) return LinkAnswer.Bytes(count);
        Close();
        if (cache.TryComplete(name)) return LinkAnswer.Bytes(count);
        tell($"{path} is not the file of its name.");
        return LinkAnswer.Unavailable(LinkWhy.Damaged);
    }

    // Who reads on gets a longer stretch in one request; who leaps pays for what it wants alone.
    private async Task<LinkAnswer> PassOnAsync(string path, long offset, Memory<byte> buffer, int wanted, CancellationToken stop)
    {
        var readsOn = path == openPath && open?.Position == offset;
        if (readsOn)
        {
            if (open!.Length == offset) return LinkAnswer.End;
            var more = await FillAsync(buffer, stop);
            if (more > 0) return LinkAnswer.Bytes(more);
            Close();
        }

        long? length = readsOn ? WindowMax : offset == 0 && FileCache.NameOf(path) is not null ? null : wanted;
        return await OpenAsync(path, offset, length, stop) ? LinkAnswer.Bytes(await FillAsync(buffer, stop)) : LinkAnswer.NoFile;
    }

    private async Task<bool> OpenAsync(string path, long offset, long? length, CancellationToken stop)
    {
        if (path == openPath && open?.Position == offset) return true;
        Close();
        open = await AskAsync(path, mirror => mirror.OpenTargetAsync(path, offset, length, stop));
        openPath = path;
        return open is not null;
    }

    private async Task<int> FillAsync(Memory<byte> buffer, CancellationToken stop)
    {
        try
        {
            var filled = 0;
            for (var count = -1; count != 0 && filled < buffer.Length; filled += count) count = await open!.ReadAsync(buffer[filled..], stop);
            return filled;
        }
        catch (FetchException failed)
        {
            tell(failed.Message);
            Close();
            throw;
        }
    }

    private async Task<T?> AskAsync<T>(string path, Func<Mirror, Task<T?>> ask)
        where T : class
    {
        FetchException? failure = null;
        for (var index = 0; index < mirrors.Count; index++)
        {
            var at = (inUse + index) % mirrors.Count;
            try
            {
                var found = await ask(mirrors[at]);
                if (found is null && index + 1 < mirrors.Count && !path.EndsWith(RootEnding, StringComparison.Ordinal)) continue;
                if (found is not null) inUse = at;
                return found is null && failure is not null ? throw failure : found;
            }
            catch (FetchException failed)
            {
                tell(failed.Message);
                failure = failed;
            }
        }

        throw failure!;
    }

    private void Close()
    {
        open?.Dispose();
        (open, openPath) = (null, string.Empty);
    }
}
