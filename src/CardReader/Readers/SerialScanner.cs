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
    public override Task RunAsync(Action<Presentation> show, CancellationToken stop) => Task.Factory.StartNew(
        () => Run(show, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(Action<Presentation> show, CancellationToken stop)
    {
        using var line = open();
        var frames = new ScannerFrames();
        Span<byte> buffer = stackalloc byte[BufferSize];
        var timestamp = time.GetTimestamp();
        ScannerFrames.CodeAction complete = code => show(new Presentation(Name, Carrier.Qr, code, timestamp));
        while (true)
        {
            var count = Read(line, buffer, frames.HasBegun ? idleGap ?? UnfinishedMax : Timeout.InfiniteTimeSpan, stop);
            if (count == ByteLine.Silence)
            {
                if (idleGap is null) frames.Drop();
                else frames.End(complete);
                continue;
            }

            timestamp = time.GetTimestamp();
            frames.Take(buffer[..count], complete);
            buffer[..count].Clear();
        }
    }

    private static int Read(ByteLine line, Span<byte> buffer, TimeSpan patience, CancellationToken stop)
    {
        try
        {
            var count = line.Read(buffer, patience, stop);
            return count != 0 ? count : throw new ReaderException("The scanner was unplugged.");
        }
        catch (IOException broken) when (broken is not ReaderException)
        {
            throw new ReaderException("The scanner was unplugged.", broken);
        }
    }
}
