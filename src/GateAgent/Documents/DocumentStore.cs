using System.Security.Cryptography;
using Distribution;
using GateAgent.Timekeeping;
using Verifier.Trust;

namespace GateAgent.Documents;

/// <summary>The documents on this gate's disk: what is held, and what a source has newer. Nothing of it counts by being here.</summary>
internal sealed class DocumentStore(SnapshotStoreOptions options, TrustedClock clock, TimeProvider time)
{
    /// <summary>True for what a disk, its rights or its content may do; it never ends the agent.</summary>
    public static bool IsOfTheDisk(Exception failed) =>
        failed is IOException or UnauthorizedAccessException or InvalidDataException or CryptographicException;

    /// <summary>Reads what is held. A disk that fails is a fault.</summary>
    public async Task<SnapshotResult> OpenHeldAsync(CancellationToken stop)
    {
        try
        {
            return await SnapshotStore.OpenHeldAsync(options, stop);
        }
        catch (Exception failed) when (IsOfTheDisk(failed))
        {
            return new SnapshotResult(null, $"What this gate holds cannot be read: {failed.Message}");
        }
    }

    /// <summary>Fetches where nothing is held. A disk that fails leaves the fault of what is held.</summary>
    public async Task<SnapshotResult> FetchFirstAsync(Fetch fetch, string heldFault, CancellationToken stop)
    {
        try
        {
            return await FetchAsync(fetch, null, stop);
        }
        catch (Exception failed) when (IsOfTheDisk(failed))
        {
            return new SnapshotResult(null, heldFault);
        }
    }

    /// <summary>Fetches what is newer and holds it.</summary>
    /// <exception cref="IOException">The source or the disk fails.</exception>
    public Task<SnapshotResult> FetchAsync(Fetch fetch, TrustedSnapshot? before, CancellationToken stop) =>
        SnapshotStore.UpdateAsync(options, new PacedFetch(fetch, time).ReadAsync, clock.Wall, before, stop);

    /// <summary>Reads what would be held, and holds nothing.</summary>
    /// <exception cref="IOException">The source or the disk fails.</exception>
    public Task<SnapshotResult> TryAsync(Fetch fetch, TrustedSnapshot? before, CancellationToken stop) =>
        SnapshotTrial.RunAsync(options, new PacedFetch(fetch, time).ReadAsync, clock.Wall, before, stop);
}
