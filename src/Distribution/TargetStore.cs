using System.Security.Cryptography;
using Verifier.AllowList;

namespace Distribution;

/// <summary>
/// The targets a gate has, each under the name that carries its hash. What is here is hashed again when it is read; what is
/// not is fetched, hashed while it is copied, and only then given a name.
/// </summary>
internal sealed class TargetStore
{
    private const int ChunkPages = 256;
    private readonly string folder;
    private readonly Fetch? fetch;

    /// <summary>A store in a folder. Without a fetch delegate only what is here can be read.</summary>
    public TargetStore(string folder, Fetch? fetch)
    {
        this.folder = folder;
        this.fetch = fetch;
    }

    /// <summary>Reads a target that the signed documents name.</summary>
    /// <exception cref="RefusedException">It is missing or is not what was signed.</exception>
    public async Task<byte[]> ReadAsync(RepositoryClient client, string path, int sizeMax, CancellationToken stop)
    {
        var target = await client.FindAsync(path, stop);
        if (target.Length > sizeMax) throw new RefusedException($"{path} has {target.Length} bytes, at most {sizeMax} are taken.");
        var local = Path.Combine(folder, target.Hashes.Prefix);
        if (File.Exists(local) && await File.ReadAllBytesAsync(local, stop) is var here && target.Match(here)) return here;
        if (fetch is null) throw new RefusedException($"{path} is damaged on this gate's own disk.");

        var bytes = await client.ReadAsync(target, sizeMax, stop);
        DurableFile.CreateFolder(folder);
        DurableFile.Write(local, bytes);
        return bytes;
    }

    /// <summary>The page file of a list, copied page by page against its index unless it is here already.</summary>
    /// <exception cref="RefusedException">A page is missing or is not what was signed.</exception>
    public async Task<PageFile> OpenPagesAsync(AllowListIndex index, byte[] indexFile, string path, CancellationToken stop)
    {
        var local = Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(indexFile))}.gal");
        var isHere = File.Exists(local) && new FileInfo(local).Length == index.PageFileSize;
        if (!isHere) await CopyPagesAsync(index, path, local, stop);
        return PageFile.Open(local);
    }

    private async Task CopyPagesAsync(AllowListIndex index, string path, string local, CancellationToken stop)
    {
        if (fetch is null) throw new RefusedException("The list is not on this gate's disk.");
        DurableFile.CreateFolder(folder);
        var isWhole = false;
        try
        {
            await using (var stream = DurableFile.Create(local)) await CopyPagesAsync(fetch, index, path, stream, stop);
            DurableFile.Commit(local);
            isWhole = true;
        }
        finally
        {
            // Half a list is of the size of a list, and in the way of the next one.
            if (!isWhole) DurableFile.Abandon(local);
        }
    }

    private static async Task CopyPagesAsync(Fetch fetch, AllowListIndex index, string path, FileStream stream, CancellationToken stop)
    {
        var chunk = new byte[ChunkPages * ListPageLayout.PageSize];
        for (var offset = 0L; offset < index.PageFileSize;)
        {
            var size = (int)Math.Min(chunk.Length, index.PageFileSize - offset);
            await FillAsync(fetch, $"targets/{path}", offset, chunk.AsMemory(0, size), stop);
            CheckPages(index, offset, chunk.AsSpan(0, size));
            await stream.WriteAsync(chunk.AsMemory(0, size), stop);
            offset += size;
        }
    }

    private static async Task FillAsync(Fetch fetch, string path, long offset, Memory<byte> buffer, CancellationToken stop)
    {
        for (var filled = 0; filled < buffer.Length;)
        {
            var count = await fetch(path, offset + filled, buffer[filled..], stop);
            if (count < 0) throw new RefusedException($"The repository has no {path}.");
            if (count == 0) throw new RefusedException($"{path} ends at byte {offset + filled}: it is shorter than its index says.");
            filled += count;
        }
    }

    // The first page of the file is its header, which nothing relies on; page 0 of the list follows it.
    private static void CheckPages(AllowListIndex index, long offset, ReadOnlySpan<byte> pages)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (var at = 0; at < pages.Length; at += ListPageLayout.PageSize)
        {
            var page = (int)((offset + at) / ListPageLayout.PageSize) - 1;
            if (page < 0) continue;
            SHA256.HashData(pages.Slice(at, ListPageLayout.PageSize), hash);
            if (!hash.SequenceEqual(index.HashOf(page)))
                throw new RefusedException($"Page {page} of the list is not what was signed.");
        }
    }
}
