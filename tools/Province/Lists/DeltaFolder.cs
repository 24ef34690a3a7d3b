using System.Globalization;
using Distribution;
using Verifier.AllowList;

namespace Province.Lists;

/// <summary>
/// A folder with a base and the deltas since, each from one sequence to the next: the history of an epoch. Holds
/// <c>base-EPOCH.gal</c>, <c>.idx</c>, <c>.full</c> and <c>.added</c>, and <c>delta-EPOCH-FROM-TO</c>. One thread.
/// </summary>
internal sealed class DeltaFolder : IDisposable
{
    private readonly string folder;
    private readonly ListBase list;
    private readonly List<ListDelta> steps = [];
    private readonly string insertedPath;
    private InsertedKeys inserted;

    private DeltaFolder(string folder, ListBase list, string insertedPath)
    {
        this.folder = folder;
        this.list = list;
        this.insertedPath = insertedPath;
        Newest = DeltaOverlay.Start(list.Index);
        inserted = InsertedKeys.Read(insertedPath, list.Index.Hash);
    }

    /// <summary>The newest state.</summary>
    public DeltaOverlay Newest { get; private set; }

    /// <summary>Opens a base and its history.</summary>
    /// <exception cref="CommandFailure">A file is broken, or they do not lead from one to the next.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DeltaFolder Open(string folder, int epoch)
    {
        var files = BaseFiles.Of(folder, epoch);
        var opened = new DeltaFolder(folder, ListBase.Open(files), Path.ChangeExtension(files.Index, ".added"));
        opened.Follow();
        return opened;
    }

    /// <summary>Takes changes as the next sequence and writes their delta.</summary>
    /// <returns>Where it was written.</returns>
    /// <exception cref="CommandFailure">The changes do not fit the state.</exception>
    public string Take(IEnumerable<SubjectChange> changes, DateTimeOffset asOf)
    {
        if (asOf < Newest.AsOf) throw new CommandFailure("The changes are older than the state they change.");
        var resolved = ChangeResolver.Resolve(list, Newest, inserted, changes);
        var next = Newest.With(resolved.Changes, Newest.Sequence + 1, asOf);
        var step = ListDelta.Between(Newest.Sequence, next, resolved.Changes);

        // First who was inserted: full keys of subjects that no delta names do no harm, missing ones would.
        inserted = resolved.Inserted;
        inserted.Write(insertedPath, list.Index.Hash);
        steps.Add(step);
        Newest = next;
        return Write(step);
    }

    /// <summary>Writes one delta from an earlier sequence to the newest.</summary>
    /// <returns>Where it was written.</returns>
    /// <exception cref="CommandFailure">The history does not reach back so far.</exception>
    public string WriteRung(int from)
    {
        var parts = steps.Where(step => step.From >= from).ToList();
        if (parts.Count == 0 || parts[0].From != from)
            throw new CommandFailure(string.Create(CultureInfo.InvariantCulture, $"The history is from {list.Index.Header.Sequence} to {Newest.Sequence}: nothing begins at {from}."));
        return Write(parts.Aggregate(static (older, newer) => older.Then(newer)));
    }

    /// <summary>Closes the base.</summary>
    public void Dispose() => list.Dispose();

    private void Follow()
    {
        while (PathOf(Newest.Sequence, Newest.Sequence + 1) is var path && File.Exists(path))
        {
            if (!ListDelta.TryRead(File.ReadAllBytes(path), out var step, out var fault)) throw new CommandFailure($"{path}: {fault}.");
            if (!Newest.TryApply(step, out var next, out var overlayFault)) throw new CommandFailure($"{path}: {overlayFault}.");
            steps.Add(step);
            Newest = next;
        }
    }

    private string Write(ListDelta delta)
    {
        var path = PathOf(delta.From, delta.To);
        var bytes = delta.ToBytes();
        File.WriteAllBytes(path + ".part", bytes);
        File.Move(path + ".part", path, overwrite: true);
        return path;
    }

    private string PathOf(int from, int to) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"delta-{list.Index.Header.Epoch}-{from}-{to}"));
}
