using CardReader.Lines;

namespace CardReader.Readers;

/// <summary>A QR scanner that sends the text of each code followed by CR, LF or both, or by silence.</summary>
public sealed class SerialScanner : Reader
{
    // Without an idle gap of its own, a scanner that falls silent this long within a code will not finish it.
    private static readonly TimeSpan UnfinishedMax = TimeSpan.FromSeconds(1);
    private const int BufferSize = 1_024;
    private readonly Func<ByteLine> open;
    private readonly TimeSpan? idleGap;
    private readonly TimeProvider time;

    /// <summary>A scanner on a serial device.</summary>
    public SerialScanner(string name, string path, TimeSpan? idleGap, TimeProvider time)
        : this(name, () => SerialLine.Open(path), idleGap, time)
    {
    }

    /// <summary>A scanner on any line.</summary>
    /// <param name="name">The reader's name.</param>
    /// <param name="open">Opens the line, once for each run.</param>
    /// <param name="idleGap">This long a silence ends a code; null when only CR and LF do.</param>
    /// <param name="time">Measures silences and stamps presentations.</param>
    public SerialScanner(string name, Func<ByteLine> open, TimeSpan? idleGap, TimeProvider time)
        : base(name)
    {
        this.open = open;
        this.idleGap = idleGap;
        this.time = time;
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Action<Presentation> show, CancellationToken stop)
    {
        using var line = open();
        var frames = new ScannerFrames();
        var buffer = new byte[BufferSize];
        var timestamp = time.GetTimestamp();
        ScannerFrames.CodeAction complete = code => show(new Presentation(Name, Carrier.Qr, code, timestamp));
        while (true)
        {
            // The silence is awaited beside the reading: to cancel a reading could lose bytes that have just come.
            var reading = ReadAsync(line, buffer, stop).AsTask();
            if (frames.HasBegun && !reading.IsCompleted)
            {
                using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var silence = Task.Delay(idleGap ?? UnfinishedMax, time, waiting.Token);
                var isSilent = await Task.WhenAny(reading, silence) == silence && !stop.IsCancellationRequested;
                await waiting.CancelAsync();
                if (isSilent && idleGap is null) frames.Drop();
                else if (isSilent) frames.End(complete);
            }

            var count = await reading;
            timestamp = time.GetTimestamp();
            frames.Take(buffer.AsSpan(0, count), complete);
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
