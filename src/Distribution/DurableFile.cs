using Distribution.Native;

namespace Distribution;

/// <summary>
/// Replaces a file so that a power cut leaves the old or the new one, whole. The system calls, in order:
/// <code>
/// openat(temporary) write fsync close     the new bytes are on the disk
/// rename(temporary, path)                 the name points at them
/// open(folder) fsync close                the name is on the disk
/// </code>
/// A disk that lies about fsync can still lose the last replacement; it never shows half of one. A temporary that a cut left
/// is overwritten by the next replacement of its file, or swept at the next start. <c>./dev powercut</c> tries all of it.
/// </summary>
public static class DurableFile
{
    private const string Suffix = ".new";

    // errno(3) of Linux, as an IOException carries it.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Writes a file, readable by its owner alone.</summary>
    /// <exception cref="IOException">The disk is full or fails; the old file still stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using (var stream = Create(path)) stream.Write(bytes);
            Commit(path);
        }
        catch (IOException)
        {
            // On a full disk half a file is in the way of the next one.
            Abandon(path);
            throw;
        }
    }

    /// <summary>Reads a file; null only where there is none. A disk that fails is never taken for an empty one: what
    /// stands on it would be made anew and lost.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static byte[]? Find(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The size of a file in bytes; null only where there is none.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    internal static long? SizeOf(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The files of a folder; none only where there is no such folder, or nothing in it.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    internal static string[] FilesOf(string folder, string pattern = "*")
    {
        try
        {
            return Directory.GetFiles(folder, pattern);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Begins a replacement that is written piece by piece. Dispose it, then call <see cref="Commit(string)"/>.</summary>
    public static FileStream Create(string path) => new(path + Suffix, Options(FileMode.Create));

    /// <summary>Writes what a file was given to the disk.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static void Flush(FileStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Flush();
        Posix.Sync(stream.SafeFileHandle, stream.Name);
    }

    /// <summary>Makes a replacement that has been written the file.</summary>
    public static void Commit(string path) => Commit(path + Suffix, path);

    /// <summary>True when a write failed because the disk is full.</summary>
    internal static bool IsDiskFull(IOException failed) => failed.HResult is NoSpace or QuotaExceeded;

    /// <summary>Makes a file of any name that has been written the file.</summary>
    internal static void Commit(string written, string path)
    {
        using (var file = File.OpenHandle(written, FileMode.Open, FileAccess.ReadWrite)) Posix.Sync(file, written);
        File.Move(written, path, overwrite: true);
        Posix.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes what was written of a replacement that does not come; nothing when it was committed.</summary>
    public static void Abandon(string path)
    {
        try
        {
            File.Delete(path + Suffix);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // It is swept at the next start.
        }
    }

    /// <summary>Makes a folder and those above it, and writes their names to the disk: a file that is synced in a folder
    /// whose name is not could be lost with it.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static void CreateFolder(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full) || Path.GetDirectoryName(full) is not { } above) return;
        CreateFolder(above);
        Directory.CreateDirectory(full);
        Posix.SyncDirectory(above);
    }

    /// <summary>Writes files into a new folder that nobody reads yet: each is on the disk, then their names, then the
    /// folder's own. Whoever names the folder afterwards names all of it.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static void WriteFolder(string path, IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> files)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        CreateFolder(path);
        foreach (var (name, bytes) in files)
        {
            using var stream = new FileStream(Path.Combine(path, name), Options(FileMode.CreateNew));
            stream.Write(bytes.Span);
            Flush(stream);
        }

        Posix.SyncDirectory(path);
    }

    /// <summary>Deletes the temporaries of a folder, not of those in it: what a power cut left. Before anything is written. What a
    /// disk does not let go, as one that has become read-only, stays: nobody reads it.</summary>
    public static void Sweep(string folder)
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            foreach (var left in Directory.GetFiles(folder, "*" + Suffix)) File.Delete(left);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // It is swept at the next start.
        }
    }

    private static FileStreamOptions Options(FileMode mode) => new()
    {
        Mode = mode,
        Access = FileAccess.Write,
        Share = FileShare.None,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };
}
