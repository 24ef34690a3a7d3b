namespace CardReader.Lines;

/// <summary>A line in memory: what is sent on it is read from it. For tests and simulations.</summary>
public sealed class LoopLine : ByteLine
{
    private readonly TimeProvider time;
    private readonly Queue<byte> sent = new();

    // Guards everything below; pulsed whenever a waiting reader has something to look at.
    private readonly object gate = new();
    private bool isEnded;
    private bool isSilent;

    /// <summary>An empty line.</summary>
    /// <param name="time">Measures silences.</param>
    public LoopLine(TimeProvider time) => this.time = time;

    /// <summary>Sends bytes.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            foreach (var one in bytes) sent.Enqueue(one);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Ends the line, as an unplugged device would.</summary>
    public void Unplug()
    {
        lock (gate)
        {
            isEnded = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer, TimeSpan patience, CancellationToken stop)
    {
        lock (gate) isSilent = false;
        using var stopping = stop.Register(Wake);
        using var silence = patience == Timeout.InfiniteTimeSpan
            ? null
            : time.CreateTimer(_ => FallSilent(), null, patience, Timeout.InfiniteTimeSpan);
        lock (gate)
        {
            while (sent.Count == 0 && !isEnded && !isSilent)
            {
                stop.ThrowIfCancellationRequested();
                Monitor.Wait(gate);
            }

            // A silence before the next byte was a silence, however late this thread wakes.
            if (isSilent) return Silence;
            if (sent.Count == 0) return 0;
            var count = 0;
            while (count < buffer.Length && sent.TryDequeue(out var one)) buffer[count++] = one;
            return count;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Unplug();

    private void Wake()
    {
        lock (gate) Monitor.PulseAll(gate);
    }

    private void FallSilent()
    {
        lock (gate)
        {
            if (sent.Count > 0) return;
            isSilent = true;
            Monitor.PulseAll(gate);
        }
    }
}
