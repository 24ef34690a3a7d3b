using Distribution.Native;

namespace Distribution;

/// <summary>
/// A repository in a folder or on a stick. Only ordinary files inside it are read: a path that leaves it, a link, a pipe or
/// a device is no file.
/// </summary>
public static class FolderFetch
{
    private const int PathMax = 256;

    /// <summary>The fetch delegate of a folder.</summary>
    public static Fetch From(string folder)
    {
        var root = Path.GetFullPath(folder);
        return (path, offset, buffer, stop) => ReadAsync(root, path, offset, buffer);
    }

    private static ValueTask<int> ReadAsync(string root, string path, long offset, Memory<byte> buffer)
    {
        if (!Directory.Exists(root)) throw new IOException($"The repository folder {root} is not there.");
        if (!IsPlain(path) || HasLink(root, path)) return ValueTask.FromResult(-1);
        using var file = Posix.OpenForReading(Path.Combine(root, path));
        if (file is null || !Posix.IsRegular(file)) return ValueTask.FromResult(-1);
        return ValueTask.FromResult(RandomAccess.Read(file, buffer.Span, offset));
    }

    private static bool IsPlain(string path)
    {
        if (path.Length is 0 or > PathMax) return false;
        foreach (var segment in path.Split('/'))
        {
            if (segment.Length == 0 || segment[0] == '.') return false;
            if (!segment.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-')) return false;
        }

        return true;
    }

    // A link could lead out of the folder. Someone who can swap a file for a link between this look and the opening can
    // as well write what they like into the file: neither is trusted.
    private static bool HasLink(string root, string path)
    {
        var at = root;
        foreach (var segment in path.Split('/'))
        {
            at = Path.Combine(at, segment);
            if (new FileInfo(at).LinkTarget is not null) return true;
        }

        return false;
    }
}
