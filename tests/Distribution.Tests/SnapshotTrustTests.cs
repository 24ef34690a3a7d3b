using System.Text.Json.Nodes;
using Province;
using Province.Documents;
using Province.Publishing;

namespace Distribution.Tests;

/// <summary>A gate whose province hands its sites to an office, or withdraws a stolen key.</summary>
public sealed class SnapshotTrustTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TufKey NewRoot = MemoryRepository.Key(11);
    private static readonly TufKey NewTimestamp = MemoryRepository.Key(13);
    private readonly string folder = Directory.CreateTempSubdirectory("gate-").FullName;

    private string State => Path.Combine(folder, "state");

    private string Metadata => Path.Combine(folder, "province", "repository", "metadata");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_site_and_its_key_are_found_in_the_hands_of_an_office_and_again_without_the_repository()
    {
        Publish();

        var opened = await OpenAsync();
        Assert.Null(opened.Fault);
        Assert.Equal("demo-1", opened.Snapshot!.Site.Gate);
        Directory.Delete(Path.GetDirectoryName(Metadata)!, recursive: true);

        var again = await OpenAsync();
        Assert.Equal("demo-1", again.Snapshot!.Site.Gate);
    }

    [Fact]
    public async Task An_office_that_another_key_signs_for_is_refused()
    {
        Publish();
        var path = Path.Combine(Metadata, "1.sites.json");
        var signed = JsonNode.Parse(await File.ReadAllBytesAsync(path))!["signed"]!.AsObject();
        await File.WriteAllBytesAsync(path, TufDocument.Sign(signed, MemoryRepository.Key(12)));

        var opened = await OpenAsync();

        Assert.Null(opened.Snapshot);
        Assert.Contains("TooFewSignatures in sites", opened.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_root_counts_for_good_even_when_the_rest_of_its_publication_is_refused()
    {
        var province = Publish();
        await OpenAsync();
        var next = province.Roles.Withdraw("root").Give("root", "new-root", NewRoot).Withdraw("timestamp").Give("timestamp", "new-timestamp", NewTimestamp);
        province.Publish(next, [.. province.Signers.Values, NewRoot, NewTimestamp], 2);
        File.Delete(Path.Combine(Metadata, "timestamp.json"));
        Assert.NotNull((await OpenAsync()).Snapshot);

        // A thief of the old keys now hides the root that withdraws them and publishes again under the root before.
        File.Delete(Path.Combine(Metadata, "2.root.json"));
        Publish(3);
        var opened = await OpenAsync();

        Assert.Equal(1, opened.Snapshot!.Versions.Policy);
        Assert.Contains("TooFewSignatures in timestamp", opened.Fault, StringComparison.Ordinal);
    }

    private ProvinceFolder Publish(int version = 1)
    {
        Directory.CreateDirectory(State);
        using var identity = DeviceIdentity.OpenOrCreate(State);
        var province = new ProvinceFolder(Path.Combine(folder, "province"), new ProvinceOptions
        {
            Seed = "tests",
            People = 100,
            Now = Now,
            DeviceKeyPem = File.ReadAllText(Path.Combine(State, "device.pub")),
            Lanes = [LaneEntry.Parse("metro-1:turnstile:metro")],
        });
        province.Make(version, static _ => { });
        if (!identity.IsEnrolled) identity.Enrol(File.ReadAllBytes(province.RootFile), "demo-1");
        return province;
    }

    private Task<SnapshotResult> OpenAsync() => SnapshotStore.OpenAsync(
        new SnapshotStoreOptions { StateFolder = State }, FolderFetch.From(Path.GetDirectoryName(Metadata)!), Now, CancellationToken.None);
}
