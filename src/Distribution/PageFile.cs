using Microsoft.Win32.SafeHandles;
using Verifier.AllowList;

namespace Distribution;

/// <summary>
/// The pages of a list on disk, read by pread into the caller's buffer. Never mapped: a swapped card could change a mapped
/// page after its hash was checked, and a read error would be a signal instead of a value. Any thread.
/// </summary>
public sealed class PageFile : IDisposable
{
    private readonly SafeFileHandle handle;

    private PageFile(SafeFileHandle handle) => this.handle = handle;

    /// <summary>Opens a page file.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static PageFile Open(string path) =>
        new(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess));

    /// <summary>Size in bytes.</summary>
    public long Size => RandomAccess.GetLength(handle);

    /// <summary>Reads a page or a part of it, as a <see cref="PageRead"/>. False on an error of the disk or when it is not all there.</summary>
    public bool TryRead(int pageIndex, int offset, Span<byte> target)
    {
        if (pageIndex < 0 || offset < 0 || offset + target.Length > ListPageLayout.PageSize) return false;
        var start = ((pageIndex + 1L) * ListPageLayout.PageSize) + offset;
        try
        {
            for (var done = 0; done < target.Length;)
            {
                var count = RandomAccess.Read(handle, target[done..], start + done);
                if (count == 0) return false;
                done += count;
            }

            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A dying card is an answer of the list ("cannot be read"), not the end of the agent.
            return false;
        }
    }

    /// <summary>Closes the file. A read that is under way ends first.</summary>
    public void Dispose() => handle.Dispose();
}
