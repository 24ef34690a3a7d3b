using Microsoft.Win32.SafeHandles;
using Verifier.AllowList;

namespace Distribution.Lists;

/// <summary>What a look at one page on the disk found.</summary>
public enum PageState : byte
{
    /// <summary>Not looked at.</summary>
    None = 0,

    /// <summary>It is what was signed.</summary>
    Sound = 1,

    /// <summary>It is something else.</summary>
    Tampered = 2,

    /// <summary>The disk does not give it.</summary>
    Unreadable = 3,
}

/// <summary>
/// Looks at the pages of a served list on the disk itself, past what is in memory, and puts bad ones right from the
/// repository, in place: read by range, held against the index, written, synced, dropped from memory and read again. A page is
/// never right by anyone's word but its signed hash. One thread; look-ups go on meanwhile and see the old page or the new one, or
/// a torn one that does not hash and is no colour.
/// </summary>
public sealed class PageCare : IDisposable
{
    private readonly ServedList served;
    private readonly SafeFileHandle handle;
    private readonly byte[] page = new byte[ListPageLayout.PageSize];

    private PageCare(ServedList served, SafeFileHandle handle)
    {
        this.served = served;
        this.handle = handle;
    }

    /// <summary>Opens the pages of a list for looking and repairing.</summary>
    /// <exception cref="IOException">They cannot be opened.</exception>
    public static PageCare Open(ServedList served) => new(
        served, File.OpenHandle(served.PagesPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Looks at one page.</summary>
    /// <param name="pageIndex">From 0, below the page count of the list.</param>
    public PageState Look(int pageIndex)
    {
        var offset = ListPageLayout.PageSize * (1L + pageIndex);
        Native.Posix.DropCached(handle, offset, ListPageLayout.PageSize);
        try
        {
            if (RandomAccess.Read(handle, page, offset) != page.Length) return PageState.Unreadable;
        }
        catch (IOException)
        {
            return PageState.Unreadable;
        }

        return served.Index.IsSigned(pageIndex, page) ? PageState.Sound : PageState.Tampered;
    }

    /// <summary>Puts one page right. Returns what it then is.</summary>
    /// <exception cref="RefusedException">The repository has not this page as it was signed.</exception>
    /// <exception cref="IOException">The repository or the disk fails.</exception>
    public async Task<PageState> RepairAsync(int pageIndex, Fetch fetch, CancellationToken stop)
    {
        var right = new byte[ListPageLayout.PageSize];
        await new PageSource(served.Index, fetch).ReadAsync(pageIndex, right, stop);
        await RandomAccess.WriteAsync(handle, right, ListPageLayout.PageSize * (1L + pageIndex), stop);
        Native.Posix.Sync(handle, served.PagesPath);
        return Look(pageIndex);
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
