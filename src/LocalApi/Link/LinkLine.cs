namespace LocalApi.Link;

/// <summary>
/// Frames over a stream, which may be a socket or an upgraded connection. It holds one frame at a time; a read that was
/// called off loses nothing. One reader and one writer.
/// </summary>
internal sealed class LinkLine : IDisposable
{
    private readonly Stream stream;
    private readonly byte[] buffer = new byte[LinkFrame.SizeMax];
    private int filled;
    private int used;

    /// <summary>A line over a stream, which it owns.</summary>
    public LinkLine(Stream stream) => this.stream = stream;

    /// <summary>The frame that was read last.</summary>
    public LinkFrame Frame => LinkFrame.TryRead(buffer.AsSpan(0, used), out var frame, out _, out _) ? frame : default;

    /// <summary>Reads the next frame.</summary>
    /// <returns>False when the peer has ended between two frames.</returns>
    /// <exception cref="LinkException">The peer broke the format, or ended within a frame.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken stop)
    {
        buffer.AsSpan(used, filled - used).CopyTo(buffer);
        (filled, used) = (filled - used, 0);
        while (!TryTake())
        {
            var count = await ReceiveAsync(stop);
            if (count == 0) return filled == 0 ? false : throw new LinkException("The link ended within a frame.");
            filled += count;
        }

        return true;
    }

    /// <summary>Writes a frame.</summary>
    /// <exception cref="LinkException">The peer is gone.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame, CancellationToken stop)
    {
        try
        {
            await stream.WriteAsync(frame, stop);
            await stream.FlushAsync(stop);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            throw new LinkException("The link is gone.", broken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private bool TryTake()
    {
        if (!LinkFrame.TryRead(buffer.AsSpan(0, filled), out _, out used, out var fault))
            throw new LinkException($"The link broke its format: {fault}. If this comes again, update the agent and gate-link together.");
        return used > 0;
    }

    private async ValueTask<int> ReceiveAsync(CancellationToken stop)
    {
        try
        {
            return await stream.ReadAsync(buffer.AsMemory(filled), stop);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            throw new LinkException("The link is gone.", broken);
        }
    }
}
