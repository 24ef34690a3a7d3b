using Distribution;

namespace Province.Publishing;

/// <summary>Writes files that everyone may read: durably, the old or the new one whole.</summary>
internal static class PublicFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a file; its folder is made where it is missing.</summary>
    /// <exception cref="IOException">The disk is full or fails; the old file still stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using (var stream = DurableFile.Create(full))
        {
            stream.Write(bytes);
            File.SetUnixFileMode(stream.SafeFileHandle, Mode);
        }

        DurableFile.Commit(full);
    }
}
