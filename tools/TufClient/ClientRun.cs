using Distribution;
using Verifier.Trust;

namespace TufClient;

/// <summary>
/// One call of the program: the gate's own workflow, over HTTP and a folder of single documents. It differs from the gate
/// in two things, both asked for by repositories of other people: snapshots need not be consistent, and each document
/// counts for itself instead of as a set.
/// </summary>
internal static class ClientRun
{
    /// <summary>Greatest root that is taken to begin with, in bytes.</summary>
    private const int RootSizeMax = TrustedMetadata.RootSizeMax;

    /// <summary>Greatest target in bytes: it is held in memory until its hash has been seen.</summary>
    private const int TargetSizeMax = 256 * 1024 * 1024;

    /// <summary>Ends a server's endless trickle.</summary>
    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(10);

    /// <summary>Takes a root to begin with. It is judged when it is used.</summary>
    public static int Init(DirectoryInfo metadata, FileInfo root)
    {
        if (root.Length > RootSizeMax) throw new RefusedException($"{root.Name} has {root.Length} bytes, at most {RootSizeMax} are taken.");
        metadata.Create();
        new MetadataFolder(metadata.FullName).Keep("root", File.ReadAllBytes(root.FullName));
        return 0;
    }

    /// <summary>Brings the metadata up to date, and then the targets, in their order.</summary>
    public static async Task<int> RefreshAsync(
        DirectoryInfo metadata, Uri metadataUrl, IReadOnlyList<string> targets, Uri? targetsUrl, DirectoryInfo? targetFolder, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(RunMax, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        using var http = new HttpFetch(metadataUrl, targetsUrl);
        var held = new MetadataFolder(metadata.FullName);
        var now = TimeProvider.System.GetUtcNow();
        var client = await RepositoryClient.RefreshAsync(held, http.ReadAsync, now, SnapshotRule.Either, either.Token);
        targetFolder?.Create();
        foreach (var path in targets) await DownloadAsync(client, path, targetFolder!, either.Token);
        return 0;
    }

    private static async Task DownloadAsync(RepositoryClient client, string path, DirectoryInfo folder, CancellationToken stop)
    {
        var target = await client.FindAsync(path, stop);

        // Escaped, a path of several names is one name: no target can be another's folder.
        var local = Path.Combine(folder.FullName, Uri.EscapeDataString(target.Path));
        if (File.Exists(local) && new FileInfo(local).Length == target.Length && target.Match(await File.ReadAllBytesAsync(local, stop))) return;
        DurableFile.Write(local, await client.ReadAsync(target, TargetSizeMax, stop));
    }
}
