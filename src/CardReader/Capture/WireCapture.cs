using System.Text;

namespace CardReader.Capture;

/// <summary>Writes down when which reader showed how many bytes of what, for finding faults at a gate. Never a payload.</summary>
public sealed class WireCapture : IDisposable
{
    /// <summary>A capture ends at this size, so that it cannot fill a card.</summary>
    public const long SizeMax = 16 * 1024 * 1024;

    private readonly Lock writerLock = new();
    private readonly StreamWriter writer;
    private readonly TimeProvider time;
    private readonly long startedAt;

    /// <summary>Begins a capture in a file, overwriting it.</summary>
    public WireCapture(string path, TimeProvider time)
    {
        this.time = time;
        startedAt = time.GetTimestamp();
        writer = new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    /// <summary>Writes one presentation down. Any thread.</summary>
    public void Write(Presentation presentation)
    {
        var line = CaptureLine.WriteMasked(time.GetElapsedTime(startedAt, presentation.Timestamp), presentation) + '\n';
        lock (writerLock)
        {
            if (writer.BaseStream.Length + Encoding.UTF8.GetByteCount(line) <= SizeMax) writer.Write(line);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (writerLock) writer.Dispose();
    }
}
