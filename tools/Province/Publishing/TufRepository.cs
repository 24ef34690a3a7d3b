using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Verifier.Trust;

namespace Province.Publishing;

/// <summary>One key for each role.</summary>
/// <param name="Root">Signs the root.</param>
/// <param name="Timestamp">Signs the timestamp.</param>
/// <param name="Snapshot">Signs the snapshot.</param>
/// <param name="Targets">Signs the targets document.</param>
public sealed record TufKeys(TufKey Root, TufKey Timestamp, TufKey Snapshot, TufKey Targets);

/// <summary>The version and expiries of one publication.</summary>
/// <param name="Version">Version of the timestamp, the snapshot and the targets document, from 1, rising.</param>
/// <param name="TimestampExpires">When the timestamp expires; the others last longer.</param>
/// <param name="SnapshotExpires">When the snapshot expires.</param>
/// <param name="TargetsExpires">When the targets document expires.</param>
public sealed record TufIssue(int Version, DateTimeOffset TimestampExpires, DateTimeOffset SnapshotExpires, DateTimeOffset TargetsExpires);

/// <summary>
/// Writes a repository with consistent snapshots into a folder: <c>metadata/N.root.json</c>, <c>metadata/timestamp.json</c>,
/// <c>metadata/N.snapshot.json</c>, <c>metadata/N.targets.json</c> and <c>targets/DIR/HASH.NAME</c>. The timestamp is
/// written last, so that a reader never sees half of a publication. With keys of <see cref="TufKey.FromScalar"/> the same calls give
/// the same bytes. One thread.
/// </summary>
public sealed class TufRepository
{
    private readonly string folder;
    private readonly SortedDictionary<string, TargetFile> targets = new(StringComparer.Ordinal);
    private TufKeys keys;

    /// <summary>A repository in a folder, which is made when the first document is published.</summary>
    public TufRepository(string folder, TufKeys keys)
    {
        this.folder = folder;
        this.keys = keys;
    }

    /// <summary>Where metadata lies.</summary>
    public string MetadataFolder => Path.Combine(folder, "metadata");

    /// <summary>Where targets lie.</summary>
    public string TargetsFolder => Path.Combine(folder, "targets");

    /// <summary>The bytes of a root document, to pin at enrolment.</summary>
    public byte[] ReadRoot(int version = 1) => File.ReadAllBytes(MetadataPath(version, "root"));

    /// <summary>Publishes a root that names the keys. With <paramref name="next"/> the keys change and both sides sign.</summary>
    /// <param name="version">From 1, rising by 1.</param>
    /// <param name="expires">When it expires.</param>
    /// <param name="next">The keys from now on, where they change.</param>
    public void PublishRoot(int version, DateTimeOffset expires, TufKeys? next = null)
    {
        var before = keys.Root;
        keys = next ?? keys;
        var signed = TufDocument.Begin("root", version, expires);
        signed["consistent_snapshot"] = true;
        var all = new JsonObject();
        foreach (var key in new[] { keys.Root, keys.Timestamp, keys.Snapshot, keys.Targets }) all[key.Id] = key.ToJson();
        signed["keys"] = all;
        signed["roles"] = new JsonObject
        {
            ["root"] = Role(keys.Root),
            ["timestamp"] = Role(keys.Timestamp),
            ["snapshot"] = Role(keys.Snapshot),
            ["targets"] = Role(keys.Targets),
        };
        TufKey[] signers = before.Id == keys.Root.Id ? [before] : [before, keys.Root];
        Write(MetadataPath(version, "root"), TufDocument.Sign(signed, signers));
    }

    /// <summary>Adds or replaces a target: its file is written now, and named by the next publication.</summary>
    /// <param name="path">Its path, as a gate asks for it: <c>sites/demo-1.json</c>.</param>
    /// <param name="bytes">Its content.</param>
    public void AddTarget(string path, ReadOnlySpan<byte> bytes)
    {
        var file = new TargetFile(path, bytes.Length, FileHashes.Of(bytes));
        Write(Path.Combine(TargetsFolder, file.StoredPath), bytes);
        targets[path] = file;
    }

    /// <summary>Removes a target from the next publication. Its file stays for gates that still read the last one.</summary>
    public bool RemoveTarget(string path) => targets.Remove(path);

    /// <summary>Where a file lies that belongs to a target without being one: the pages of the list, which the index signs.</summary>
    public string UnsignedPath(string path)
    {
        var full = Path.Combine(TargetsFolder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }

    /// <summary>Publishes targets, snapshot and timestamp.</summary>
    public void Publish(TufIssue issue)
    {
        var signedTargets = TufDocument.Begin("targets", issue.Version, issue.TargetsExpires);
        var files = new JsonObject();
        foreach (var file in targets.Values) files[file.Path] = Reference(file.Length, file.Hashes.Prefix);
        signedTargets["targets"] = files;
        var targetsBytes = TufDocument.Sign(signedTargets, keys.Targets);
        Write(MetadataPath(issue.Version, "targets"), targetsBytes);

        var snapshot = TufDocument.Begin("snapshot", issue.Version, issue.SnapshotExpires);
        snapshot["meta"] = new JsonObject { ["targets.json"] = Reference(issue.Version, targetsBytes) };
        var snapshotBytes = TufDocument.Sign(snapshot, keys.Snapshot);
        Write(MetadataPath(issue.Version, "snapshot"), snapshotBytes);

        var timestamp = TufDocument.Begin("timestamp", issue.Version, issue.TimestampExpires);
        timestamp["meta"] = new JsonObject { ["snapshot.json"] = Reference(issue.Version, snapshotBytes) };
        Write(Path.Combine(MetadataFolder, "timestamp.json"), TufDocument.Sign(timestamp, keys.Timestamp));
    }

    private static JsonObject Role(TufKey key) => new() { ["keyids"] = new JsonArray(key.Id), ["threshold"] = 1 };

    private static JsonObject Reference(int length, string sha256) =>
        new() { ["length"] = length, ["hashes"] = new JsonObject { ["sha256"] = sha256 } };

    private static JsonObject Reference(int version, byte[] bytes)
    {
        var reference = Reference(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        reference["version"] = version;
        return reference;
    }

    private static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }

    private string MetadataPath(int version, string role) =>
        Path.Combine(MetadataFolder, string.Create(CultureInfo.InvariantCulture, $"{version}.{role}.json"));
}
