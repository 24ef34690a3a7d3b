using Distribution.Lists;

namespace Distribution;

/// <summary>
/// The targets a gate has, each under the name that carries its hash. What is here is hashed again when it is read; what is
/// not is fetched, hashed while it is copied, and only then given a name. A disk that does not give a file it has is asked no more where
/// the repository has it too: it comes anew, into another place on the disk.
/// </summary>
internal sealed class TargetStore
{
    private readonly HashSet<string> named = new(StringComparer.Ordinal);
    private readonly string folder;

    /// <summary>A store in a folder. Without a fetch delegate only what is here can be read.</summary>
    public TargetStore(string folder, Fetch? fetch)
    {
        this.folder = folder;
        Source = fetch;
    }

    /// <summary>The repository; null while only what is here counts.</summary>
    public Fetch? Source { get; }

    /// <summary>The files of the targets that were read, whatever became of them.</summary>
    public IReadOnlySet<string> Named => named;

    /// <summary>The lists that are here.</summary>
    public ListFolder Lists => new(folder);

    /// <summary>Reads a target that the signed documents name.</summary>
    /// <exception cref="RefusedException">It is missing or is not what was signed.</exception>
    public async Task<byte[]> ReadAsync(RepositoryClient client, string path, int sizeMax, CancellationToken stop)
    {
        var target = await client.FindAsync(path, stop);
        if (target.Length > sizeMax) throw new RefusedException($"{path} has {target.Length} bytes, at most {sizeMax} are taken.");
        named.Add(target.Hashes.Prefix);
        var local = Path.Combine(folder, target.Hashes.Prefix);
        if (FindReadable(() => DurableFile.Find(local)) is { } here && target.Match(here)) return here;
        if (Source is null) throw new RefusedException($"{path} is damaged on this gate's own disk.");

        var bytes = await client.ReadAsync(target, sizeMax, stop);
        DurableFile.CreateFolder(folder);
        DurableFile.Write(local, bytes);
        return bytes;
    }

    /// <summary>What is read here; null also when it cannot be read and the repository has it.</summary>
    /// <exception cref="IOException">It cannot be read, and there is no other.</exception>
    public T? FindReadable<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception failed) when (Source is not null && failed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
