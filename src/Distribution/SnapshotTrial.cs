using Distribution.Keys;
using Verifier.Trust;

namespace Distribution;

/// <summary>
/// Tries an update out: all of it, on copies, in a folder of its own beside what it tries. What the gate holds is not written
/// to: its metadata is copied, its whole files get a second name here, which a replacement takes away from them without touching
/// what they hold. Files that are still being made are left out: they are written in place.
/// The room that the update needs on the disk is needed here too.
/// </summary>
public static class SnapshotTrial
{
    private const string TrialFolder = "trial";
    private const string MetadataFolder = "metadata";
    private const string TargetsFolder = "targets";
    private const string Journal = "journal";

    // A key keeps one name: a second one would outlive its sealing.
    private static readonly string[] Keys = ["device.key", "device.tpm"];

    /// <summary>Runs an update that changes nothing. One at a time, and never beside an update.</summary>
    /// <returns>As <see cref="SnapshotStore.UpdateAsync"/>; the caller closes the pages of a new snapshot.</returns>
    /// <exception cref="IOException">The state folder cannot be used.</exception>
    /// <exception cref="InvalidDataException">The device key is broken.</exception>
    public static async Task<SnapshotResult> RunAsync(
        SnapshotStoreOptions options, Fetch fetch, DateTimeOffset? now, TrustedSnapshot? present, CancellationToken stop)
    {
        var trial = Path.Combine(options.StateFolder, TrialFolder);
        try
        {
            Clear(trial);
            Fill(options.StateFolder, trial);
            return await SnapshotStore.UpdateAsync(options with { StateFolder = trial, IsTrial = true, Keys = options.Keys ?? new FileKeyPlace(options.StateFolder) }, fetch, now, present, stop);
        }
        finally
        {
            Clear(trial);
        }
    }

    /// <summary>Removes what a trial left that a power cut ended. What a disk does not let go stays; the next trial needs it gone.</summary>
    public static void Sweep(string stateFolder)
    {
        try
        {
            Clear(Path.Combine(stateFolder, TrialFolder));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // It is swept at the next start.
        }
    }

    private static void Clear(string trial)
    {
        if (Directory.Exists(trial)) Directory.Delete(trial, recursive: true);
    }

    private static void Fill(string state, string trial)
    {
        Directory.CreateDirectory(trial, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        LinkFiles(state, trial);
        Copy(Path.Combine(state, MetadataFolder), Path.Combine(trial, MetadataFolder));
        var targets = Path.Combine(state, TargetsFolder);
        if (!Directory.Exists(targets)) return;
        LinkFiles(targets, Path.Combine(trial, TargetsFolder));
        foreach (var chain in Directory.GetDirectories(targets))
            LinkFiles(chain, Path.Combine(trial, TargetsFolder, Path.GetFileName(chain)));
    }

    private static void LinkFiles(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var path in Directory.GetFiles(from))
        {
            var name = Path.GetFileName(path);
            var isWhole = !name.StartsWith(Journal, StringComparison.Ordinal) && !Keys.Contains(name) && !name.EndsWith(".new", StringComparison.Ordinal)
                && !name.EndsWith(".part", StringComparison.Ordinal);
            if (isWhole) Native.Posix.Link(path, Path.Combine(to, name));
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        if (!Directory.Exists(from)) return;
        foreach (var path in Directory.GetFiles(from)) File.Copy(path, Path.Combine(to, Path.GetFileName(path)));
        foreach (var path in Directory.GetDirectories(from)) Copy(path, Path.Combine(to, Path.GetFileName(path)));
    }
}
