using System.Text.Json.Nodes;
using Verifier.Trust;

namespace Province.Publishing;

/// <summary>Whose signatures a document needs, counted as gates count them: a key once, whatever ids it has.</summary>
internal sealed class SigningRule
{
    private readonly Dictionary<string, TrustKey> keys;
    private readonly JsonObject row;
    private readonly JsonObject keysJson;

    private SigningRule(Dictionary<string, TrustKey> keys, JsonObject keysJson, JsonObject row, IReadOnlyDictionary<string, string> names)
    {
        this.keys = keys;
        this.keysJson = keysJson;
        this.row = row;
        Names = names;
        Threshold = row["threshold"]!.GetValue<int>();
    }

    /// <summary>How many must sign.</summary>
    public int Threshold { get; }

    /// <summary>What people call the keys, by their ids.</summary>
    public IReadOnlyDictionary<string, string> Names { get; }

    /// <summary>The rule of a role, from the members of a root, of delegations or of a draft.</summary>
    /// <param name="keys">Key objects by id.</param>
    /// <param name="row"><c>keyids</c> and <c>threshold</c>.</param>
    /// <param name="nameOf">What people call a key.</param>
    public static SigningRule Read(JsonObject keys, JsonObject row, Func<string, string> nameOf)
    {
        var wanted = new Dictionary<string, TrustKey>(StringComparer.Ordinal);
        var json = new JsonObject();
        foreach (var id in row["keyids"]!.AsArray().Select(static id => id!.GetValue<string>()))
        {
            var key = keys[id]!;
            wanted[id] = TrustKey.Read(
                key["keytype"]!.GetValue<string>(), key["scheme"]!.GetValue<string>(), key["keyval"]!["public"]!.GetValue<string>());
            json[id] = key.DeepClone();
        }

        return new SigningRule(wanted, json, row.DeepClone().AsObject(), wanted.Keys.ToDictionary(static id => id, nameOf));
    }

    /// <summary>A rule as a draft carries it, so that whoever signs elsewhere is told of a wrong key.</summary>
    public static SigningRule FromDraft(JsonObject draft) => Read(
        draft["keys"]!.AsObject(), draft, id => draft["names"]?[id]?.GetValue<string>() ?? id[..8]);

    /// <summary>As a draft carries it.</summary>
    public JsonObject ToDraft()
    {
        var draft = row.DeepClone().AsObject();
        draft["keys"] = keysJson.DeepClone();
        var names = new JsonObject();
        foreach (var (id, name) in Names) names[id] = name;
        draft["names"] = names;
        return draft;
    }

    /// <summary>The ids of its keys that have signed, each key once.</summary>
    public IReadOnlyList<string> Holding(byte[] message, JsonArray signatures)
    {
        var holding = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var signature in signatures)
        {
            var id = signature!["keyid"]!.GetValue<string>();
            if (!keys.TryGetValue(id, out var key) || !TryHex(signature["sig"]!.GetValue<string>(), out var bytes)) continue;
            if (key.Verifies(message, bytes)) holding.TryAdd(key.Identity, id);
        }

        return [.. holding.Values];
    }

    /// <summary>True when a key is one of the rule's.</summary>
    public bool Has(string id) => keys.ContainsKey(id);

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
