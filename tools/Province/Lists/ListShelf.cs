using System.Globalization;
using System.Security.Cryptography;
using Distribution;
using Distribution.Lists;
using Province.Publishing;
using Verifier.AllowList;

namespace Province.Lists;

/// <summary>
/// The list of one epoch as the office keeps it, and what it publishes of it. Files of <c>list/EPOCH/</c>:
/// <code>
/// base-SEQUENCE.idx       the base; the greatest sequence counts, the one before is kept while gates still leave it
/// step-SEQUENCE.delta     the changes of one publication, counted in the base
/// closing-FROM-TO.delta   a rung over the base before that ends where the base begins
/// base-SEQUENCE.full      whose the entries of the base are; without it changes come counted, and not by subject
/// base-SEQUENCE.added     who was inserted since
/// </code>
/// The pages lie in the repository at once, under the hash of their index: a name that says nothing before the index is
/// signed. Rules:
/// <list type="number">
/// <item>A step's number is the one after the state before; its moment is later.</item>
/// <item>A base of the same epoch follows when the base before is a week old, and begins at the newest state: until then
/// gates still leave the base before that, and no gate would find its way over two.</item>
/// <item>The file that decides is written last: an end in the middle leaves the state before or the one after.</item>
/// </list>
/// One thread.
/// </summary>
internal sealed class ListShelf
{
    /// <summary>How long the rungs over the base before stay, and how old a base becomes.</summary>
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly string folder;
    private readonly string repository;
    private readonly List<ListDelta> steps = [];
    private byte[] indexFile = [];

    private ListShelf(string folder, string repository, int epoch)
    {
        this.folder = folder;
        this.repository = repository;
        Epoch = epoch;
    }

    /// <summary>The epoch.</summary>
    public int Epoch { get; }

    /// <summary>The newest state; null before there is a base.</summary>
    public DeltaOverlay? Newest { get; private set; }

    /// <summary>The index of the base; null before there is one.</summary>
    public AllowListIndex? Index { get; private set; }

    /// <summary>The page file of the base.</summary>
    public string PagesPath => PagesOf(indexFile);

    /// <summary>The hashes of the indexes whose pages gates may still read.</summary>
    public IReadOnlySet<string> PageHashes => Bases().Select(static file => HashOf(file.Bytes)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Builds the next base from the newest state and takes it: the same bytes as every gate makes of it.</summary>
    /// <exception cref="CommandFailure">There is no base yet, it is not a week old, or its pages are damaged.</exception>
    public void Rebase()
    {
        var newest = Newest ?? throw new CommandFailure($"The list of epoch {Epoch} has no base yet.");
        RequireWeek(newest.AsOf);
        var pages = Path.Combine(folder, "next.gal");
        var header = Index!.Header with { Sequence = newest.Sequence, AsOf = newest.AsOf };
        try
        {
            using var file = PageFile.Open(PagesPath);
            var index = ListMerge.Write(pages, Index, file.TryRead, newest, header);
            TakeBase(index, pages, File.Exists(Full) ? NextFull(index, pages) : null);
        }
        catch (InvalidDataException fault)
        {
            throw new CommandFailure($"{PagesPath} is damaged: restore it from a mirror. {fault.Message}", fault);
        }
    }

    /// <summary>Opens an epoch's list, which need not be there yet.</summary>
    /// <exception cref="CommandFailure">A file is broken.</exception>
    public static ListShelf Open(string listFolder, string repository, int epoch)
    {
        var shelf = new ListShelf(Path.Combine(listFolder, epoch.ToString(CultureInfo.InvariantCulture)), repository, epoch);
        shelf.Load();
        return shelf;
    }

    /// <summary>Takes the first base of the epoch, or the next one.</summary>
    /// <param name="index">The bytes of its index.</param>
    /// <param name="pages">Its page file, which is moved into the repository.</param>
    /// <param name="full">Its companion with the full keys, which is moved into the office; null for none.</param>
    /// <exception cref="CommandFailure">It does not follow.</exception>
    public void TakeBase(byte[] index, string pages, string? full = null)
    {
        if (!AllowListIndex.TryRead(index, out var next, out var fault)) throw new CommandFailure($"This is no index of a list: {fault}.");
        if (next.Header.Epoch != Epoch) throw new CommandFailure($"The base is of epoch {next.Header.Epoch}, the gates' keys are of {Epoch}.");
        if (new FileInfo(pages) is not { Exists: true } file || file.Length != next.PageFileSize)
            throw new CommandFailure($"{pages} is not the page file of this base: {next.PageFileSize} bytes are expected.");
        if (Newest is { } newest)
        {
            if (next.Header.Sequence != newest.Sequence)
                throw new CommandFailure($"The base begins at {next.Header.Sequence}, the newest state is {newest.Sequence}: build it from that state.");
            RequireWeek(next.Header.AsOf);
            foreach (var rung in Ladder.Of(steps)) Write(string.Create(CultureInfo.InvariantCulture, $"closing-{rung.From}-{rung.To}.delta"), rung.ToBytes());
        }

        if (full is not null) TakeFull(full, index, next);
        var published = PagesOf(index);
        Directory.CreateDirectory(Path.GetDirectoryName(published)!);
        File.Move(pages, published, overwrite: true);
        Write(string.Create(CultureInfo.InvariantCulture, $"base-{next.Header.Sequence}.idx"), index);
        Load();
        Tidy();
    }

    /// <summary>Takes the changes of one publication, by subject.</summary>
    /// <exception cref="CommandFailure">There is no base with its full keys, or the changes do not fit the state.</exception>
    public void TakeSubjects(IEnumerable<SubjectChange> changes, DateTimeOffset asOf)
    {
        var newest = Newest ?? throw new CommandFailure($"The list of epoch {Epoch} has no base yet.");
        if (!File.Exists(Full)) throw new CommandFailure($"There is no {Full}: take a base together with its .full, so that subjects can be told apart.");
        using var list = ListBase.Open(new BaseFiles(PagesPath, IndexPath, Full));
        var resolved = ChangeResolver.Resolve(list, newest, InsertedKeys.Read(Added, Index!.Hash), changes);

        // First who was inserted: full keys of subjects that no step names do no harm, missing ones would.
        resolved.Inserted.Write(Added, Index.Hash);
        TakeChanges(resolved.Changes, asOf);
    }

    /// <summary>Takes the changes of one publication, counted in the base.</summary>
    /// <exception cref="CommandFailure">There is no base, the moment is not later, or there are too many changes.</exception>
    public void TakeChanges(ListChanges changes, DateTimeOffset asOf)
    {
        var newest = Newest ?? throw new CommandFailure($"The list of epoch {Epoch} has no base yet.");
        if (asOf <= newest.AsOf) throw new CommandFailure($"The changes are of {Moment(asOf)}, the newest state is of {Moment(newest.AsOf)}: changes come in their order.");
        try
        {
            var next = newest.With(changes, newest.Sequence + 1, asOf);
            var step = ListDelta.Between(newest.Sequence, next, changes);
            Write(string.Create(CultureInfo.InvariantCulture, $"step-{step.To}.delta"), step.ToBytes());
            steps.Add(step);
            Newest = next;
        }
        catch (ArgumentException fault)
        {
            throw new CommandFailure($"These changes cannot be taken: {fault.Message}", fault);
        }
    }

    /// <summary>What is published: the base and the youngest rungs over it, which every gate reads every hour; apart from them the
    /// other rungs and the ladder that leads out of the base before, which only gates read that were away.</summary>
    public (IReadOnlyDictionary<string, byte[]> List, IReadOnlyDictionary<string, byte[]> Closing) Targets()
    {
        var list = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var closing = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (Newest is null) return (list, closing);
        list[string.Create(CultureInfo.InvariantCulture, $"list/base-{Epoch}.idx")] = indexFile;
        foreach (var (number, rung) in Ladder.Of(steps).Index()) (number < Ladder.NearRungs ? list : closing)[NameOf(rung)] = rung.ToBytes();
        if (Newest.AsOf - Index!.Header.AsOf >= Week) return (list, closing);
        foreach (var path in Files("closing-", ".delta"))
        {
            var rung = ReadDelta(path);
            if (rung.To == Index.Header.Sequence) closing[NameOf(rung)] = File.ReadAllBytes(path);
        }

        return (list, closing);
    }

    private static string NameOf(ListDelta delta) => string.Create(CultureInfo.InvariantCulture, $"list/delta-{delta.Epoch}-{delta.From}-{delta.To}");

    private static string HashOf(byte[] index) => Convert.ToHexStringLower(SHA256.HashData(index));

    private static string Moment(DateTimeOffset moment) => Documents.SignedDocuments.Moment(moment);

    private static ListDelta ReadDelta(string path) => ListDelta.TryRead(File.ReadAllBytes(path), out var delta, out var fault)
        ? delta
        : throw new CommandFailure($"{path} is broken ({fault}): restore the office's folder.");

    private string IndexPath => BaseFile(".idx");

    private string Full => BaseFile(".full");

    private string Added => BaseFile(".added");

    private string BaseFile(string ending) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"base-{Index?.Header.Sequence ?? 0}{ending}"));

    private string NextFull(byte[] nextIndex, string nextPages)
    {
        var path = Path.Combine(folder, "next.full");
        using var list = ListBase.Open(new BaseFiles(PagesPath, IndexPath, Full));
        using var pages = PageFile.Open(nextPages);
        FullKeyRebase.Write(path, list, Newest!, InsertedKeys.Read(Added, Index!.Hash), nextIndex, pages.TryRead);
        return path;
    }

    private void TakeFull(string full, byte[] index, AllowListIndex next)
    {
        try
        {
            using (FullKeyFile.Open(full, index, next.EntryCount))
            {
            }
        }
        catch (InvalidDataException fault)
        {
            throw new CommandFailure($"{full} is not the companion of this base: {fault.Message}", fault);
        }

        Directory.CreateDirectory(folder);
        File.Move(full, Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"base-{next.Header.Sequence}.full")), overwrite: true);
    }

    private void RequireWeek(DateTimeOffset asOf)
    {
        var before = Index!.Header.AsOf;
        if (asOf - before < Week)
            throw new CommandFailure($"The base before is of {Moment(before)}: the next one comes when it is a week old, on {Moment(before + Week)}.");
    }

    private string PagesOf(byte[] index) =>
        Path.Combine(repository, "targets", "list", string.Create(CultureInfo.InvariantCulture, $"{HashOf(index)}.base-{Epoch}.gal"));

    private void Load()
    {
        steps.Clear();
        var newestBase = Bases().OrderByDescending(static file => file.Sequence).FirstOrDefault();
        if (newestBase.Bytes is not { } bytes) return;
        if (!AllowListIndex.TryRead(bytes, out var index, out var fault))
            throw new CommandFailure($"{folder}/base-{newestBase.Sequence}.idx {(fault == IndexFault.WrongFormat ? "has another format: begin a new epoch (docs/ceremonies.md)" : $"is broken ({fault}): restore the office's folder")}.");

        (indexFile, Index) = (bytes, index);
        var state = DeltaOverlay.Start(index);
        while (Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"step-{state.Sequence + 1}.delta")) is var path && File.Exists(path))
        {
            var step = ReadDelta(path);
            if (!state.TryFollow(step, out var next, out var overlayFault)) throw new CommandFailure($"{path} does not follow ({overlayFault}).");
            steps.Add(step);
            state = next;
        }

        if (steps.Count > 0 && !state.Hash.SequenceEqual(steps[^1].Result)) throw new CommandFailure($"The steps in {folder} do not lead where they say: restore the office's folder.");
        Newest = state;
    }

    // Steps before the base, bases before the last one and the rungs that led to that one are of no use any more.
    private void Tidy()
    {
        var sequence = Index!.Header.Sequence;
        foreach (var path in Files("step-", ".delta").Where(path => ReadDelta(path).To <= sequence).Concat(Files("closing-", ".delta").Where(path => ReadDelta(path).To != sequence)).ToArray())
            File.Delete(path);
        foreach (var path in Files("base-", ".full").Concat(Files("base-", ".added")).Where(path => path != Full && path != Added).ToArray()) File.Delete(path);
        foreach (var old in Bases().OrderByDescending(static file => file.Sequence).Skip(2)) File.Delete(Path.Combine(folder, $"base-{old.Sequence}.idx"));
    }

    private IEnumerable<(int Sequence, byte[] Bytes)> Bases() => Files("base-", ".idx")
        .Select(static path => (int.Parse(Path.GetFileName(path)["base-".Length..^".idx".Length], NumberStyles.None, CultureInfo.InvariantCulture), File.ReadAllBytes(path)));

    private IEnumerable<string> Files(string prefix, string ending) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"{prefix}*{ending}") : [];

    private void Write(string name, byte[] bytes) => PublicFile.Write(Path.Combine(folder, name), bytes);
}
