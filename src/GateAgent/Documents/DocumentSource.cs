namespace GateAgent.Documents;

/// <summary>Where the province's repository is for this gate. Not trusted. One thread at a time.</summary>
internal abstract class DocumentSource : IAsyncDisposable
{
    /// <summary>True when the start may wait for it.</summary>
    public abstract bool IsLocal { get; }

    /// <summary>How long to wait until the next look, where nothing is heard.</summary>
    public abstract TimeSpan Every { get; }

    /// <summary>Reads bytes of a file, as a <see cref="Distribution.Fetch"/>.</summary>
    /// <exception cref="IOException">The source cannot be read now.</exception>
    public abstract ValueTask<int> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop);

    /// <summary>Waits until something new may be there, or for so long.</summary>
    /// <returns>True when there was news, false when the time was over.</returns>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public abstract Task<bool> WaitAsync(TimeSpan atMost, CancellationToken stop);

    /// <summary>Says that what came last did not hold.</summary>
    public abstract Task TellRefusedAsync(CancellationToken stop);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
