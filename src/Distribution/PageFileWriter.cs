using Verifier.AllowList;

namespace Distribution;

/// <summary>
/// Packs distinct rising 56-bit keys into <c>base-EPOCH.gal</c>, page by page, and gathers <c>base-EPOCH.idx</c>. One
/// thread. The same entries give the same bytes.
/// </summary>
public sealed class PageFileWriter : IDisposable
{
    private const int BufferSize = 256 * ListPageLayout.PageSize;

    private readonly ListPageWriter writer = new();
    private readonly AllowListIndexWriter index;
    private readonly FileStream stream;
    private readonly AllowListHeader header;
    private readonly byte[] page = new byte[ListPageLayout.PageSize];

    private PageFileWriter(FileStream stream, AllowListHeader header)
    {
        this.stream = stream;
        this.header = header;
        index = new AllowListIndexWriter(header);
    }

    /// <summary>How many entries were added.</summary>
    public long EntryCount => index.EntryCount + writer.Count;

    /// <summary>Begins a page file.</summary>
    /// <param name="path">The page file; overwritten.</param>
    /// <param name="header">What the list is.</param>
    /// <exception cref="ArgumentException">The header is outside its ranges.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static PageFileWriter Create(string path, AllowListHeader header)
    {
        var created = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
        try
        {
            // The header page counts what is not yet known; until the end its place is empty.
            created.Write(new byte[ListPageLayout.PageSize]);
            return new PageFileWriter(created, header);
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    /// <summary>Adds an entry.</summary>
    /// <param name="key">56 bits, above every key before it.</param>
    /// <param name="value">A value, or <see cref="ListValue.Ambiguous"/>.</param>
    /// <exception cref="ArgumentException">The key does not rise or is over 56 bits, or the value is none.</exception>
    /// <exception cref="InvalidOperationException">The list is over the pages that an index can name.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(ulong key, ListValue value)
    {
        if (writer.TryAdd(key, value)) return;
        WritePage();
        if (!writer.TryAdd(key, value)) throw new System.Diagnostics.UnreachableException("An empty page takes any entry.");
    }

    /// <summary>Adds one of several subjects that share a key, in the order of full keys.</summary>
    /// <exception cref="InvalidOperationException">The side table is full.</exception>
    public void AddAmbiguous(SubjectKey key, ListValue value) => index.AddAmbiguous(key, value);

    /// <summary>Ends the page file, on the disk, and returns the bytes of the index.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public byte[] Finish()
    {
        if (writer.Count > 0) WritePage();
        new PageFileHeader(header.Province, header.Epoch, index.PageCount, index.EntryCount).Write(page);
        stream.Position = 0;
        stream.Write(page);
        DurableFile.Flush(stream);
        return index.ToBytes();
    }

    /// <summary>Closes the file, finished or not.</summary>
    public void Dispose() => stream.Dispose();

    private void WritePage()
    {
        var firstKey = writer.FirstKey;
        var count = writer.Count;
        writer.Write(page);
        index.AddPage(firstKey, count, page);
        stream.Write(page);
    }
}
