using System.Threading.Channels;
using LocalApi;

namespace Demo;

/// <summary>What the agent says it does, as it comes, to be taken one by one.</summary>
internal sealed class PassageWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly Channel<PassageEvent> happened = Channel.CreateUnbounded<PassageEvent>();
    private readonly Task watching;

    /// <summary>Begins to watch.</summary>
    public PassageWatch(ControlClient client) => watching = WatchAsync(client);

    /// <summary>The next passage; null when none comes in time.</summary>
    public async Task<PassageEvent?> NextAsync(TimeSpan within, CancellationToken stop)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bounded.CancelAfter(within);
        try
        {
            return await happened.Reader.ReadAsync(bounded.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>A passage that has come already.</summary>
    public bool TryNext(out PassageEvent? passage) => happened.Reader.TryRead(out passage);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await watching;
        ending.Dispose();
    }

    private async Task WatchAsync(ControlClient client)
    {
        try
        {
            await foreach (var passage in client.WatchAsync(ending.Token)) happened.Writer.TryWrite(passage);
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more.
        }
    }
}
