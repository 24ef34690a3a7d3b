namespace Distribution;

/// <summary>
/// Reads from the province's repository, wherever it lies: a folder, a stick, a cache behind a socket. The source is not
/// trusted: what it gives is held against signatures and hashes by the caller.
/// </summary>
/// <param name="path">Below the repository, such as <c>metadata/timestamp.json</c>.</param>
/// <param name="offset">Where to begin, in bytes.</param>
/// <param name="buffer">Filled as far as the file goes.</param>
/// <param name="stop">Ends the reading.</param>
/// <returns>How many bytes came, 0 at the end of the file, -1 when there is no such file.</returns>
/// <exception cref="IOException">The source cannot be read.</exception>
public delegate ValueTask<int> Fetch(string path, long offset, Memory<byte> buffer, CancellationToken stop);

/// <summary>Reads whole files over a <see cref="Fetch"/>.</summary>
internal static class WholeFile
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Reads a file of at most a size; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is longer.</exception>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public static async Task<byte[]?> ReadAsync(Fetch fetch, string path, int sizeMax, CancellationToken stop)
    {
        var buffer = new byte[Math.Min(FirstBuffer, sizeMax + 1)];
        for (var filled = 0; ;)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, sizeMax + 1));
            var count = await fetch(path, filled, buffer.AsMemory(filled), stop);
            if (count < 0) return null;
            if (count == 0) return buffer[..filled];
            filled += count;
            if (filled > sizeMax) throw new InvalidDataException($"{path} is longer than {sizeMax} bytes.");
        }
    }
}
