using System.Security.Cryptography;

namespace GateLink.Fetch;

/// <summary>
/// Fetched files whose name begins with their SHA-256, up to a size together; what was read longest ago goes first. A file is
/// kept as <c>.part</c> until all of it came and its hash is that of its name. The agent believes none of it: the check only
/// keeps a bad server's bytes from coming back. One thread.
/// </summary>
internal sealed class FileCache
{
    private const string Part = ".part";
    private const int HashLength = 64;
    private readonly string folder;
    private readonly long sizeMax;

    /// <summary>A cache in a folder.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public FileCache(string folder, long sizeMax)
    {
        this.folder = folder;
        this.sizeMax = sizeMax;
        Directory.CreateDirectory(folder);
    }

    /// <summary>The name under which a target is kept; null where its name carries no hash of its own. A page file has the hash
    /// of its index in its name, and is passed on without being kept.</summary>
    public static string? NameOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var hasHash = name.Length > HashLength && name[HashLength] == '.' && name.AsSpan(0, HashLength).IndexOfAnyExceptInRange('0', 'f') < 0
            && !name.EndsWith(".gal", StringComparison.Ordinal);
        return hasHash && path.StartsWith("targets/", StringComparison.Ordinal) ? name[..HashLength] : null;
    }

    /// <summary>Reads from a file that is here whole; -1 when it is not.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public int Read(string name, long offset, Span<byte> buffer)
    {
        var path = PathOf(name);
        if (!File.Exists(path)) return -1;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        if (offset == 0) File.SetLastWriteTimeUtc(file, File.GetLastAccessTimeUtc(file));
        return RandomAccess.Read(file, buffer, offset);
    }

    /// <summary>Reads from a file of which a part is here; -1 when not even that offset is.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public int ReadPart(string name, long offset, Span<byte> buffer)
    {
        var path = PathOf(name) + Part;
        if (!File.Exists(path)) return -1;
        using var file = File.OpenHandle(path);
        return offset < RandomAccess.GetLength(file) ? RandomAccess.Read(file, buffer, offset) : -1;
    }

    /// <summary>How much of a file is here.</summary>
    public long PartLength(string name) => new FileInfo(PathOf(name) + Part) is { Exists: true } part ? part.Length : 0;

    /// <summary>Adds bytes to the end of a part.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public void Append(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        using var file = File.OpenHandle(PathOf(name) + Part, FileMode.OpenOrCreate, FileAccess.Write);
        RandomAccess.Write(file, bytes, offset);
    }

    /// <summary>Keeps a part as the whole file, if it is.</summary>
    /// <returns>False when it is not: it is gone.</returns>
    /// <exception cref="IOException">The disk fails.</exception>
    public bool TryComplete(string name)
    {
        var part = PathOf(name) + Part;
        using (var file = File.OpenRead(part))
        {
            if (Convert.ToHexStringLower(SHA256.HashData(file)) != name)
            {
                File.Delete(part);
                return false;
            }
        }

        File.Move(part, PathOf(name), overwrite: true);
        Trim();
        return true;
    }

    /// <summary>Forgets what is here in part.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void DropParts()
    {
        foreach (var part in Directory.GetFiles(folder, "*" + Part)) File.Delete(part);
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private void Trim()
    {
        var files = new DirectoryInfo(folder).GetFiles().OrderByDescending(static file => file.LastWriteTimeUtc);
        var sum = 0L;
        foreach (var file in files)
        {
            sum += file.Length;
            if (sum > sizeMax) file.Delete();
        }
    }
}
