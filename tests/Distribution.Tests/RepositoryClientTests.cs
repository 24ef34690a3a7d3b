using System.Text.Json.Nodes;
using Province.Publishing;
using Verifier.Trust;
using static Distribution.Tests.MemoryRepository;

namespace Distribution.Tests;

/// <summary>The workflow against a really signed repository, and the attacks it is there for.</summary>
public sealed class RepositoryClientTests : IDisposable
{
    private readonly MemoryRepository repository = new();
    private readonly string folder = Directory.CreateTempSubdirectory("metadata-").FullName;

    public RepositoryClientTests() => Held.Keep("root", repository.Files["metadata/1.root.json"]);

    private MetadataFolder Held => new(folder);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Documents_are_asked_for_in_the_order_of_the_specification_and_kept_as_they_came()
    {
        await RefreshAsync();

        Assert.Equal(
            ["metadata/2.root.json", "metadata/timestamp.json", "metadata/1.snapshot.json", "metadata/1.targets.json"], repository.Requests);
        Assert.Equal(repository.Files["metadata/timestamp.json"], Held.Find("timestamp"));
        Assert.Equal(repository.Files["metadata/1.snapshot.json"], Held.Find("snapshot"));
        Assert.Equal(repository.Files["metadata/1.targets.json"], Held.Find("targets"));
    }

    [Fact]
    public async Task What_is_held_and_still_named_is_not_fetched_again()
    {
        await RefreshAsync();
        repository.Requests.Clear();

        await RefreshAsync();

        Assert.Equal(["metadata/2.root.json", "metadata/timestamp.json"], repository.Requests);
    }

    [Fact]
    public async Task A_held_document_that_was_damaged_is_fetched_again()
    {
        await RefreshAsync();
        Held.Keep("targets", [.. Held.Find("targets")!, (byte)' ']);

        await RefreshAsync();

        Assert.Equal(repository.Files["metadata/1.targets.json"], Held.Find("targets"));
    }

    [Fact]
    public async Task Without_consistent_snapshots_names_carry_no_version_and_no_hash()
    {
        var plain = new MemoryRepository { IsConsistent = false };
        plain.Files.Clear();
        Held.Keep("root", plain.PublishRoot(1));
        plain.AddTarget("a/file", "content");
        plain.Publish();

        var client = await RepositoryClient.RefreshAsync(Held, plain.ReadAsync, Now, SnapshotRule.Either, CancellationToken.None);
        var bytes = await client.ReadAsync(await client.FindAsync("a/file", CancellationToken.None), 100, CancellationToken.None);

        Assert.Equal("content"u8, bytes);
        Assert.Equal(
            ["metadata/2.root.json", "metadata/timestamp.json", "metadata/snapshot.json", "metadata/targets.json", "targets/a/file"], plain.Requests);
        await Assert.ThrowsAsync<RefusedException>(
            () => RepositoryClient.RefreshAsync(Held, plain.ReadAsync, Now, SnapshotRule.ConsistentOnly, CancellationToken.None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_target_is_read_by_either_hash(bool isSha512)
    {
        repository.AddTarget("file", "content", isSha512: isSha512);
        repository.Publish();
        var client = await RefreshAsync();
        var bytes = await client.ReadAsync(await client.FindAsync("file", CancellationToken.None), 100, CancellationToken.None);

        Assert.Equal("content"u8, bytes);
    }

    [Fact]
    public async Task A_role_with_slashes_and_points_in_its_name_stays_one_name_in_every_place()
    {
        var role = repository.AddRole("../../A", "*");
        repository.AddTarget("file", "content", role);
        repository.Publish();
        var client = await RefreshAsync();

        Assert.Equal(7, (await client.FindAsync("file", CancellationToken.None)).Length);

        Assert.Equal("metadata/1...%2F..%2FA.json", repository.Requests[^1]);
        Assert.True(File.Exists(Path.Combine(folder, "..%2F..%2FA.json")));
        Assert.Equal(5, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public async Task Roots_are_followed_one_by_one_up_to_the_limit_of_one_update()
    {
        for (var version = 2; version <= TrustedMetadata.RootRotationsMax + 3; version++) repository.PublishRoot(version);

        var client = await RefreshAsync();
        Assert.Equal(TrustedMetadata.RootRotationsMax + 1, client.Trusted.RootVersion);

        client = await RefreshAsync();
        Assert.Equal(TrustedMetadata.RootRotationsMax + 3, client.Trusted.RootVersion);
    }

    [Fact]
    public async Task A_document_that_is_not_accepted_leaves_those_before_it_kept_and_the_one_before_in_place()
    {
        await RefreshAsync();
        repository.PublishRoot(2);
        repository.TargetsKey = Key(9);
        repository.PublishNext();

        Assert.Contains("TooFewSignatures in targets", await RefusedAsync(), StringComparison.Ordinal);

        Assert.Equal(repository.Files["metadata/2.root.json"], Held.Find("root"));
        Assert.Equal(repository.Files["metadata/2.snapshot.json"], Held.Find("snapshot"));
        Assert.Equal(repository.Files["metadata/1.targets.json"], Held.Find("targets"));
    }

    [Fact]
    public async Task A_root_that_withdraws_a_stolen_key_lets_versions_fall_that_it_signed()
    {
        repository.Timestamp["version"] = 1_000_000;
        repository.Snapshot["version"] = 1_000_000;
        repository.Publish();
        await RefreshAsync();

        repository.TimestampKey = Key(7);
        repository.SnapshotKey = Key(8);
        repository.PublishRoot(2);
        repository.Timestamp["version"] = 2;
        repository.Snapshot["version"] = 2;
        repository.Publish();

        Assert.Equal(2, (await RefreshAsync()).Trusted.SnapshotVersion);
    }

    [Fact]
    public async Task A_root_by_a_thief_of_one_of_two_keys_is_refused()
    {
        TufKey[] both = [Key(1), Key(5)];
        Held.Keep("root", repository.PublishRoot(1, signed => Grant(signed, both), both));
        repository.PublishRoot(2, signed => Grant(signed, both), Key(5));

        Assert.Contains("TooFewSignatures in root", await RefusedAsync(), StringComparison.Ordinal);
        Assert.Equal(["metadata/2.root.json"], repository.Requests);
    }

    [Fact]
    public async Task Nothing_is_asked_for_under_an_expired_root()
    {
        repository.PublishRoot(2, static signed => signed["expires"] = "2026-02-01T00:00:00Z");

        Assert.Contains("Expired in root", await RefusedAsync(), StringComparison.Ordinal);

        Assert.Equal(["metadata/2.root.json", "metadata/3.root.json"], repository.Requests);
        Assert.Equal(repository.Files["metadata/2.root.json"], Held.Find("root"));
    }

    private static void Grant(JsonObject signed, TufKey[] keys)
    {
        foreach (var key in keys) signed["keys"]![key.Id] = key.ToJson();
        signed["roles"]!["root"] = new JsonObject { ["keyids"] = new JsonArray([.. keys.Select(static key => (JsonNode)key.Id)]), ["threshold"] = keys.Length };
    }

    private Task<RepositoryClient> RefreshAsync() =>
        RepositoryClient.RefreshAsync(Held, repository.ReadAsync, Now, SnapshotRule.ConsistentOnly, CancellationToken.None);

    private async Task<string> RefusedAsync() => (await Assert.ThrowsAsync<RefusedException>(RefreshAsync)).Message;
}
