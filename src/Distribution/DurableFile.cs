using Distribution.Native;

namespace Distribution;

/// <summary>
/// Replaces a file so that a power cut leaves the old or the new one, whole. The system calls, in order:
/// <code>
/// openat(temporary) write fsync close     the new bytes are on the disk
/// rename(temporary, path)                 the name points at them
/// open(folder) fsync close                the name is on the disk
/// </code>
/// A disk that lies about fsync can still lose the last replacement; it never shows half of one.
/// </summary>
public static class DurableFile
{
    private const string Suffix = ".new";

    /// <summary>Writes a file, readable by its owner alone.</summary>
    /// <exception cref="IOException">The disk is full or fails; the old file still stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using (var stream = Create(path)) stream.Write(bytes);
        Commit(path);
    }

    /// <summary>Begins a replacement that is written piece by piece. Dispose it, then call <see cref="Commit"/>.</summary>
    public static FileStream Create(string path) => new(path + Suffix, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        Share = FileShare.None,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    /// <summary>Makes a replacement that has been written the file.</summary>
    public static void Commit(string path)
    {
        using (var file = File.OpenHandle(path + Suffix, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(file);
        File.Move(path + Suffix, path, overwrite: true);
        Posix.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
