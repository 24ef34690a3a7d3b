using System.Threading.Channels;

namespace GateAgent.Documents;

/// <summary>
/// Lets a second task read from a source that only its owner may use: the owner reads for it while it waits for news. During
/// an update the other waits. The owner is one task; <see cref="AskAsync"/> may be called on another one, one call at a time.
/// </summary>
internal sealed class SharedSource : DocumentSource
{
    private readonly DocumentSource source;
    private readonly TimeProvider time;

    // One place: who asks waits for its answer before it asks again.
    private readonly Channel<Errand> errands = Channel.CreateBounded<Errand>(1);
    private volatile bool isHurried;

    /// <summary>Shares a source, which belongs to this one from now on.</summary>
    public SharedSource(DocumentSource source, TimeProvider time)
    {
        this.source = source;
        this.time = time;
    }

    /// <inheritdoc/>
    public override bool IsLocal => source.IsLocal;

    /// <inheritdoc/>
    public override TimeSpan Every => source.Every;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop) =>
        source.ReadAsync(path, offset, buffer, stop);

    /// <summary>Reads for another task, as a <see cref="Distribution.Fetch"/>.</summary>
    /// <exception cref="IOException">The source cannot be read now.</exception>
    public async ValueTask<int> AskAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
    {
        var errand = new Errand(path, offset, buffer);
        await errands.Writer.WriteAsync(errand, stop);
        return await errand.Answer.Task.WaitAsync(stop);
    }

    /// <summary>Lets the owner look now, as if there were news. Any thread.</summary>
    public void Hurry()
    {
        isHurried = true;
        errands.Writer.TryWrite(Errand.Nothing);
    }

    /// <inheritdoc/>
    public override async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken stop)
    {
        var beganAt = time.GetTimestamp();
        var isNews = false;
        while (!isHurried)
        {
            var left = atMost - time.GetElapsedTime(beganAt);
            var heard = await HasNewsAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, stop);
            isNews = heard ?? false;
            if (heard is not null) break;
            while (errands.Reader.TryRead(out var errand)) await ServeAsync(errand, stop);
        }

        isNews |= isHurried;
        isHurried = false;
        return isNews;
    }

    /// <inheritdoc/>
    public override Task TellRefusedAsync(CancellationToken stop) => source.TellRefusedAsync(stop);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => source.DisposeAsync();

    // Whether there was news; null for an errand.
    private async Task<bool?> HasNewsAsync(TimeSpan atMost, CancellationToken stop)
    {
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var waiting = source.WaitAsync(atMost, asked.Token);
        Task errand = errands.Reader.WaitToReadAsync(asked.Token).AsTask();
        var first = await Task.WhenAny(waiting, errand);
        await asked.CancelAsync();
        await Task.WhenAny(waiting);
        await errand.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
        return first != waiting && !waiting.IsCompletedSuccessfully ? null : await waiting;
    }

    private async Task ServeAsync(Errand errand, CancellationToken stop)
    {
        if (errand == Errand.Nothing) return;
        try
        {
            errand.Answer.TrySetResult(await source.ReadAsync(errand.Path, errand.Offset, errand.Buffer, stop));
        }
        catch (IOException failed)
        {
            errand.Answer.TrySetException(failed);
        }
    }

    private sealed class Errand(string path, long offset, Memory<byte> buffer)
    {
        public static readonly Errand Nothing = new(string.Empty, 0, default);

        public string Path { get; } = path;

        public long Offset { get; } = offset;

        public Memory<byte> Buffer { get; } = buffer;

        public TaskCompletionSource<int> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
