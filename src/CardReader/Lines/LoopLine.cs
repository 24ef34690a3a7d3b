using System.IO.Pipelines;

namespace CardReader.Lines;

/// <summary>A line in memory: what is sent on it is read from it. For tests and simulations.</summary>
public sealed class LoopLine : ByteLine
{
    private readonly Pipe pipe = new();

    /// <summary>Sends bytes.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop) =>
        await pipe.Writer.WriteAsync(bytes, stop);

    /// <summary>Ends the line, as an unplugged device would.</summary>
    public void Unplug() => pipe.Writer.Complete();

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop) =>
        pipe.Reader.AsStream(leaveOpen: true).ReadAsync(buffer, stop);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => pipe.Reader.Complete();
}
