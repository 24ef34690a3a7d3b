using System.Globalization;
using Verifier.AllowList;

namespace Distribution.Lists;

/// <summary>
/// The deltas that led from a base to the state of a gate, in a folder, each durably under the name <c>FROM-TO</c>. Nothing
/// else authenticates them: whoever rebuilds a state holds it against a signed result. Rules of rebuilding, in order:
/// <list type="number">
/// <item>Files are taken by where they end and then by where they begin, none that ends after the wanted sequence.</item>
/// <item>The last that begins at the base or before it begins the chain: it replaced what was before.</item>
/// <item>Each file is a delta of that name that follows the state before it; one that does not breaks the chain.</item>
/// </list>
/// </summary>
internal sealed class DeltaChain
{
    private readonly string folder;
    private readonly int epoch;

    public DeltaChain(string folder, int epoch)
    {
        this.folder = folder;
        this.epoch = epoch;
    }

    /// <summary>The state at a sequence or as far before it as the files lead; null when the chain is broken.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public DeltaOverlay? Rebuild(AllowListIndex index, int sequence)
    {
        var state = DeltaOverlay.Start(index);
        foreach (var name in Chain(state.Sequence, sequence))
        {
            if (Read(name) is not { } delta || !state.TryFollow(delta, out var next, out _)) return null;
            state = next;
        }

        return state;
    }

    /// <summary>The bytes of a delta; null when it is not here.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? Find(DeltaName name)
    {
        var path = PathOf(name);
        return DurableFile.SizeOf(path) <= ListDelta.SizeMax ? DurableFile.Find(path) : null;
    }

    /// <summary>Keeps a delta, durably.</summary>
    /// <exception cref="IOException">The disk is full or fails; the chain is as it was.</exception>
    public void Keep(DeltaName name, byte[] bytes)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Native.Posix.SyncDirectory(Path.GetDirectoryName(folder)!);
        }

        DurableFile.Write(PathOf(name), bytes);
    }

    /// <summary>Deletes what a state at a sequence no longer needs, once it is the one that counts.</summary>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public void Trim(int baseSequence, int sequence)
    {
        var needed = Chain(baseSequence, sequence).Select(PathOf).ToHashSet(StringComparer.Ordinal);
        foreach (var path in DurableFile.FilesOf(folder))
        {
            if (!needed.Contains(path)) File.Delete(path);
        }
    }

    private List<DeltaName> Chain(int baseSequence, int sequence)
    {
        var names = new List<DeltaName>();
        foreach (var path in DurableFile.FilesOf(folder))
        {
            if (DeltaName.TryRead(epoch, Path.GetFileName(path), out var name) && name.To <= sequence) names.Add(name);
        }

        names.Sort(static (left, right) => left.To != right.To ? left.To.CompareTo(right.To) : left.From.CompareTo(right.From));
        var first = names.FindLastIndex(name => name.From <= baseSequence);
        return first <= 0 ? names : names[first..];
    }

    private ListDelta? Read(DeltaName name) =>
        Find(name) is { } bytes && ListDelta.TryRead(bytes, out var delta, out _) && (delta.From, delta.To) == (name.From, name.To) ? delta : null;

    private string PathOf(DeltaName name) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name.From}-{name.To}"));
}
