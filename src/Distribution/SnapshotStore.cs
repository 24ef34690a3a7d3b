using Distribution.Floor;
using Distribution.Keys;
using Distribution.Lists;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;

namespace Distribution;

/// <summary>Where a gate keeps what it believes.</summary>
public sealed record SnapshotStoreOptions
{
    /// <summary>The agent's state folder.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Where the device key lies; null for a file of the state folder.</summary>
    public IKeyPlace? Keys { get; init; }

    /// <summary>Notices an old set that was put back; null where nobody asks, as at a desk.</summary>
    public FloorGuard? Floor { get; init; }

    /// <summary>True while an update is only tried out: the floor is asked and neither raised nor told.</summary>
    internal bool IsTrial { get; init; }
}

/// <summary>What could be opened.</summary>
/// <param name="Snapshot">The newest set that holds; null when there is none.</param>
/// <param name="Fault">Why it is none, or not the newest; null when all is well. One sentence for the technician.</param>
public sealed record SnapshotResult(TrustedSnapshot? Snapshot, string? Fault);

/// <summary>
/// Opens what the province signed for this gate. Rules, in order:
/// <list type="number">
/// <item>Without a device key and a pinned root there is nothing to believe.</item>
/// <item>A new root counts at once and for good: keys that it withdraws sign nothing more, whatever else fails.</item>
/// <item>The newest set counts only when all of it was read and holds: metadata, policy, issuers, site, key, list.</item>
/// <item>The site document must name this gate and this device key, and all documents one province.</item>
/// <item>No set counts, held or new, that is older than what this board has seen; see <see cref="FloorGuard"/>.</item>
/// <item>Until then the set this gate holds goes on counting, whatever its age: the policy says what an age allows.</item>
/// </list>
/// </summary>
public static class SnapshotStore
{
    /// <summary>Opens the newest set that holds: the repository's, or the one on this gate. Never throws on contents.</summary>
    /// <param name="options">Where it is kept.</param>
    /// <param name="fetch">The repository.</param>
    /// <param name="now">The reference time; null while the clock is not believed.</param>
    /// <param name="stop">Ends the opening.</param>
    /// <exception cref="IOException">The state folder cannot be used.</exception>
    public static async Task<SnapshotResult> OpenAsync(
        SnapshotStoreOptions options, Fetch fetch, DateTimeOffset? now, CancellationToken stop)
    {
        var updated = await UpdateAsync(options, fetch, now, null, stop);
        if (updated.Snapshot is not null || !IsHeld(options)) return updated;
        var held = await OpenHeldAsync(options, stop);
        return held with { Fault = held.Snapshot is null ? $"{updated.Fault} And the set on this gate does not count: {held.Fault}" : $"{updated.Fault} {held.Fault}".TrimEnd() };
    }

    /// <summary>Opens the set that this gate holds, and sweeps what a power cut left half-written: at start, before any update.
    /// Nothing is fetched, and no expiry is judged. Never throws on contents.</summary>
    /// <exception cref="IOException">The state folder cannot be used.</exception>
    public static async Task<SnapshotResult> OpenHeldAsync(SnapshotStoreOptions options, CancellationToken stop)
    {
        using var identity = Prepare(options, out var locked);
        if (identity is null) return new SnapshotResult(null, locked);
        DurableFile.Sweep(MetadataOf(options));
        DurableFile.Sweep(TargetsOf(options));
        if (!identity.IsEnrolled) return NotEnrolled(identity);
        try
        {
            if (MetadataSet.FindCurrent(MetadataOf(options)) is not { } held)
                return new SnapshotResult(null, "No signed documents have come to this gate yet.");
            var client = RepositoryClient.OpenHeld(held, SnapshotRule.ConsistentOnly);
            options.Floor?.Check(VersionFloor.Of(client.Trusted));
            var snapshot = await LoadAsync(client, new TargetStore(TargetsOf(options), fetch: null), identity, present: null, stop);
            options.Floor?.Accept(VersionFloor.Of(client.Trusted, snapshot.ListAsOf), isRenewed: false);
            return new SnapshotResult(snapshot, (snapshot.Pages as ServedList)?.Fault);
        }
        catch (Exception refused) when (refused is RefusedException or IOException)
        {
            return new SnapshotResult(null, refused.Message);
        }
    }

    /// <summary>Fetches what is new, checks all of it and makes it the set that this gate holds. Never throws on contents.</summary>
    /// <param name="options">Where it is kept.</param>
    /// <param name="fetch">The repository.</param>
    /// <param name="now">The reference time; null while the clock is not believed.</param>
    /// <param name="present">The snapshot that counts, opened from what is held; null when there is none.</param>
    /// <param name="stop">Ends the update; what is held then goes on counting.</param>
    /// <returns>The new snapshot, the present one itself when nothing is new, or null with the fault.</returns>
    /// <exception cref="IOException">The state folder cannot be used.</exception>
    public static async Task<SnapshotResult> UpdateAsync(
        SnapshotStoreOptions options, Fetch fetch, DateTimeOffset? now, TrustedSnapshot? present, CancellationToken stop)
    {
        using var identity = Prepare(options, out var locked);
        if (identity is null) return new SnapshotResult(null, locked);
        if (!identity.IsEnrolled) return NotEnrolled(identity);
        try
        {
            var held = MetadataSet.FindCurrent(MetadataOf(options));
            var set = MetadataSet.Begin(MetadataOf(options), held, identity.PinnedRoot);
            var client = await RepositoryClient.RefreshAsync(set, fetch, now, SnapshotRule.ConsistentOnly, stop);
            CheckFloor(options, VersionFloor.Of(client.Trusted));
            var store = new TargetStore(TargetsOf(options), fetch);
            if (held is not null && set.IsLike(held) && present?.Versions.Snapshot == client.Trusted.SnapshotVersion && IsNewest(present, store.Lists))
                return Keep(options, client, present);
            var snapshot = await LoadAsync(client, store, identity, present?.Pages as ServedList, stop);
            Save(set, client, snapshot);
            if (!options.IsTrial) options.Floor?.Accept(VersionFloor.Of(client.Trusted, snapshot.ListAsOf), client.IsRenewed);
            Trim(store, snapshot);
            return new SnapshotResult(snapshot, null);
        }
        catch (Exception refused) when (refused is RefusedException or IOException or InvalidDataException)
        {
            return new SnapshotResult(null, refused.Message);
        }
    }

    // Nobody will read the pages of a set that does not come to count.
    private static void Save(MetadataSet set, RepositoryClient client, TrustedSnapshot snapshot)
    {
        try
        {
            set.Save(client.Trusted);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            snapshot.Pages?.Dispose();
            throw;
        }
    }

    // The same documents can still give more: a base whose pages came to be since, or changes that were lost.
    private static bool IsNewest(TrustedSnapshot present, ListFolder lists) => present.Pages is not ServedList served
        || (served.Fault is null && (served.Pending is not { } pending || !lists.Has(pending)));

    // The new set counts by now: what cannot be deleted goes with the next one.
    private static void Trim(TargetStore store, TrustedSnapshot snapshot)
    {
        try
        {
            store.Lists.Trim((ServedList)snapshot.Pages!, store.Named);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Where the key does not open the lanes still answer people, by sending them to staff, and status says why.
    private static DeviceIdentity? Prepare(SnapshotStoreOptions options, out string? locked)
    {
        locked = null;
        DurableFile.CreateFolder(MetadataOf(options));
        try
        {
            return DeviceIdentity.OpenOrCreate(options.StateFolder, options.Keys ?? new FileKeyPlace(options.StateFolder));
        }
        catch (KeyPlaceException refused)
        {
            locked = refused.Message;
            return null;
        }
    }

    private static void CheckFloor(SnapshotStoreOptions options, VersionFloor set)
    {
        if (!options.IsTrial) options.Floor?.Check(set);
        else if (options.Floor is { } floor && !floor.Newest.Admits(set)) throw new RefusedException($"It has {set}, and this board has seen {floor.Newest}.");
    }

    private static SnapshotResult Keep(SnapshotStoreOptions options, RepositoryClient client, TrustedSnapshot present)
    {
        if (!options.IsTrial) options.Floor?.Accept(VersionFloor.Of(client.Trusted), isRenewed: false);
        return new SnapshotResult(present, null);
    }

    private static bool IsHeld(SnapshotStoreOptions options) => MetadataSet.FindCurrent(MetadataOf(options)) is not null;

    private static string MetadataOf(SnapshotStoreOptions options) => Path.Combine(options.StateFolder, "metadata");

    private static string TargetsOf(SnapshotStoreOptions options) => Path.Combine(options.StateFolder, "targets");

    private static SnapshotResult NotEnrolled(DeviceIdentity identity) => new(
        null, $"This gate is not enrolled: give the province device key {identity.PublicKeyHash}, then run gate-agent enrol.");

    private static async Task<TrustedSnapshot> LoadAsync(
        RepositoryClient client, TargetStore store, DeviceIdentity identity, ServedList? present, CancellationToken stop)
    {
        var site = await ReadSiteAsync(client, store, identity, stop);
        var policyBytes = await store.ReadAsync(client, "policy.json", PolicyDocument.SizeMax, stop);
        if (!PolicyDocument.TryRead(policyBytes, out var policy, out var policyFault)) throw new RefusedException($"policy.json: {policyFault}.");
        var issuerBytes = await store.ReadAsync(client, "issuers.json", IssuerTable.SizeMax, stop);
        if (!IssuerTable.TryRead(issuerBytes, out var issuers, out var issuerFault)) throw new RefusedException($"issuers.json: {issuerFault}.");

        var orders = await ReadOrdersAsync(client, store, site.Province, stop);
        RequireProvince(site.Province, ("policy.json", policy.Province), ("issuers.json", issuers.Province));
        var (epoch, listKey) = await ReadKeyAsync(client, store, identity, stop);
        var list = await new ListLoader(client, store, present).LoadAsync(
            epoch, (path, province) => RequireProvince(site.Province, (path, province)), stop);
        if (list.Overlay.AsOf >= client.ExpiresAt)
        {
            list.Dispose();
            throw new RefusedException($"The list is of {list.Overlay.AsOf:u}, when its own documents have expired at {client.ExpiresAt:u}.");
        }

        return new TrustedSnapshot
        {
            Policy = policy,
            Issuers = issuers,
            Site = site,
            Orders = orders,
            List = list.Reader,
            Pages = list,
            Roles = client.Trusted.Roles,
            ListKey = listKey,
            ListAsOf = list.Overlay.AsOf,
            ExpiresAt = client.ExpiresAt,
            Versions = new SnapshotVersions(policy.Version, epoch, client.Trusted.SnapshotVersion),
        };
    }

    // Orders are the province's own: the top-level document names them itself, or there are none.
    private static async Task<OrdersDocument> ReadOrdersAsync(
        RepositoryClient client, TargetStore store, string province, CancellationToken stop)
    {
        const string Path = "orders.json";
        if (!client.Trusted.TargetPaths.Contains(Path)) return OrdersDocument.None;
        var bytes = await store.ReadAsync(client, Path, OrdersDocument.SizeMax, stop);
        if (!OrdersDocument.TryRead(bytes, out var orders, out var fault)) throw new RefusedException($"{Path}: {fault}.");
        RequireProvince(province, (Path, orders.Province));
        return orders;
    }

    private static async Task<SiteDocument> ReadSiteAsync(
        RepositoryClient client, TargetStore store, DeviceIdentity identity, CancellationToken stop)
    {
        var path = $"sites/{identity.Gate}.json";
        var bytes = await store.ReadAsync(client, path, SiteDocument.SizeMax, stop);
        if (!SiteDocument.TryRead(bytes, out var site, out var fault)) throw new RefusedException($"{path}: {fault}.");
        if (site.Gate != identity.Gate)
            throw new RefusedException($"{path}: {new DocumentFault(DocumentFaultKind.WrongGate, "gate", site.Gate, identity.Gate)}.");
        return site.DeviceKeyHash == identity.PublicKeyHash
            ? site
            : throw new RefusedException($"{path}: {new DocumentFault(DocumentFaultKind.WrongGate, "deviceKey", site.DeviceKeyHash, identity.PublicKeyHash)}.");
    }

    // The envelope says which epoch's list this gate reads.
    private static async Task<(int Epoch, byte[] ListKey)> ReadKeyAsync(
        RepositoryClient client, TargetStore store, DeviceIdentity identity, CancellationToken stop)
    {
        var path = $"keys/{identity.Gate}";
        var envelope = await store.ReadAsync(client, path, GateKeyEnvelope.Size, stop);
        var epoch = GateKeyEnvelope.ReadEpoch(envelope);
        return GateKeyEnvelope.TryOpen(envelope, identity.Gate, epoch, identity.Key, out var listKey, out var fault)
            ? (epoch, listKey)
            : throw new RefusedException($"{path}: {fault}. The province seals it anew to device key {identity.PublicKeyHash}.");
    }

    private static void RequireProvince(string expected, params ReadOnlySpan<(string Path, string Province)> documents)
    {
        foreach (var (path, province) in documents)
        {
            if (province != expected)
                throw new RefusedException($"{path}: {new DocumentFault(DocumentFaultKind.WrongProvince, "province", province, expected)}.");
        }
    }
}
