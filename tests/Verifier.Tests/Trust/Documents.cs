using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Province.Publishing;

namespace Verifier.Tests.Trust;

/// <summary>Metadata documents in memory, each to be bent before it is signed.</summary>
internal static class Documents
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly TufKey Root = Key(1);
    public static readonly TufKey Timestamp = Key(2);
    public static readonly TufKey Snapshot = Key(3);
    public static readonly TufKey Targets = Key(4);
    public static readonly TufKey Stranger = Key(9);

    private static readonly DateTimeOffset Later = Now + TimeSpan.FromDays(30);

    public static TufKey Key(byte number)
    {
        var scalar = new byte[32];
        scalar[31] = number;
        scalar[0] = 1;
        return TufKey.FromScalar(scalar);
    }

    public static byte[] RootOf(int version = 1, Action<JsonObject>? bend = null, TufKey[]? signers = null, TufKey? root = null)
    {
        var signed = TufDocument.Begin("root", version, Later);
        signed["consistent_snapshot"] = true;
        signed["keys"] = new JsonObject();
        signed["roles"] = new JsonObject();
        Grant(signed, "root", root ?? Root);
        Grant(signed, "timestamp", Timestamp);
        Grant(signed, "snapshot", Snapshot);
        Grant(signed, "targets", Targets);
        return Sign(signed, bend, signers ?? [root ?? Root]);
    }

    public static byte[] TimestampOf(int version, byte[] snapshot, int snapshotVersion, Action<JsonObject>? bend = null, TufKey? signer = null)
    {
        var signed = TufDocument.Begin("timestamp", version, Later);
        signed["meta"] = new JsonObject { ["snapshot.json"] = Reference(snapshotVersion, snapshot) };
        return Sign(signed, bend, signer ?? Timestamp);
    }

    public static byte[] SnapshotOf(int version, byte[] targets, int targetsVersion, Action<JsonObject>? bend = null, TufKey? signer = null)
    {
        var signed = TufDocument.Begin("snapshot", version, Later);
        signed["meta"] = new JsonObject { ["targets.json"] = Reference(targetsVersion, targets) };
        return Sign(signed, bend, signer ?? Snapshot);
    }

    public static byte[] TargetsOf(int version, Action<JsonObject>? bend = null, TufKey? signer = null)
    {
        var signed = TufDocument.Begin("targets", version, Later);
        signed["targets"] = new JsonObject
        {
            ["policy.json"] = new JsonObject
            {
                ["length"] = 3,
                ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData("abc"u8)) },
            },
        };
        return Sign(signed, bend, signer ?? Targets);
    }

    public static void Grant(JsonObject root, string role, params TufKey[] keys)
    {
        var ids = new JsonArray();
        foreach (var key in keys)
        {
            root["keys"]![key.Id] = key.ToJson();
            ids.Add((JsonNode)key.Id);
        }

        root["roles"]![role] = new JsonObject { ["keyids"] = ids, ["threshold"] = keys.Length };
    }

    /// <summary>A targets document that delegates, and names nothing itself unless it is bent to.</summary>
    public static byte[] DelegatingOf(int version, TufKey signer, Action<JsonObject>? bend, params JsonObject[] roles)
    {
        var signed = TufDocument.Begin("targets", version, Later);
        signed["targets"] = new JsonObject();
        if (roles.Length > 0)
        {
            var keys = new JsonObject();
            foreach (var number in Enumerable.Range(10, 10)) keys[Key((byte)number).Id] = Key((byte)number).ToJson();
            signed["delegations"] = new JsonObject { ["keys"] = keys, ["roles"] = new JsonArray([.. roles]) };
        }

        return Sign(signed, bend, signer);
    }

    /// <summary>A delegation to a role that one of the keys 10 to 19 signs.</summary>
    public static JsonObject RoleOf(string name, byte key, bool terminating = false, params string[] paths) => new()
    {
        ["name"] = name,
        ["keyids"] = new JsonArray(Key(key).Id),
        ["threshold"] = 1,
        ["terminating"] = terminating,
        ["paths"] = new JsonArray([.. (paths.Length > 0 ? paths : ["*"]).Select(static path => (JsonNode)path)]),
    };

    /// <summary>Names a file in a targets document; its content is its path.</summary>
    public static void AddFile(JsonObject signed, string path) => signed["targets"]![path] = new JsonObject
    {
        ["length"] = path.Length,
        ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path))) },
    };

    public static JsonObject Reference(int version, byte[] bytes) => new()
    {
        ["version"] = version,
        ["length"] = bytes.Length,
        ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) },
    };

    private static byte[] Sign(JsonObject signed, Action<JsonObject>? bend, params TufKey[] signers)
    {
        bend?.Invoke(signed);
        return TufDocument.Sign(signed, signers);
    }
}
