using Distribution;

namespace GateAgent.Documents;

/// <summary>
/// Bounds one whole update, whatever its source does (TUF 1.0.34 section 1.5.2, slow retrieval and endless data): it may take five
/// minutes, and beyond them a second for each KiB that came; and no more than 16 GiB may come.
/// </summary>
internal sealed class PacedFetch
{
    /// <summary>Time that needs no bytes.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>The slowest rate beyond that, in bytes per second.</summary>
    public const int BytesPerSecondMin = 1024;

    /// <summary>Greatest sum of one update.</summary>
    public const long BytesMax = 16L * 1024 * 1024 * 1024;

    private readonly Fetch fetch;
    private readonly TimeProvider time;
    private readonly long beganAt;
    private long bytes;

    /// <summary>Begins an update over a source.</summary>
    public PacedFetch(Fetch fetch, TimeProvider time)
    {
        this.fetch = fetch;
        this.time = time;
        beganAt = time.GetTimestamp();
    }

    /// <summary>Reads on, as a <see cref="Fetch"/>.</summary>
    /// <exception cref="IOException">It comes too slowly, too much came, or the source cannot be read.</exception>
    public async ValueTask<int> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
    {
        var left = Grace + TimeSpan.FromSeconds(bytes / (double)BytesPerSecondMin) - time.GetElapsedTime(beganAt);
        if (left <= TimeSpan.Zero) throw new IOException($"The update comes too slowly: {bytes} bytes in {time.GetElapsedTime(beganAt):c}.");
        var count = await fetch(path, offset, buffer, stop);
        bytes += Math.Max(0, count);
        return bytes <= BytesMax ? count : throw new IOException($"The update does not end: more than {BytesMax} bytes came.");
    }
}
