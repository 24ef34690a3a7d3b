using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Distribution;
using GateLink.Fetch;
using LocalApi.Link;
using Verifier.Trust;

namespace LinkBench;

/// <summary>Documents that many gates hold: the same bytes stand in memory once.</summary>
internal sealed class SharedDocuments
{
    private readonly ConcurrentDictionary<string, byte[]> known = new(StringComparer.Ordinal);

    public byte[] Of(byte[] document) => known.GetOrAdd(Convert.ToHexString(SHA256.HashData(document)), document);
}

/// <summary>One gate of the fleet: gate-link's own fetching with its tags and connection, and the agent's own workflow over it.</summary>
internal sealed class FleetGate : IHeldMetadata, IDisposable
{
    private const int DeltaMax = 16 * 1024 * 1024;
    private readonly Dictionary<string, byte[]> held = new(StringComparer.Ordinal);
    private readonly string name;
    private readonly SharedDocuments shared;
    private readonly RepositorySource source;
    private string siteHash = string.Empty;
    private string keyHash = string.Empty;

    public FleetGate(string name, Uri address, byte[] root, SharedDocuments shared)
    {
        this.name = name;
        this.shared = shared;
        held["root"] = root;
        source = new RepositorySource([new Mirror(address, FetchLimits.Default, TimeProvider.System)], null, FetchLimits.Default, TimeProvider.System, static _ => { });
    }

    /// <summary>The list's sequence that this gate has.</summary>
    public int Sequence { get; private set; }

    /// <summary>Looks whether there is news, as gate-link does at each poll, and takes it.</summary>
    public async Task PollAsync(int newest, DateTimeOffset now, CancellationToken stop)
    {
        if (await source.LookAsync(stop)) await UpdateAsync(newest, now, stop);
    }

    /// <summary>Takes what is new: the whole workflow, every name a gate looks up, its own documents where they changed, and the
    /// delta from its sequence.</summary>
    public async Task UpdateAsync(int newest, DateTimeOffset now, CancellationToken stop)
    {
        var client = await RepositoryClient.RefreshAsync(this, FetchAsync, now, SnapshotRule.ConsistentOnly, stop);
        siteHash = await ReadAsync(client, $"sites/{name}.json", siteHash, stop);
        foreach (var path in (string[])["policy.json", "issuers.json", "orders.json"]) await client.FindAsync(path, stop);
        keyHash = await ReadAsync(client, $"keys/{name}", keyHash, stop);
        await client.FindAsync("list/base-1.idx", stop);
        if (newest == Sequence) return;
        var delta = await client.FindAsync(string.Create(CultureInfo.InvariantCulture, $"list/delta-1-{Sequence}-{newest}"), stop);
        await client.ReadAsync(delta, DeltaMax, stop);
        Sequence = newest;
    }

    public byte[]? Find(string role) => held.GetValueOrDefault(role);

    public void Keep(string role, byte[] document) => held[role] = shared.Of(document);

    public void Dispose() => source.Dispose();

    private static async Task<string> ReadAsync(RepositoryClient client, string path, string hash, CancellationToken stop)
    {
        var file = await client.FindAsync(path, stop);
        if (file.Hashes.Prefix != hash) await client.ReadAsync(file, DeltaMax, stop);
        return file.Hashes.Prefix;
    }

    private async ValueTask<int> FetchAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
    {
        var part = buffer[..Math.Min(buffer.Length, LinkFrame.BytesMax)];
        var answer = await source.ReadAsync(path, offset, part, Math.Min(buffer.Length, LinkFrame.WantedMax), stop);
        return answer.Kind switch
        {
            LinkKind.Bytes => answer.Count,
            LinkKind.End => 0,
            LinkKind.NoFile => -1,
            _ => throw new IOException($"{path}: {answer.Why}"),
        };
    }
}
