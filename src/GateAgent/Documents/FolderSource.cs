using Distribution;

namespace GateAgent.Documents;

/// <summary>A repository in a folder, looked into once a minute.</summary>
internal sealed class FolderSource : DocumentSource
{
    private readonly Fetch fetch;
    private readonly TimeProvider time;

    /// <summary>A folder.</summary>
    public FolderSource(string folder, TimeProvider time)
    {
        fetch = FolderFetch.From(folder);
        this.time = time;
    }

    /// <inheritdoc/>
    public override bool IsLocal => true;

    /// <inheritdoc/>
    public override TimeSpan Every { get; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop) =>
        fetch(path, offset, buffer, stop);

    /// <inheritdoc/>
    public override async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken stop)
    {
        await Task.Delay(atMost, time, stop);
        return false;
    }

    /// <inheritdoc/>
    public override Task TellRefusedAsync(CancellationToken stop) => Task.CompletedTask;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
