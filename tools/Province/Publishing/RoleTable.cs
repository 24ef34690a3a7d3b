using System.Text.Json;
using System.Text.Json.Nodes;

namespace Province.Publishing;

/// <summary>Who signs for a role.</summary>
/// <param name="KeyIds">Ids of keys.</param>
/// <param name="Threshold">How many of them must sign, at least 1.</param>
/// <param name="Days">How long a document of this role holds.</param>
internal sealed record RoleRow(IReadOnlyList<string> KeyIds, int Threshold, int Days);

/// <summary>
/// Who signs what, as the authority wants it: <c>roles.json</c> of its folder. The next publication makes roots and
/// delegations say so; nothing counts before they do. Immutable.
/// </summary>
internal sealed class RoleTable
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    // A gate goes on with what it holds when a document expires, as the policy's staleness says. So the limits are outages
    // that should be noticed: a week for what is signed by machines, months for what people sign.
    private static readonly Dictionary<string, int> DaysDefault = new(StringComparer.Ordinal)
    {
        [RoleNames.Root] = 400,
        [RoleNames.Targets] = 180,
        [RoleNames.Snapshot] = 14,
        [RoleNames.Timestamp] = 8,
        [RoleNames.Sites] = 180,
        [RoleNames.Keys] = 180,
        [RoleNames.List] = 14,
        [RoleNames.Closing] = 14,
    };

    private readonly SortedDictionary<string, (string Name, JsonObject Key)> keys;
    private readonly SortedDictionary<string, RoleRow> rows;

    private RoleTable(SortedDictionary<string, (string Name, JsonObject Key)> keys, SortedDictionary<string, RoleRow> rows)
    {
        this.keys = keys;
        this.rows = rows;
    }

    /// <summary>A table without keys.</summary>
    public static RoleTable Empty { get; } = new(
        new(StringComparer.Ordinal),
        new(RoleNames.All.ToDictionary(static role => role, static role => new RoleRow([], 1, DaysDefault[role])), StringComparer.Ordinal));

    /// <summary>A role's row.</summary>
    public RoleRow this[string role] => rows[role];

    /// <summary>Reads a table.</summary>
    /// <exception cref="CommandFailure">It is broken.</exception>
    public static RoleTable Read(string path)
    {
        if (!File.Exists(path)) return Empty;
        try
        {
            var document = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
            var readKeys = new SortedDictionary<string, (string, JsonObject)>(StringComparer.Ordinal);
            foreach (var (id, row) in document["keys"]!.AsObject())
                readKeys[id] = (row!["name"]!.GetValue<string>(), row["key"]!.DeepClone().AsObject());
            var readRows = new SortedDictionary<string, RoleRow>(StringComparer.Ordinal);
            foreach (var role in RoleNames.All)
            {
                var row = document["roles"]![role]!;
                string[] ids = [.. row["keyids"]!.AsArray().Select(static id => id!.GetValue<string>())];
                if (ids.Any(id => !readKeys.ContainsKey(id))) throw new CommandFailure($"{path}: the role {role} has a key that is not in the table.");
                readRows[role] = new RoleRow(ids, row["threshold"]!.GetValue<int>(), row["days"]!.GetValue<int>());
            }

            return new RoleTable(readKeys, readRows);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new CommandFailure($"{path} is no table of roles: {fault.Message}", fault);
        }
    }

    /// <summary>The name that people gave a key, and the beginning of its id.</summary>
    public string NameOf(string id) => keys.TryGetValue(id, out var key) ? $"{key.Name} ({id[..8]})" : id[..8];

    /// <summary>The table with one more key for a role; the same again changes nothing.</summary>
    public RoleTable Give(string role, string name, TufKey key)
    {
        var row = rows[role];
        return row.KeyIds.Contains(key.Id) ? this : With(role, row with { KeyIds = [.. row.KeyIds, key.Id] }, key.Id, (name, key.ToJson()));
    }

    /// <summary>The table with another threshold for a role.</summary>
    public RoleTable Need(string role, int threshold) => With(role, rows[role] with { Threshold = threshold });

    /// <summary>The table with another length of life for a role's documents.</summary>
    public RoleTable Hold(string role, int days) => With(role, rows[role] with { Days = days });

    /// <summary>The table without a key, wherever it stood.</summary>
    /// <param name="nameOrId">Its name, or at least 8 digits of its id.</param>
    /// <exception cref="CommandFailure">No key, or more than one, is called so.</exception>
    public RoleTable Withdraw(string nameOrId)
    {
        string[] found = [.. keys.Where(key => key.Value.Name == nameOrId || (nameOrId.Length >= 8 && key.Key.StartsWith(nameOrId, StringComparison.Ordinal))).Select(static key => key.Key)];
        if (found is not [var id])
            throw new CommandFailure($"{found.Length} keys are called '{nameOrId}'. There are {string.Join(", ", keys.Keys.Select(NameOf))}.");
        var left = new SortedDictionary<string, (string, JsonObject)>(keys, StringComparer.Ordinal);
        left.Remove(id);
        var next = rows.ToDictionary(static row => row.Key, row => row.Value with { KeyIds = [.. row.Value.KeyIds.Where(key => key != id)] });
        return new RoleTable(left, new(next, StringComparer.Ordinal));
    }

    /// <summary>Every fault, a line each: a role without enough keys could never sign.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var role in RoleNames.All)
        {
            var row = rows[role];
            if (row.KeyIds.Count == 0) yield return $"{role} has no key: --give {role}=FILE.pub";
            else if (row.Threshold > row.KeyIds.Count)
                yield return $"{role} needs {row.Threshold} signatures and has {row.KeyIds.Count} keys: --give another or --need fewer";
        }
    }

    /// <summary>The members <c>keys</c> and <c>roles</c> of a root.</summary>
    public (JsonObject Keys, JsonObject Roles) ToRoot()
    {
        var roles = new JsonObject();
        foreach (var role in RoleNames.TopLevel) roles[role] = Row(role);
        return (KeysOf(RoleNames.TopLevel), roles);
    }

    /// <summary>The keys of some roles, as documents name them.</summary>
    public JsonObject KeysOf(IEnumerable<string> roles)
    {
        var named = new JsonObject();
        foreach (var id in roles.SelectMany(role => rows[role].KeyIds).Distinct().Order(StringComparer.Ordinal)) named[id] = keys[id].Key.DeepClone();
        return named;
    }

    /// <summary>Key ids and threshold of a role, as documents name them.</summary>
    public JsonObject Row(string role) => new()
    {
        ["keyids"] = new JsonArray([.. rows[role].KeyIds.Select(static id => JsonValue.Create(id))]),
        ["threshold"] = rows[role].Threshold,
    };

    /// <summary>The rule that a document of a role must meet.</summary>
    public SigningRule RuleOf(string role) => SigningRule.Read(KeysOf([role]), Row(role), NameOf);

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes()
    {
        var named = new JsonObject();
        foreach (var (id, (name, key)) in keys) named[id] = new JsonObject { ["name"] = name, ["key"] = key.DeepClone() };
        var roles = new JsonObject();
        foreach (var role in RoleNames.All)
        {
            var row = Row(role);
            row["days"] = rows[role].Days;
            roles[role] = row;
        }

        return System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = named, ["roles"] = roles }.ToJsonString(Readable) + "\n");
    }

    private RoleTable With(string role, RoleRow row, string? id = null, (string Name, JsonObject Key) key = default)
    {
        var nextRows = new SortedDictionary<string, RoleRow>(rows, StringComparer.Ordinal) { [role] = row };
        var nextKeys = new SortedDictionary<string, (string, JsonObject)>(keys, StringComparer.Ordinal);
        if (id is not null) nextKeys[id] = key;
        return new RoleTable(nextKeys, nextRows);
    }
}
