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
    private readonly SharedDocuments shared;
    private readonly RepositorySource source;

    public FleetGate(Uri address, byte[] root, SharedDocuments shared)
    {
        this.shared = shared;
        held["root"] = root;
        source = new RepositorySource([new Mirror(address, FetchLimits.Default, TimeProvider.System)], null, FetchLimits.Default, TimeProvider.System, static _ => { });
    }

    /// <summary>The list's sequence that this gate has.</summary>
    public int Sequence { get; private set; }

    /// <summary>Looks whether there is news, as gate-link does at each poll.</summary>
    public Task<bool> PollAsync(CancellationToken stop) => source.LookAsync(stop);

    /// <summary>Takes what is new: the whole workflow, every name a gate looks up, and the delta from its sequence.</summary>
    public Task UpdateAsync(int newest, DateTimeOffset now, CancellationToken stop) => UpdateFromAsync(Sequence, newest, now, stop);

    /// <summary>The same by a rung that begins earlier, as after a long time away.</summary>
    public async Task UpdateFromAsync(int from, int newest, DateTimeOffset now, CancellationToken stop)
    {
        var client = await RepositoryClient.RefreshAsync(this, FetchAsync, now, SnapshotRule.ConsistentOnly, stop);
        foreach (var path in (string[])["policy.json", "issuers.json", "sites/desk.json", "keys/desk", "list/base-1.idx"]) await client.FindAsync(path, stop);
        if (newest == Sequence) return;
        var delta = await client.FindAsync(string.Create(CultureInfo.InvariantCulture, $"list/delta-1-{from}-{newest}"), stop);
        await client.ReadAsync(delta, DeltaMax, stop);
        Sequence = newest;
    }

    public byte[]? Find(string role) => held.GetValueOrDefault(role);

    public void Keep(string role, byte[] document) => held[role] = shared.Of(document);

    public void Dispose() => source.Dispose();

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
