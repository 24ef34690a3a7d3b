using System.Text;
using Distribution;
using LocalApi.Link;
using Province.Publishing;
using Verifier.Trust;

namespace Province.Tests.Publishing;

/// <summary>A publication that ends after any of its writes: what gates find then, and that the next one heals it.</summary>
public sealed class EndedPublicationTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddHours(1);
    private readonly string folder = Directory.CreateTempSubdirectory("ended-test-").FullName;
    private readonly Dictionary<string, TufKey> keys = [];
    private int made;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("none")]
    [InlineData(RoleNames.Root)]
    [InlineData(RoleNames.Sites)]
    [InlineData(RoleNames.List)]
    public async Task Whatever_write_is_the_last_gates_find_the_old_or_the_new_publication_whole(string rotated)
    {
        var roles = Roles();
        Publish(roles, "old", Now);
        var next = rotated == "none" ? roles : roles.Withdraw(rotated).Give(rotated, "new", Key("new"));
        var files = Publication.Plan(PublishedRepository.Read(folder), Request(next, "new", Later)).Files;

        for (var count = 0; count <= files.Count; count++)
        {
            using var copy = new Copy(folder, files.Take(count));
            var expected = count == files.Count ? "new" : "old";
            Assert.Equal(expected, await ReadAsync(copy.Folder, "policy.json"));
            Assert.Equal(expected, await ReadAsync(copy.Folder, "sites/gate-3.json"));
            Assert.Equal(expected, await ReadAsync(copy.Folder, "list/base-1.idx"));

            Publisher.Publish(copy.Folder, Request(next, "new", Later));
            Assert.Equal("new", await ReadAsync(copy.Folder, "policy.json"));
        }
    }

    [Theory]
    [InlineData(RoleNames.Timestamp)]
    [InlineData(RoleNames.Snapshot)]
    [InlineData(RoleNames.Targets)]
    public async Task Between_a_root_that_withdraws_a_key_and_the_new_timestamp_gates_find_nothing_to_take(string rotated)
    {
        var roles = Roles();
        Publish(roles, "old", Now);
        var next = roles.Withdraw(rotated).Give(rotated, "new", Key("new"));
        var files = Publication.Plan(PublishedRepository.Read(folder), Request(next, "new", Later)).Files;

        using var copy = new Copy(folder, files.Take(files.Count - 1));

        var refused = await Assert.ThrowsAsync<RefusedException>(() => ReadAsync(copy.Folder, "policy.json"));
        Assert.Contains($"TooFewSignatures in {rotated}", refused.Message, StringComparison.Ordinal);
        Publisher.Publish(copy.Folder, Request(next, "new", Later));
        Assert.Equal("new", await ReadAsync(copy.Folder, "policy.json"));
    }

    [Fact]
    public void Versions_rise_by_themselves_and_only_where_something_changed()
    {
        var roles = Roles();
        Publish(roles, "old", Now);
        Publish(roles, "old", Later);
        var unchanged = PublishedRepository.Read(folder);
        Publish(roles, "new", Later);
        var changed = PublishedRepository.Read(folder);

        Assert.Equal((1, 2), (unchanged.Snapshot!.Version, unchanged.Timestamp!.Version));
        Assert.Equal((2, 3), (changed.Snapshot!.Version, changed.Timestamp!.Version));
        Assert.All(["targets", "sites", "list"], role => Assert.Equal(2, changed.Documents[role].Version));
        Assert.Equal(1, changed.Documents["list-closing"].Version);
    }

    [Fact]
    public async Task Thousands_of_gates_stand_in_bins_and_another_gate_changes_one_of_them()
    {
        var roles = Roles();
        Publish(roles, "old", Now);
        var many = Enumerable.Range(0, 2_000).ToDictionary(static gate => $"sites/gate-{gate}.json", static gate => Encoding.UTF8.GetBytes("old"), StringComparer.Ordinal);
        var first = Publisher.Publish(folder, Request(roles, "old", Later, many));
        many["sites/gate-2000.json"] = Encoding.UTF8.GetBytes("old");
        var second = Publisher.Publish(folder, Request(roles, "old", Later, many));

        Assert.Equal("old", await ReadAsync(folder, "sites/gate-1999.json"));
        Assert.Equal(256, first.Made.Count(static name => name.Contains(".sites-", StringComparison.Ordinal)));
        Assert.Equal(1, second.Made.Count(static name => name.Contains(".sites", StringComparison.Ordinal)));
        var largest = PublishedRepository.Read(folder).Documents.Where(static document => document.Key.StartsWith("sites-", StringComparison.Ordinal)).Max(static document => document.Value.Bytes.Length);
        Assert.InRange(largest, 1, 3_000);
    }

    [Fact]
    public void Every_publication_leads_from_the_snapshot_before_to_its_own_and_in_an_hour_by_little()
    {
        var roles = Roles();
        var many = Enumerable.Range(0, 300).ToDictionary(static gate => $"sites/gate-{gate}.json", static gate => Encoding.UTF8.GetBytes("old"), StringComparer.Ordinal);
        Publisher.Publish(folder, Request(roles, "old", Now, many));
        var before = PublishedRepository.Read(folder).Snapshot!;
        Publisher.Publish(folder, Request(roles, "new", Later, many) with { Scope = PublicationScope.List });
        var after = PublishedRepository.Read(folder).Snapshot!;

        var patch = File.ReadAllBytes(Path.Combine(folder, PublishedRepository.PatchPath(after.Version)));

        Assert.True(SnapshotPatch.TryApply(before.Bytes, patch, out var next));
        Assert.Equal(after.Bytes, next);
        Assert.InRange(after.Bytes.Length, 7_000, int.MaxValue);
        Assert.InRange(patch.Length, 1, 500);
        Assert.False(File.Exists(Path.Combine(folder, PublishedRepository.PatchPath(before.Version))));
    }

    [Fact]
    public async Task What_the_newest_snapshots_name_stays_and_the_rest_is_deleted()
    {
        var roles = Roles();
        for (var hour = 0; hour < Pruning.SnapshotsKept + 3; hour++) Publish(roles, $"hour {hour}", Now.AddMinutes(hour));

        var deleted = Pruning.Prune(folder, new HashSet<string>());

        Assert.True(deleted > 0);
        Assert.Equal($"hour {Pruning.SnapshotsKept + 2}", await ReadAsync(folder, "policy.json"));
        Assert.False(File.Exists(Path.Combine(folder, "metadata/3.snapshot.json")));
        Assert.True(File.Exists(Path.Combine(folder, "metadata/4.snapshot.json")));
        Assert.False(File.Exists(Path.Combine(folder, "metadata/3.snapshot.patch")));
        Assert.True(File.Exists(Path.Combine(folder, "metadata/4.snapshot.patch")));
        Assert.True(File.Exists(Path.Combine(folder, "metadata/4.sites.json")));
        Assert.True(File.Exists(Path.Combine(folder, "metadata/1.root.json")));
        Assert.Equal(0, Pruning.Prune(folder, new HashSet<string>()));
    }

    private RoleTable Roles() => RoleNames.All.Aggregate(RoleTable.Empty, (table, role) => table.Give(role, role, Key(role)));

    private TufKey Key(string name)
    {
        if (keys.TryGetValue(name, out var key)) return key;
        var scalar = new byte[32];
        scalar[^1] = (byte)(++made + 40);
        return keys[name] = TufKey.FromScalar(scalar);
    }

    private void Publish(RoleTable roles, string text, DateTimeOffset now) => Publisher.Publish(folder, Request(roles, text, now));

    private PublicationRequest Request(RoleTable roles, string text, DateTimeOffset now, IReadOnlyDictionary<string, byte[]>? sites = null)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new PublicationRequest
        {
            Roles = roles,
            Targets = new Dictionary<string, IReadOnlyDictionary<string, byte[]>>
            {
                [RoleNames.Targets] = new Dictionary<string, byte[]> { ["policy.json"] = bytes },
                [RoleNames.Sites] = sites ?? new Dictionary<string, byte[]> { ["sites/gate-3.json"] = bytes },
                [RoleNames.List] = new Dictionary<string, byte[]> { ["list/base-1.idx"] = bytes },
            },
            Signers = [.. keys.Values],
            Now = now,
        };
    }

    private static async Task<string> ReadAsync(string repository, string path)
    {
        var held = new MetadataMemory(await File.ReadAllBytesAsync(Path.Combine(repository, "metadata/1.root.json")));
        var client = await RepositoryClient.RefreshAsync(held, FolderFetch.From(repository), Later, SnapshotRule.ConsistentOnly, CancellationToken.None);
        return Encoding.UTF8.GetString(await client.ReadAsync(await client.FindAsync(path, CancellationToken.None), 100, CancellationToken.None));
    }

    // A repository as an ended publication left it.
    private sealed class Copy : IDisposable
    {
        public Copy(string from, IEnumerable<PublicationFile> files)
        {
            foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(Folder, Path.GetRelativePath(from, path));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(path, to);
            }

            foreach (var file in files) PublicFile.Write(Path.Combine(Folder, file.Path), file.Bytes);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("ended-copy-").FullName;

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
