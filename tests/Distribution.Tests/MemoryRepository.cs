using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Province.Publishing;

namespace Distribution.Tests;

/// <summary>
/// A repository in memory, really signed, that a test may bend as a thief of keys or a hostile server would, and that
/// notes what is asked of it.
/// </summary>
internal sealed class MemoryRepository
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now + TimeSpan.FromDays(30);
    private readonly SortedDictionary<string, JsonObject> documents = new(StringComparer.Ordinal);

    public MemoryRepository()
    {
        Targets = TufDocument.Begin("targets", 1, Later);
        Targets["targets"] = new JsonObject();
        Snapshot = TufDocument.Begin("snapshot", 1, Later);
        Timestamp = TufDocument.Begin("timestamp", 1, Later);
        PublishRoot(1);
        Publish();
    }

    /// <summary>What the server has, by path.</summary>
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The paths that were asked for from their beginning, in order.</summary>
    public List<string> Requests { get; } = [];

    public JsonObject Targets { get; }

    public JsonObject Snapshot { get; }

    public JsonObject Timestamp { get; }

    public bool IsConsistent { get; init; } = true;

    public TufKey RootKey { get; set; } = Key(1);

    public TufKey TimestampKey { get; set; } = Key(2);

    public TufKey SnapshotKey { get; set; } = Key(3);

    public TufKey TargetsKey { get; set; } = Key(4);

    public static TufKey Key(byte number)
    {
        var scalar = new byte[32];
        scalar[0] = 1;
        scalar[31] = number;
        return TufKey.FromScalar(scalar);
    }

    /// <summary>Reads as a server would; 100 bytes at a time.</summary>
    public ValueTask<int> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
    {
        if (offset == 0) Requests.Add(path);
        if (!Files.TryGetValue(path, out var file)) return ValueTask.FromResult(-1);
        var count = (int)Math.Min(Math.Min(100, buffer.Length), file.Length - offset);
        file.AsMemory((int)offset, count).CopyTo(buffer);
        return ValueTask.FromResult(count);
    }

    public byte[] PublishRoot(int version, Action<JsonObject>? bend = null, params TufKey[] signers)
    {
        var signed = TufDocument.Begin("root", version, Later);
        signed["consistent_snapshot"] = IsConsistent;
        signed["keys"] = new JsonObject();
        signed["roles"] = new JsonObject();
        foreach (var (role, key) in new[] { ("root", RootKey), ("timestamp", TimestampKey), ("snapshot", SnapshotKey), ("targets", TargetsKey) })
        {
            signed["keys"]![key.Id] = key.ToJson();
            signed["roles"]![role] = new JsonObject { ["keyids"] = new JsonArray(key.Id), ["threshold"] = 1 };
        }

        bend?.Invoke(signed);
        return Files[$"metadata/{version}.root.json"] = TufDocument.Sign(signed, signers.Length > 0 ? signers : [RootKey]);
    }

    /// <summary>Adds a target to the top-level document, or to a role's.</summary>
    public void AddTarget(string path, string content, JsonObject? document = null, bool isSha512 = false) =>
        AddTarget(path, System.Text.Encoding.UTF8.GetBytes(content), document, isSha512);

    /// <summary>Adds a target of any bytes.</summary>
    public void AddTarget(string path, byte[] bytes, JsonObject? document = null, bool isSha512 = false)
    {
        var hash = Convert.ToHexStringLower(isSha512 ? SHA512.HashData(bytes) : SHA256.HashData(bytes));
        (document ?? Targets)["targets"]![path] = new JsonObject
        {
            ["length"] = bytes.Length,
            ["hashes"] = new JsonObject { [isSha512 ? "sha512" : "sha256"] = hash },
        };
        var name = path.LastIndexOf('/') + 1;
        Files[IsConsistent ? $"targets/{path[..name]}{hash}.{path[name..]}" : $"targets/{path}"] = bytes;
    }

    /// <summary>Delegates some paths of the top-level document to a role that key 10 signs, and gives its document.</summary>
    public JsonObject AddRole(string name, string pattern)
    {
        Targets["delegations"] ??= new JsonObject { ["keys"] = new JsonObject { [Key(10).Id] = Key(10).ToJson() }, ["roles"] = new JsonArray() };
        Targets["delegations"]!["roles"]!.AsArray().Add((JsonNode)new JsonObject
        {
            ["name"] = name,
            ["keyids"] = new JsonArray(Key(10).Id),
            ["threshold"] = 1,
            ["terminating"] = false,
            ["paths"] = new JsonArray(pattern),
        });
        var document = TufDocument.Begin("targets", 1, Later);
        document["targets"] = new JsonObject();
        return documents[name] = document;
    }

    /// <summary>Signs all documents at the versions they have.</summary>
    public void Publish()
    {
        var meta = new JsonObject();
        foreach (var (name, document) in documents) meta[$"{name}.json"] = Write(name, document, Key(10));
        meta["targets.json"] = Write("targets", Targets, TargetsKey);
        Snapshot["meta"] = meta;
        Timestamp["meta"] = new JsonObject { ["snapshot.json"] = Write("snapshot", Snapshot, SnapshotKey) };
        Files["metadata/timestamp.json"] = TufDocument.Sign(Timestamp, TimestampKey);
    }

    /// <summary>Raises the versions of targets, snapshot and timestamp and signs them.</summary>
    public void PublishNext()
    {
        foreach (var document in new[] { Targets, Snapshot, Timestamp }) document["version"] = document["version"]!.GetValue<int>() + 1;
        Publish();
    }

    private JsonObject Write(string role, JsonObject document, TufKey key)
    {
        var version = document["version"]!.GetValue<int>();
        var bytes = TufDocument.Sign(document, key);
        var name = $"{Uri.EscapeDataString(role)}.json";
        Files[IsConsistent ? string.Create(CultureInfo.InvariantCulture, $"metadata/{version}.{name}") : $"metadata/{name}"] = bytes;
        return new JsonObject
        {
            ["version"] = version,
            ["length"] = bytes.Length,
            ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) },
        };
    }
}
