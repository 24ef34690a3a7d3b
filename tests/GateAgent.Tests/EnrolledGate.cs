using Distribution;
using Province;
using Province.Documents;
using Verifier.Trust;

namespace GateAgent.Tests;

/// <summary>The gate demo-1 with one turnstile at a metro unless lanes are named, enrolled with a test province of its own.</summary>
internal sealed record EnrolledGate(string State, ProvinceFolder Province)
{
    /// <summary>Makes both in a folder; the province has published once.</summary>
    public static async Task<EnrolledGate> MakeAsync(
        TemporaryFolder folder, string seed, int people, DateTimeOffset now, IReadOnlyList<LaneEntry>? lanes = null)
    {
        var state = folder.At("state");
        Directory.CreateDirectory(state);
        using var identity = DeviceIdentity.OpenOrCreate(state);
        var province = new ProvinceFolder(folder.At("province"), new ProvinceOptions
        {
            Seed = seed,
            People = people,
            Now = now,
            DeviceKeyPem = await File.ReadAllTextAsync(Path.Combine(state, "device.pub")),
            Lanes = lanes ?? [new LaneEntry("metro-1", "turnstile", "metro")],
        });
        province.Make(1, static _ => { });
        identity.Enrol(await File.ReadAllBytesAsync(province.RootFile), "demo-1");
        return new EnrolledGate(state, province);
    }

    /// <summary>Takes what the province has published.</summary>
    public async Task<TrustedSnapshot> UpdateAsync(DateTimeOffset now, TrustedSnapshot? present = null)
    {
        var updated = await SnapshotStore.UpdateAsync(
            new SnapshotStoreOptions { StateFolder = State }, FolderFetch.From(Province.RepositoryFolder), now, present, CancellationToken.None);
        return updated.Snapshot ?? throw new InvalidOperationException(updated.Fault);
    }
}
