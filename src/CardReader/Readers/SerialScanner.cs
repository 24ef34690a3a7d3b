using CardReader.Lines;

namespace CardReader.Readers;

/// <summary>A QR scanner that sends the text of each code followed by CR, LF or both.</summary>
public sealed class SerialScanner : Reader
{
    private const int BufferSize = 1_024;
    private readonly Func<ByteLine> open;
    private readonly TimeProvider time;

    /// <summary>A scanner on a serial device.</summary>
    public SerialScanner(string name, string path, TimeProvider time)
        : this(name, () => SerialLine.Open(path), time)
    {
    }

    /// <summary>A scanner on any line.</summary>
    public SerialScanner(string name, Func<ByteLine> open, TimeProvider time)
        : base(name)
    {
        this.open = open;
        this.time = time;
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Action<Presentation> show, CancellationToken stop)
    {
        using var line = open();
        var frames = new ScannerFrames();
        var buffer = new byte[BufferSize];
        while (true)
        {
            var count = await ReadAsync(line, buffer, stop);
            var timestamp = time.GetTimestamp();
            frames.Take(buffer.AsSpan(0, count), code => show(new Presentation(Name, Carrier.Qr, code, timestamp)));
            buffer.AsSpan(0, count).Clear();
        }
    }

    private static async ValueTask<int> ReadAsync(ByteLine line, Memory<byte> buffer, CancellationToken stop)
    {
        try
        {
            var count = await line.ReadAsync(buffer, stop);
            return count > 0 ? count : throw new ReaderException("The scanner was unplugged.");
        }
        catch (IOException broken) when (broken is not ReaderException)
        {
            throw new ReaderException("The scanner was unplugged.", broken);
        }
    }
}
