using Verifier.Trust;

namespace Distribution;

/// <summary>
/// The client workflow of The Update Framework (specification 1.0.34, section 5) over any source. Steps, in order:
/// <list type="number">
/// <item>The roots after the held one, one by one, each kept as soon as it is accepted; the last must not have expired.</item>
/// <item>The timestamp, held against the one that was held.</item>
/// <item>The snapshot and the targets document that are named: the held one where it still is that very document,
/// otherwise the repository's.</item>
/// <item>For each target the documents of the roles it is delegated to, as they are wanted, and then the target.</item>
/// </list>
/// Nothing is read beyond the limit of its kind or the length that is signed. Each accepted document is kept at once;
/// the first that is not ends the workflow. One thread.
/// </summary>
public sealed class RepositoryClient
{
    private readonly IHeldMetadata held;
    private readonly Fetch fetch;

    private RepositoryClient(TrustedMetadata trusted, IHeldMetadata held, Fetch fetch)
    {
        Trusted = trusted;
        ExpiresAt = trusted.ExpiresAt;
        this.held = held;
        this.fetch = fetch;
    }

    /// <summary>What is believed of the four top-level roles.</summary>
    public TrustedMetadata Trusted { get; }

    /// <summary>When the first of the documents expires that were used, delegated ones among them.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>True when the timestamp is newer than the one that was held, or none was.</summary>
    public bool IsRenewed { get; private set; }

    /// <summary>Trusts again what was accepted when it came. Nothing is fetched, and no expiry is judged.</summary>
    /// <exception cref="RefusedException">A document is missing or damaged.</exception>
    /// <exception cref="IOException">What is held cannot be read.</exception>
    public static RepositoryClient OpenHeld(IHeldMetadata held, SnapshotRule rule)
    {
        if (!TrustedMetadata.TryStart(Held("root"), null, rule, out var trusted, out var fault)) throw new RefusedException($"{fault}");
        Require(trusted.UpdateTimestamp(Held("timestamp")) ?? trusted.UpdateSnapshot(Held("snapshot")) ?? trusted.UpdateTargets(Held("targets")));
        return new RepositoryClient(trusted, held, static (_, _, _, _) => ValueTask.FromResult(-1));

        byte[] Held(string role) => held.Find(role) ?? throw new RefusedException($"No {role} is held.");
    }

    /// <summary>Fetches and checks the newest top-level documents.</summary>
    /// <param name="held">What this client holds: at least a root.</param>
    /// <param name="fetch">The repository.</param>
    /// <param name="now">The reference time; null while the clock is not believed.</param>
    /// <param name="rule">Whether roots must promise consistent snapshots.</param>
    /// <param name="stop">Ends the workflow.</param>
    /// <exception cref="RefusedException">A document is missing or not to be trusted.</exception>
    /// <exception cref="IOException">The repository or what is held cannot be read or written.</exception>
    public static async Task<RepositoryClient> RefreshAsync(
        IHeldMetadata held, Fetch fetch, DateTimeOffset? now, SnapshotRule rule, CancellationToken stop)
    {
        var root = held.Find("root") ?? throw new RefusedException("There is no root to begin with.");
        if (!TrustedMetadata.TryStart(root, now, rule, out var trusted, out var fault)) throw new RefusedException($"{fault}");
        var client = new RepositoryClient(trusted, held, fetch);
        held.Keep("root", root);
        await client.FollowRootsAsync(stop);
        await client.TakeTimestampAsync(stop);
        await client.TakeSnapshotAsync(stop);
        await client.TakeTargetsAsync(stop);
        client.ExpiresAt = trusted.ExpiresAt;
        return client;
    }

    /// <summary>Finds a target, through as many delegated roles as it takes.</summary>
    /// <exception cref="RefusedException">It is not named, or a role on the way is not to be trusted.</exception>
    /// <exception cref="IOException">The repository or what is held cannot be read or written.</exception>
    public async Task<TargetFile> FindAsync(string path, CancellationToken stop)
    {
        var search = await SearchAsync(path, stop);
        return search.Found ?? throw new RefusedException($"The signed documents name no {path}.");
    }

    /// <summary>The files whose path begins so, in the documents that a search for a path goes through, found or not. Hints of
    /// what there is: which document decides about each is for <see cref="FindAsync"/> to say.</summary>
    /// <exception cref="RefusedException">A role on the way is not to be trusted.</exception>
    /// <exception cref="IOException">The repository or what is held cannot be read or written.</exception>
    internal async Task<IReadOnlyList<TargetFile>> SeenAsync(string path, string prefix, CancellationToken stop) =>
        [.. (await SearchAsync(path, stop)).Seen.Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal))];

    private async Task<TargetSearch> SearchAsync(string path, CancellationToken stop)
    {
        var search = new TargetSearch(Trusted, path);
        while (search.Wanted is { } role)
        {
            var reference = Trusted.FindReference(role)
                ?? throw new RefusedException($"{path} is delegated to {role}, which the snapshot does not name.");
            await TakeAsync(role, reference, TrustedMetadata.DelegatedSizeMax, document => search.Take(document), stop);
        }

        Require(search.Fault);
        if (search.ExpiresAt < ExpiresAt) ExpiresAt = search.ExpiresAt;
        return search;
    }

    /// <summary>Reads a target from the repository and holds it against its length and hashes.</summary>
    /// <exception cref="RefusedException">It is missing, too long, or is not what was signed.</exception>
    /// <exception cref="IOException">The repository cannot be read.</exception>
    public Task<byte[]> ReadAsync(TargetFile target, int sizeMax, CancellationToken stop) =>
        ReadAsync(fetch, RepositoryName.OfTarget(target, Trusted.IsConsistent), target, sizeMax, stop);

    /// <summary>The same of a target that was named before, by where the repository has it.</summary>
    internal static async Task<byte[]> ReadAsync(Fetch fetch, string name, TargetFile target, int sizeMax, CancellationToken stop)
    {
        if (target.Length > sizeMax) throw new RefusedException($"{target.Path} has {target.Length} bytes, at most {sizeMax} are taken.");
        var bytes = await FetchAsync(fetch, name, target.Length, stop)
            ?? throw new RefusedException($"The repository has no {target.Path}.");
        return target.Match(bytes) ? bytes : throw new RefusedException($"{target.Path} is not what was signed: its hash or length differs.");
    }

    private async Task FollowRootsAsync(CancellationToken stop)
    {
        for (var rotations = 0; rotations < TrustedMetadata.RootRotationsMax; rotations++)
        {
            var name = RepositoryName.OfRoot(Trusted.RootVersion + 1);
            if (await FetchAsync(fetch, name, TrustedMetadata.RootSizeMax, stop) is not { } next) break;
            Require(Trusted.UpdateRoot(next));
            held.Keep("root", next);
        }

        Require(Trusted.CheckRoot());
    }

    private async Task TakeTimestampAsync(CancellationToken stop)
    {
        // What is held only sets the floor: its own expiry or a rotated key does not stand in the way of newer documents.
        var before = held.Find("timestamp");
        if (before is not null) Trusted.UpdateTimestamp(before);
        var floor = Trusted.TimestampVersion;
        var timestamp = await RequireAsync(RepositoryName.OfTimestamp, TrustedMetadata.TimestampSizeMax, stop);
        Require(Trusted.UpdateTimestamp(timestamp));
        IsRenewed = Trusted.TimestampVersion > floor;
        held.Keep("timestamp", IsRenewed ? timestamp : before!);
    }

    private Task TakeSnapshotAsync(CancellationToken stop)
    {
        // Whatever became of it, what the held one named must not fall.
        if (held.Find("snapshot") is { } before) Trusted.UpdateSnapshot(before, isHeld: true);
        return TakeAsync("snapshot", Trusted.SnapshotReference!, TrustedMetadata.SnapshotSizeMax, document => Trusted.UpdateSnapshot(document), stop);
    }

    private Task TakeTargetsAsync(CancellationToken stop) =>
        TakeAsync("targets", Trusted.TargetsReference!, TrustedMetadata.TargetsSizeMax, document => Trusted.UpdateTargets(document), stop);

    private async Task TakeAsync(
        string role, MetadataReference reference, int sizeMax, Func<ReadOnlyMemory<byte>, TrustFault?> take, CancellationToken stop)
    {
        if (held.Find(role) is { } before && take(before) is null)
        {
            held.Keep(role, before);
            return;
        }

        var name = RepositoryName.OfRole(role, reference.Version, Trusted.IsConsistent);
        var document = await RequireAsync(name, reference.ReadMax(sizeMax), stop);
        Require(take(document));
        held.Keep(role, document);
    }

    private async Task<byte[]> RequireAsync(string name, int sizeMax, CancellationToken stop) =>
        await FetchAsync(fetch, name, sizeMax, stop) ?? throw new RefusedException($"The repository has no {name}.");

    private static async Task<byte[]?> FetchAsync(Fetch fetch, string name, int sizeMax, CancellationToken stop)
    {
        try
        {
            return await WholeFile.ReadAsync(fetch, name, sizeMax, stop);
        }
        catch (InvalidDataException tooLong)
        {
            throw new RefusedException(tooLong.Message);
        }
    }

    private static void Require(TrustFault? fault)
    {
        if (fault is not null) throw new RefusedException($"{fault}");
    }
}
