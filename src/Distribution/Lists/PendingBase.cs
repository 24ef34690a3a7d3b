using Verifier.AllowList;
using Verifier.Trust;

namespace Distribution.Lists;

/// <summary>
/// A base that is signed and not whole here yet. Its index is of some MB, and so it is not fetched either while a gate can make
/// it: from the base before and its changes.
/// </summary>
public sealed class PendingBase
{
    private readonly TargetFile file;
    private readonly string source;

    /// <summary>A base that waits.</summary>
    /// <param name="file">Its index, as it is signed.</param>
    /// <param name="source">Where the repository has that.</param>
    internal PendingBase(TargetFile file, string source)
    {
        this.file = file;
        this.source = source;
    }

    /// <summary>The SHA-256 of its index, lower-case hexadecimal.</summary>
    public string Name => file.Hashes.Prefix;

    /// <summary>The index from the repository, held against what is signed.</summary>
    /// <exception cref="RefusedException">It is missing, too long, or is not what was signed.</exception>
    /// <exception cref="IOException">The repository cannot be read.</exception>
    internal Task<byte[]> FetchAsync(Fetch fetch, CancellationToken stop) =>
        RepositoryClient.ReadAsync(fetch, source, file, AllowListIndex.SizeMax, stop);

    /// <summary>True when base and changes do not merge into it: they are not merged again.</summary>
    internal bool IsOfOthers { get; private set; }

    /// <summary>Whether an index that was made here is the signed one; remembered when it is not.</summary>
    internal bool IsOf(byte[]? index) => !(IsOfOthers = index is null || !file.Match(index));
}
