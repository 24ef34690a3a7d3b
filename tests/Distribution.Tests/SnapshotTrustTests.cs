using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Province;
using Province.Documents;
using Province.Keys;
using Province.Publishing;

namespace Distribution.Tests;

/// <summary>A gate whose province hands its sites to an office, or withdraws a stolen key.</summary>
public sealed class SnapshotTrustTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TufKey Office = MemoryRepository.Key(10);
    private static readonly TufKey NewRoot = MemoryRepository.Key(11);
    private readonly string folder = Directory.CreateTempSubdirectory("gate-").FullName;

    private string State => Path.Combine(folder, "state");

    private string Metadata => Path.Combine(folder, "province", "repository", "metadata");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_site_and_its_key_are_found_in_the_hands_of_an_office_and_again_without_the_repository()
    {
        Delegate(Publish(), Office);

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
        Delegate(Publish(), MemoryRepository.Key(12));

        var opened = await OpenAsync();

        Assert.Null(opened.Snapshot);
        Assert.Contains("TooFewSignatures in office", opened.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_root_counts_for_good_even_when_the_rest_of_its_publication_is_refused()
    {
        var province = Publish();
        await OpenAsync();
        Rotate(province);
        File.Delete(Path.Combine(Metadata, "timestamp.json"));
        Assert.NotNull((await OpenAsync()).Snapshot);

        // A thief of the old keys now hides the root that withdraws them and publishes again under the root before.
        File.Delete(Path.Combine(Metadata, "2.root.json"));
        Publish(2);
        var opened = await OpenAsync();

        Assert.Equal(1, opened.Snapshot!.Versions.Policy);
        Assert.Contains("TooFewSignatures in timestamp", opened.Fault, StringComparison.Ordinal);
    }

    private static TufKey Key(SigningKey key) => TufKey.FromScalar(key.ExportScalar());

    private static void Rotate(ProvinceFolder province)
    {
        var keys = new TufKeys(
            Key(province.Authority.Root), Key(province.Authority.Timestamp), Key(province.Authority.Snapshot), Key(province.Authority.Targets));
        new TufRepository(Path.GetDirectoryName(province.RootFile) + "/repository", keys).PublishRoot(
            2, Now + TimeSpan.FromDays(300), keys with { Root = NewRoot, Timestamp = MemoryRepository.Key(13) });
    }

    private static JsonObject Reference(byte[] bytes) => new()
    {
        ["version"] = 1,
        ["length"] = bytes.Length,
        ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) },
    };

    // Moves the sites and gate keys of a publication into a document of the office, and signs all anew.
    private void Delegate(ProvinceFolder province, TufKey signer)
    {
        var top = Signed("1.targets.json");
        var office = TufDocument.Begin("targets", 1, Now + TimeSpan.FromDays(20));
        office["targets"] = new JsonObject();
        foreach (var (path, file) in top["targets"]!.AsObject().ToArray())
        {
            if (!path.StartsWith("sites/", StringComparison.Ordinal) && !path.StartsWith("keys/", StringComparison.Ordinal)) continue;
            top["targets"]!.AsObject().Remove(path);
            office["targets"]![path] = file!.DeepClone();
        }

        top["delegations"] = new JsonObject
        {
            ["keys"] = new JsonObject { [Office.Id] = Office.ToJson() },
            ["roles"] = new JsonArray(new JsonObject
            {
                ["name"] = "office",
                ["keyids"] = new JsonArray(Office.Id),
                ["threshold"] = 1,
                ["terminating"] = true,
                ["paths"] = new JsonArray("sites/*", "keys/*"),
            }),
        };
        var snapshot = Signed("1.snapshot.json");
        snapshot["meta"] = new JsonObject
        {
            ["office.json"] = Reference(Write("1.office.json", office, signer)),
            ["targets.json"] = Reference(Write("1.targets.json", top, Key(province.Authority.Targets))),
        };
        var timestamp = Signed("timestamp.json");
        timestamp["meta"] = new JsonObject { ["snapshot.json"] = Reference(Write("1.snapshot.json", snapshot, Key(province.Authority.Snapshot))) };
        Write("timestamp.json", timestamp, Key(province.Authority.Timestamp));
    }

    private JsonObject Signed(string name) =>
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(Metadata, name)))!["signed"]!.DeepClone().AsObject();

    private byte[] Write(string name, JsonObject signed, TufKey key)
    {
        var bytes = TufDocument.Sign(signed, key);
        File.WriteAllBytes(Path.Combine(Metadata, name), bytes);
        return bytes;
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
