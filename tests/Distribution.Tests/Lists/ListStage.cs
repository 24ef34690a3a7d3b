using System.Globalization;
using System.Text.Json.Nodes;
using Distribution.Lists;
using Verifier.AllowList;
using Verifier.Tests.AllowList;
using Verifier.Trust;

namespace Distribution.Tests.Lists;

/// <summary>A province that publishes a list of epoch 7 hour by hour, really signed, and one gate on a real disk.</summary>
internal sealed class ListStage : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("list-").FullName;
    private readonly Dictionary<string, byte[]> heldMetadata = new(StringComparer.Ordinal);
    private readonly JsonObject list;
    private readonly JsonObject closing;
    private int version = 1;

    public ListStage(ulong seed, int people)
    {
        World = new ListWorld(seed, people);
        list = Repository.AddRole("list", "list/*");
        closing = Repository.AddRole("list-closing", "list/delta-*");
        PutBase(World.IndexFile, World.PageFile, World.Index);
        Publish();
    }

    public MemoryRepository Repository { get; } = new();

    public ListWorld World { get; }

    public List<ListDelta> Hours { get; } = [];

    public string Targets => Path.Combine(folder, "targets");

    public ListFolder Lists => new(Targets);

    public string Chain(AllowListIndex index) => Path.Combine(Targets, $"{Convert.ToHexStringLower(index.Hash)}.deltas");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Publishes an hour of changes: rungs that begin so many hours ago.</summary>
    public void NextHour(params int[] rungs)
    {
        Hours.Add(World.NextHour(20));
        Ladder(list, Hours.Count, rungs);
        Publish();
    }

    /// <summary>The same with one rung from the hour before beside the base, and the others apart.</summary>
    public void NextHourApart(params int[] rungs)
    {
        Hours.Add(World.NextHour(20));
        Ladder(list, Hours.Count, [1]);
        Ladder(closing, Hours.Count, rungs);
        Publish();
    }

    /// <summary>Publishes the next base at the newest sequence, the old ladder as the closing one, and hours after it.</summary>
    public AllowListIndex NextBase(Action<ListWorld>? bend = null, params ListDelta[] after)
    {
        Ladder(closing, Hours.Count, [Hours.Count, 1]);
        var path = Path.Combine(folder, "next");
        bend?.Invoke(World);
        var header = World.Index.Header with { Sequence = World.Overlay.Sequence, AsOf = World.Overlay.AsOf };
        var file = AllowListWriter.Write(path, header, World.Truth
            .OrderBy(static pair => pair.Key).Select(static pair => new ListEntry(SubjectKey.FromFull(pair.Key), pair.Value)));
        Assert.True(AllowListIndex.TryRead(file, out var index, out _));
        list["targets"] = new JsonObject();
        PutBase(file, File.ReadAllBytes(path), index);
        foreach (var delta in after) PutDelta(list, delta);
        Publish();
        return index;
    }

    public void PutDelta(JsonObject document, ListDelta delta, byte[]? bytes = null) => Repository.AddTarget(
        string.Create(CultureInfo.InvariantCulture, $"list/delta-7-{delta.From}-{delta.To}"), bytes ?? delta.ToBytes(), document);

    public void Put(ListDelta delta, byte[] bytes)
    {
        list["targets"]!.AsObject().Where(static file => file.Key.Contains("delta", StringComparison.Ordinal)).Select(static file => file.Key).ToList()
            .ForEach(name => list["targets"]!.AsObject().Remove(name));
        PutDelta(list, delta, bytes);
        Publish();
    }

    /// <summary>Opens the list as an update does.</summary>
    public async Task<ServedList> UpdateAsync(ServedList? present = null)
    {
        Repository.Requests.Clear();
        var next = new HeldInMemory(heldMetadata);
        var client = await RepositoryClient.RefreshAsync(next, Repository.ReadAsync, MemoryRepository.Now, SnapshotRule.ConsistentOnly, default);
        var store = new TargetStore(Targets, Repository.ReadAsync);
        var served = await new ListLoader(client, store, present).LoadAsync(7, static (_, _) => { }, default);
        next.Save();
        Lists.Trim(served, store.Named);
        return served;
    }

    /// <summary>Opens the list as a restart without a repository does.</summary>
    public Task<ServedList> RestartAsync() => new ListLoader(
        RepositoryClient.OpenHeld(new HeldInMemory(heldMetadata), SnapshotRule.ConsistentOnly), new TargetStore(Targets, fetch: null), present: null)
        .LoadAsync(7, static (_, _) => { }, default);

    /// <summary>
    /// Every subject answers as the world says. In a base, a subject that is not listed answers like a listed one of the same 56
    /// bits, as any stranger would: those are left out here once there is a new base.
    /// </summary>
    public void AssertServes(ServedList served, IReadOnlyDictionary<UInt128, ListValue>? truth = null)
    {
        var listed = World.Truth.Keys.Select(static full => SubjectKey.FromFull(full).Page).ToHashSet();
        foreach (var subject in World.Everyone)
        {
            var isNewBase = !served.Index.Hash.SequenceEqual(World.Index.Hash);
            if (isNewBase && !World.Truth.ContainsKey(subject) && listed.Contains(SubjectKey.FromFull(subject).Page)) continue;
            var expected = (truth ?? World.Truth).TryGetValue(subject, out var value) ? ListAnswer.Listed(value) : ListAnswer.Without(ListAnswerKind.NotListed);
            Assert.Equal(expected, served.Reader.Find(SubjectKind.Person, SubjectKey.FromFull(subject)));
        }
    }

    private void Ladder(JsonObject document, int to, IEnumerable<int> rungs)
    {
        foreach (var name in document["targets"]!.AsObject().Select(static file => file.Key).Where(static name => name.Contains("delta", StringComparison.Ordinal)).ToList())
            document["targets"]!.AsObject().Remove(name);
        foreach (var hours in rungs)
            PutDelta(document, Hours[(to - hours)..to].Aggregate(static (older, newer) => older.Then(newer)));
    }

    private void PutBase(byte[] indexFile, byte[] pages, AllowListIndex index)
    {
        Repository.AddTarget("list/base-7.idx", indexFile, list);
        Repository.Files[$"targets/list/{Convert.ToHexStringLower(index.Hash)}.base-7.gal"] = pages;
    }

    private void Publish()
    {
        version++;
        list["version"] = version;
        closing["version"] = version;
        Repository.PublishNext();
    }

    private sealed class HeldInMemory(Dictionary<string, byte[]> counting) : IHeldMetadata
    {
        private readonly Dictionary<string, byte[]> kept = new(StringComparer.Ordinal);
        private readonly byte[] pinned = new MemoryRepository().Files["metadata/1.root.json"];

        public byte[]? Find(string role) =>
            kept.GetValueOrDefault(role) ?? counting.GetValueOrDefault(role) ?? (role == "root" ? pinned : null);

        public void Keep(string role, byte[] document) => kept[role] = document;

        public void Save()
        {
            counting.Clear();
            foreach (var (role, document) in kept) counting[role] = document;
        }
    }
}
