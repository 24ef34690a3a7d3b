using System.Text.Json.Nodes;
using Verifier.Trust;
using static Distribution.Tests.MemoryRepository;

namespace Distribution.Tests;

/// <summary>What a server without keys can try: the list of attacks of The Update Framework.</summary>
public sealed class RepositoryAttackTests : IDisposable
{
    private readonly MemoryRepository repository = new();
    private readonly string folder = Directory.CreateTempSubdirectory("metadata-").FullName;

    public RepositoryAttackTests() => Held.Keep("root", repository.Files["metadata/1.root.json"]);

    private MetadataFolder Held => new(folder);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Rollback_of_the_timestamp()
    {
        var old = repository.Files["metadata/timestamp.json"];
        repository.PublishNext();
        await RefreshAsync();
        var newer = Held.Find("timestamp");
        repository.Files["metadata/timestamp.json"] = old;

        Assert.Contains("OlderVersion in timestamp", await RefusedAsync(), StringComparison.Ordinal);
        Assert.Equal(newer, Held.Find("timestamp"));
    }

    [Theory]
    [InlineData("Snapshot")]
    [InlineData("Targets")]
    public async Task Rollback_by_a_thief_of_the_timestamp_and_snapshot_keys(string document)
    {
        repository.PublishNext();
        repository.PublishNext();
        await RefreshAsync();
        repository.PublishNext();
        (document == "Snapshot" ? repository.Snapshot : repository.Targets)["version"] = 2;
        repository.Publish();

        Assert.Contains("OlderVersion", await RefusedAsync(), StringComparison.Ordinal);
        Assert.Equal(3, JsonNode.Parse(Held.Find("targets"))!["signed"]!["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task Removal_of_a_role_from_the_snapshot()
    {
        repository.AddRole("A", "*");
        repository.Publish();
        await RefreshAsync();
        var snapshot = repository.Snapshot.DeepClone();
        snapshot["meta"]!.AsObject().Remove("A.json");
        snapshot["version"] = 2;
        var bytes = Province.Publishing.TufDocument.Sign(snapshot.AsObject(), repository.SnapshotKey);
        repository.Files["metadata/2.snapshot.json"] = bytes;
        repository.Timestamp["version"] = 2;
        repository.Timestamp["meta"] = new JsonObject { ["snapshot.json"] = new JsonObject { ["version"] = 2 } };
        repository.Files["metadata/timestamp.json"] = Province.Publishing.TufDocument.Sign(repository.Timestamp, repository.TimestampKey);

        Assert.Contains("NotNamed in snapshot", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Freeze_at_a_publication_that_has_expired()
    {
        await RefreshAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RefreshAsync(Now + TimeSpan.FromDays(31)));

        Assert.Contains("Expired", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_truth_under_the_same_version_of_the_timestamp_is_passed_over()
    {
        await RefreshAsync();
        var first = Held.Find("timestamp");
        repository.Snapshot["version"] = 9;
        repository.Publish();

        Assert.Equal(1, (await RefreshAsync()).Trusted.SnapshotVersion);
        Assert.Equal(first, Held.Find("timestamp"));
    }

    [Theory]
    [InlineData("metadata/2.snapshot.json", "metadata/1.snapshot.json")]
    [InlineData("metadata/2.targets.json", "metadata/1.targets.json")]
    [InlineData("metadata/2.targets.json", "metadata/2.snapshot.json")]
    public async Task Mix_and_match_of_documents_that_were_each_signed_once(string path, string other)
    {
        repository.PublishNext();
        repository.Files[path] = repository.Files[other];

        Assert.NotEmpty(await RefusedAsync());
        Assert.Null(Held.Find("targets"));
    }

    [Theory]
    [InlineData("metadata/2.root.json", TrustedMetadata.RootSizeMax)]
    [InlineData("metadata/timestamp.json", TrustedMetadata.TimestampSizeMax)]
    [InlineData("metadata/1.snapshot.json", TrustedMetadata.SnapshotSizeMax)]
    [InlineData("metadata/1.targets.json", TrustedMetadata.TargetsSizeMax)]
    public async Task Endless_data_ends_at_the_limit_or_the_length_that_is_signed(string path, int sizeMax)
    {
        var read = 0L;

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RepositoryClient.RefreshAsync(
            Held, EndlessAsync, Now, SnapshotRule.ConsistentOnly, CancellationToken.None));

        Assert.Contains("longer than", refused.Message, StringComparison.Ordinal);
        Assert.InRange(read, 1, sizeMax + 1);
        if (path.Contains("/1.", StringComparison.Ordinal)) Assert.Equal(repository.Files[path].Length + 1, read);

        ValueTask<int> EndlessAsync(string asked, long offset, Memory<byte> buffer, CancellationToken stop)
        {
            if (asked != path) return repository.ReadAsync(asked, offset, buffer, stop);
            buffer.Span.Fill((byte)' ');
            read += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    [Theory]
    [InlineData("other bytes")]
    [InlineData("contenT")]
    [InlineData("conten")]
    [InlineData("content and more")]
    public async Task Another_file_in_the_place_of_a_target(string content)
    {
        repository.AddTarget("file", "content");
        repository.Publish();
        var client = await RefreshAsync();
        var target = await client.FindAsync("file", CancellationToken.None);
        repository.Files[$"targets/{target.StoredPath}"] = System.Text.Encoding.UTF8.GetBytes(content);

        await Assert.ThrowsAsync<RefusedException>(() => client.ReadAsync(target, 100, CancellationToken.None));
        await Assert.ThrowsAsync<RefusedException>(() => client.ReadAsync(target, 6, CancellationToken.None));
    }

    [Fact]
    public async Task A_delegated_role_that_is_missing_ends_the_search_and_is_no_leave_to_go_on()
    {
        repository.AddRole("A", "*");
        repository.AddTarget("file", "content", repository.AddRole("B", "*"));
        repository.Publish();
        repository.Files.Remove("metadata/1.A.json");
        var client = await RefreshAsync();

        await Assert.ThrowsAsync<RefusedException>(() => client.FindAsync("file", CancellationToken.None));
    }

    private Task<RepositoryClient> RefreshAsync(DateTimeOffset? now = null) =>
        RepositoryClient.RefreshAsync(Held, repository.ReadAsync, now ?? Now, SnapshotRule.ConsistentOnly, CancellationToken.None);

    private async Task<string> RefusedAsync() => (await Assert.ThrowsAsync<RefusedException>(() => RefreshAsync())).Message;
}
