using System.Threading.Channels;
using Verifier.AllowList;

namespace Distribution.Lists;

/// <summary>
/// One state of the list as one snapshot reads it: a base on disk, what changed since, and, while a newer base is signed
/// whose pages are not here yet, that one too. It notes the pages that could not be believed. Any thread.
/// </summary>
public sealed class ServedList : IDisposable
{
    /// <summary>Greatest number of bad pages that wait; more are found again by whoever looks next.</summary>
    public const int BadPagesMax = 256;

    private readonly PageFile pages;
    private readonly Channel<int> bad = Channel.CreateBounded<int>(
        new BoundedChannelOptions(BadPagesMax) { FullMode = BoundedChannelFullMode.DropWrite });

    private long tampered;
    private long unread;

    private ServedList(PageFile pages, ListFolder folder, AllowListIndex index, DeltaOverlay? overlay, PendingBase? pending, string? fault)
    {
        this.pages = pages;
        Folder = folder;
        Index = index;
        Pending = pending;
        Fault = fault;
        Overlay = overlay ?? DeltaOverlay.Start(index);
        Reader = overlay is null ? AllowListReader.Unusable(index) : new AllowListReader(index, TryRead, overlay, Note);
    }

    /// <summary>The index of the base.</summary>
    public AllowListIndex Index { get; }

    /// <summary>What changed since.</summary>
    public DeltaOverlay Overlay { get; }

    /// <summary>Answers look-ups.</summary>
    public AllowListReader Reader { get; }

    /// <summary>The signed base that is not whole here yet; null when this is the newest.</summary>
    public PendingBase? Pending { get; }

    /// <summary>Why the list cannot be used; null when it can.</summary>
    public string? Fault { get; }

    /// <summary>How often a look-up met a page that is not what was signed.</summary>
    public long TamperedPages => Volatile.Read(ref tampered);

    /// <summary>How often a look-up could not read a page.</summary>
    public long UnreadPages => Volatile.Read(ref unread);

    /// <summary>The pages that look-ups could not believe, some of them twice.</summary>
    public ChannelReader<int> BadPages => bad.Reader;

    internal ListFolder Folder { get; }

    internal string PagesPath => Folder.PagesOf(Index);

    /// <summary>Opens the pages of a base.</summary>
    /// <exception cref="IOException">They cannot be opened.</exception>
    internal static ServedList Open(ListFolder folder, AllowListIndex index, DeltaOverlay overlay, PendingBase? pending) =>
        new(PageFile.Open(folder.PagesOf(index)), folder, index, overlay, pending, fault: null);

    /// <summary>A base whose changes are lost: it answers nothing, because the base alone would be older than what was here.</summary>
    /// <exception cref="IOException">The pages cannot be opened.</exception>
    internal static ServedList Unusable(ListFolder folder, AllowListIndex index, string fault) =>
        new(PageFile.Open(folder.PagesOf(index)), folder, index, overlay: null, pending: null, fault);

    /// <summary>Whether another state is read from the same base, and waits for the same one.</summary>
    public bool HasBasesOf(ServedList other) => Index.Hash.SequenceEqual(other.Index.Hash) && Pending?.Name == other.Pending?.Name;

    /// <summary>Closes the pages.</summary>
    public void Dispose() => pages.Dispose();

    private bool TryRead(int page, int offset, Span<byte> target)
    {
        if (pages.TryRead(page, offset, target)) return true;
        Interlocked.Increment(ref unread);
        bad.Writer.TryWrite(page);
        return false;
    }

    private void Note(int page)
    {
        Interlocked.Increment(ref tampered);
        bad.Writer.TryWrite(page);
    }
}
