using System.IO.Compression;
using LocalApi.Link;

namespace GateLink.Fetch;

/// <summary>
/// The bytes of one answer, as they come. Only the time that is spent waiting for the server counts against it: an agent that
/// takes its time is no slow server. One thread.
/// </summary>
internal sealed class Body : IDisposable
{
    private readonly HttpResponseMessage answer;
    private readonly Stream stream;
    private readonly FetchLimits limits;
    private readonly TimeProvider time;
    private TimeSpan waited;
    private long came;

    private Body(HttpResponseMessage answer, Stream stream, long offset, FetchLimits limits, TimeProvider time)
    {
        this.answer = answer;
        this.stream = stream;
        this.limits = limits;
        this.time = time;
        Position = offset;
        var headers = answer.Content.Headers;
        Length = headers.ContentRange?.Length ?? (offset == 0 ? headers.ContentLength : null);
    }

    /// <summary>True when the document is the one whose tag was sent.</summary>
    public bool IsUnchanged { get; private init; }

    /// <summary>Where in the file the next byte is from.</summary>
    public long Position { get; private set; }

    /// <summary>Length of the whole file as the server says it; null when it does not.</summary>
    public long? Length { get; }

    /// <summary>The ETag; null without one.</summary>
    public string? Tag => answer.Headers.ETag?.ToString();

    /// <summary>Nothing new.</summary>
    public static Body Unchanged(HttpResponseMessage answer) =>
        new(answer, Stream.Null, 0, FetchLimits.Default, TimeProvider.System) { IsUnchanged = true };

    /// <summary>The file ends at or before the offset.</summary>
    public static Body End(HttpResponseMessage answer, long offset) => new(answer, Stream.Null, offset, FetchLimits.Default, TimeProvider.System);

    /// <summary>The bytes of an answer.</summary>
    /// <exception cref="FetchException">The connection broke.</exception>
    public static async Task<Body> OpenAsync(
        HttpResponseMessage answer, long offset, bool isCompressed, FetchLimits limits, TimeProvider time, CancellationToken stop)
    {
        var bytes = await answer.Content.ReadAsStreamAsync(stop);
        return new Body(answer, isCompressed ? new GZipStream(bytes, CompressionMode.Decompress) : bytes, offset, limits, time);
    }

    /// <summary>Reads what has come, at least a byte; 0 at the end.</summary>
    /// <exception cref="FetchException">It came too slowly, or broke off.</exception>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken stop)
    {
        var patience = limits.Stall + TimeSpan.FromSeconds(came / (double)limits.BytesPerSecondMin) - waited;
        if (patience <= TimeSpan.Zero) throw new FetchException(LinkWhy.TooSlow, $"{came} bytes came in {waited:c}.");
        using var late = new CancellationTokenSource(patience < limits.Stall ? patience : limits.Stall, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        var beganAt = time.GetTimestamp();
        try
        {
            var count = await stream.ReadAsync(buffer, bounded.Token);
            waited += time.GetElapsedTime(beganAt);
            came += count;
            Position += count;
            return count;
        }
        catch (OperationCanceledException slow) when (!stop.IsCancellationRequested)
        {
            throw new FetchException(LinkWhy.TooSlow, $"{came} bytes came in {waited + limits.Stall:c}.", slow);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or InvalidDataException)
        {
            throw new FetchException(LinkWhy.Unreachable, $"The answer broke off after {came} bytes: {broken.Message}", broken);
        }
    }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="FetchException">As above, or it is longer than it may be.</exception>
    public async Task<byte[]> ReadAllAsync(int sizeMax, CancellationToken stop)
    {
        const int FirstSize = 8 * 1024;
        var buffer = new byte[FirstSize];
        for (var filled = 0; ;)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, sizeMax + 1));
            var count = await ReadAsync(buffer.AsMemory(filled), stop);
            if (count == 0) return buffer[..filled];
            filled += count;
            if (filled > sizeMax) throw new FetchException(LinkWhy.TooLong, $"More than {sizeMax} bytes came.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        answer.Dispose();
    }
}
