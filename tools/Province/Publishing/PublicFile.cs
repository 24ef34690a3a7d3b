using Distribution;

namespace Province.Publishing;

/// <summary>
/// Writes files that everyone may read: durably, the old or the new one whole. A file that takes the place of another is dated a
/// second later at least: web servers tell two of equal length apart by the second, and a gate that asks "still this one?" would
/// be told yes.
/// </summary>
internal static class PublicFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a file; its folder is made where it is missing.</summary>
    /// <exception cref="IOException">The disk is full or fails; the old file still stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var after = File.Exists(full) ? File.GetLastWriteTimeUtc(full).AddSeconds(1) : DateTime.MinValue;
        using (var stream = DurableFile.Create(full))
        {
            stream.Write(bytes);
            stream.Flush();
            if (File.GetLastWriteTimeUtc(stream.SafeFileHandle) < after) File.SetLastWriteTimeUtc(stream.SafeFileHandle, after);
            File.SetUnixFileMode(stream.SafeFileHandle, Mode);
        }

        DurableFile.Commit(full);
    }
}
