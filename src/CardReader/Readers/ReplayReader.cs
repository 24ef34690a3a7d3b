using CardReader.Capture;

namespace CardReader.Readers;

/// <summary>
/// Shows what a capture of the test province holds, at its pace, and then waits. Masked lines are passed over. Every
/// presentation bears this reader's own name, whichever reader the capture names.
/// </summary>
public sealed class ReplayReader : Reader
{
    private readonly string path;
    private readonly TimeProvider time;

    /// <summary>A reader of a capture file.</summary>
    public ReplayReader(string name, string path, TimeProvider time)
        : base(name)
    {
        this.path = path;
        this.time = time;
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Action<Presentation> show, CancellationToken stop)
    {
        using var file = Open();
        var startedAt = time.GetTimestamp();
        for (var number = 1; await file.ReadLineAsync(stop) is { } text; number++)
        {
            if (text.Length == 0 || text[0] == '#') continue;
            if (!CaptureLine.TryRead(text, out var line))
                throw new ReaderException($"Line {number} of {path} is no line of a capture: compare with docs/formats/capture.md.");
            if (line!.Payload is not { } payload) continue;
            var wait = line.Elapsed - time.GetElapsedTime(startedAt);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, stop);
            show(new Presentation(Name, line.Carrier, payload.Span, time.GetTimestamp()));
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
    }

    private StreamReader Open()
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length <= WireCapture.SizeMax) return new StreamReader(file);
            file.Dispose();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ReaderException($"The capture {path} cannot be opened: is it a file that the agent may read?", failed);
        }

        throw new ReaderException($"The capture {path} is longer than {WireCapture.SizeMax} bytes: cut it.");
    }
}
