namespace CardReader.Lines;

/// <summary>A line that bytes come in on. One thread reads it; that thread waits in the call, because on the way from byte
/// to relay a thread that waits for its own line is woken sooner than one that a pool lends.</summary>
public abstract class ByteLine : IDisposable
{
    /// <summary>What <see cref="Read"/> returns when nothing came.</summary>
    public const int Silence = -1;

    /// <summary>Waits for at least one byte.</summary>
    /// <param name="buffer">Takes what came; at least one byte long.</param>
    /// <param name="patience">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>How many bytes came; 0 when the line has ended; <see cref="Silence"/> when patience did.</returns>
    /// <exception cref="IOException">The line broke.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped.</exception>
    public abstract int Read(Span<byte> buffer, TimeSpan patience, CancellationToken stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the line.</summary>
    protected abstract void Dispose(bool disposing);
}
