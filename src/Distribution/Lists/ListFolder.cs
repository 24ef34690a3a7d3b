using Verifier.AllowList;

namespace Distribution.Lists;

/// <summary>
/// Where the lists of a gate lie: in its targets folder, by the SHA-256 of the base's index: <c>HASH</c> the index,
/// <c>HASH.gal</c> the pages, whole, <c>HASH.gal.new</c> and <c>HASH.gal.part</c> pages that are still being made, <c>HASH.deltas/</c> the chain.
/// </summary>
internal sealed class ListFolder
{
    private const string PagesSuffix = ".gal";
    private const string ChainSuffix = ".deltas";
    private const int HashDigits = 64;
    private readonly string folder;

    public ListFolder(string folder) => this.folder = folder;

    /// <summary>The page file of a base.</summary>
    public string PagesOf(AllowListIndex index) => IndexOf(index) + PagesSuffix;

    /// <summary>True when the pages of a base are here, whole.</summary>
    /// <exception cref="IOException">The disk does not say; they are not made anew for that.</exception>
    public bool HasPages(AllowListIndex index) => DurableFile.SizeOf(PagesOf(index)) == index.PageFileSize;

    /// <summary>True when a base is here, index and pages, whole.</summary>
    /// <exception cref="IOException">The disk does not say.</exception>
    public bool Has(PendingBase pending) => FindIndex(pending.Name) is { } index && HasPages(index);

    /// <summary>Where a file lies, by the SHA-256 that names it.</summary>
    public string FileOf(string name) => Path.Combine(folder, name);

    /// <summary>The index of a base that is here; null when it is not, or is damaged.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public AllowListIndex? FindIndex(string name)
    {
        var path = FileOf(name);
        if (DurableFile.SizeOf(path) is null or > AllowListIndex.SizeMax) return null;
        return AllowListIndex.TryRead(File.ReadAllBytes(path), out var index, out _) && IsNamed(path, index) ? index : null;
    }

    /// <summary>The chain of a base.</summary>
    public DeltaChain ChainOf(AllowListIndex index) => new(IndexOf(index) + ChainSuffix, index.Header.Epoch);

    /// <summary>The bases of an epoch that are here with their pages, the newest first; none of which the index cannot be read.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public List<AllowListIndex> FindBases(int epoch)
    {
        var found = new List<AllowListIndex>();
        foreach (var pages in DurableFile.FilesOf(folder, "*" + PagesSuffix))
        {
            try
            {
                if (FindIndex(Path.GetFileName(pages)[..^PagesSuffix.Length]) is { } index && index.Header.Epoch == epoch && HasPages(index)) found.Add(index);
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
            {
                // One that the disk does not give leads nowhere, and keeps no other from it.
            }
        }

        found.Sort(static (left, right) => right.Header.Sequence.CompareTo(left.Header.Sequence));
        return found;
    }

    /// <summary>Those of them that are older than another base of its epoch and province.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public List<AllowListIndex> FindOlder(AllowListIndex newer)
    {
        var bases = FindBases(newer.Header.Epoch);
        bases.RemoveAll(index => index.Header.Province != newer.Header.Province || index.Header.Sequence >= newer.Header.Sequence);
        return bases;
    }

    /// <summary>
    /// Deletes what nothing names any more: all lists but these bases, whose chains lose what is behind, and all targets but
    /// those that were read for the set that counts. The keys of past lists are among them.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Trim(ServedList served, IReadOnlySet<string> named)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal) { Convert.ToHexStringLower(served.Index.Hash) };
        if (served.Pending is { } pending) kept.Add(pending.Name);
        foreach (var path in Directory.GetFileSystemEntries(folder))
        {
            var name = Path.GetFileName(path);
            if (name.Length < HashDigits || kept.Contains(name[..HashDigits])) continue;
            if (name.Length == HashDigits)
            {
                if (!named.Contains(name)) File.Delete(path);
                continue;
            }

            if (name.EndsWith(ChainSuffix, StringComparison.Ordinal)) Directory.Delete(path, recursive: true);
            else if (name[HashDigits..].StartsWith(PagesSuffix, StringComparison.Ordinal)) File.Delete(path);
            if (name.EndsWith(PagesSuffix, StringComparison.Ordinal)) File.Delete(path[..^PagesSuffix.Length]);
        }

        ChainOf(served.Index).Trim(served.Index.Header.Sequence, served.Overlay.Sequence);
    }

    private string IndexOf(AllowListIndex index) => FileOf(Convert.ToHexStringLower(index.Hash));

    private static bool IsNamed(string path, AllowListIndex index) => Path.GetFileName(path) == Convert.ToHexStringLower(index.Hash);
}
