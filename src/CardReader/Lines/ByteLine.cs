namespace CardReader.Lines;

/// <summary>A line that carries bytes both ways. Reading returns 0 when the far end is gone.</summary>
public abstract class ByteLine : IDisposable
{
    /// <summary>Waits for at least one byte.</summary>
    /// <returns>How many bytes came; 0 when the line has ended.</returns>
    /// <exception cref="IOException">The line broke.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the line.</summary>
    protected abstract void Dispose(bool disposing);
}
