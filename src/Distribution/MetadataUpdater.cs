using System.Globalization;
using Verifier.Trust;

namespace Distribution;

/// <summary>A signed document or the list cannot be taken; the message is for the technician.</summary>
internal sealed class RefusedException : Exception
{
    /// <summary>What was found, what was expected.</summary>
    public RefusedException(string message)
        : base(message)
    {
    }
}

/// <summary>
/// The client workflow of The Update Framework (specification 1.0.34, section 5): roots one by one, then timestamp, snapshot
/// and targets, each against what this gate already holds. It writes nothing: a set counts only when all it names was read.
/// </summary>
internal static class MetadataUpdater
{
    /// <summary>Fetches and checks the newest set.</summary>
    /// <param name="pinnedRoot">The root from enrolment.</param>
    /// <param name="held">The set this gate holds; null at first.</param>
    /// <param name="fetch">The repository.</param>
    /// <param name="now">The reference time; null while the clock is not believed.</param>
    /// <param name="stop">Ends the update.</param>
    /// <exception cref="RefusedException">A document is missing or not to be trusted.</exception>
    /// <exception cref="IOException">The repository cannot be read.</exception>
    public static async Task<(MetadataSet Set, TrustedMetadata Trusted)> UpdateAsync(
        byte[] pinnedRoot, MetadataSet? held, Fetch fetch, DateTimeOffset? now, CancellationToken stop)
    {
        var root = held?.Root ?? pinnedRoot;
        if (!TrustedMetadata.TryStart(root, now, out var trusted, out var fault)) throw new RefusedException($"{fault}");
        root = await UpdateRootAsync(trusted, root, fetch, stop);

        // What is held only sets the floor: its own expiry or a rotated key does not stand in the way of newer documents.
        if (held is not null) trusted.UpdateTimestamp(held.Timestamp);
        var timestamp = await ReadAsync(fetch, "timestamp.json", TrustedMetadata.TimestampSizeMax, stop);
        Require(trusted.UpdateTimestamp(timestamp));

        if (held is not null) trusted.UpdateSnapshot(held.Snapshot, isHeld: true);
        var snapshotName = Versioned(trusted.SnapshotReference!.Version, "snapshot");
        var snapshot = await ReadAsync(fetch, snapshotName, TrustedMetadata.SnapshotSizeMax, stop);
        Require(trusted.UpdateSnapshot(snapshot));

        var targetsName = Versioned(trusted.TargetsReference!.Version, "targets");
        var targets = await ReadAsync(fetch, targetsName, TrustedMetadata.TargetsSizeMax, stop);
        Require(trusted.UpdateTargets(targets));
        return (new MetadataSet(root, timestamp, snapshot, targets), trusted);
    }

    private static async Task<byte[]> UpdateRootAsync(TrustedMetadata trusted, byte[] root, Fetch fetch, CancellationToken stop)
    {
        for (var rotations = 0; rotations < TrustedMetadata.RootRotationsMax; rotations++)
        {
            var path = $"metadata/{Versioned(trusted.RootVersion + 1, "root")}";
            if (await WholeFile.ReadAsync(fetch, path, TrustedMetadata.RootSizeMax, stop) is not { } next) break;
            Require(trusted.UpdateRoot(next));
            root = next;
        }

        return root;
    }

    private static async Task<byte[]> ReadAsync(Fetch fetch, string name, int sizeMax, CancellationToken stop)
    {
        try
        {
            return await WholeFile.ReadAsync(fetch, $"metadata/{name}", sizeMax, stop)
                ?? throw new RefusedException($"The repository has no metadata/{name}.");
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

    private static string Versioned(int version, string role) =>
        string.Create(CultureInfo.InvariantCulture, $"{version}.{role}.json");
}
