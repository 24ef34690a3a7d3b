using System.Text.Json.Nodes;
using Verifier.Trust;

namespace Province.Publishing;

/// <summary>What documents say beside version and expiry, for targets given by role.</summary>
internal static class RoleContents
{
    /// <summary>What a root says.</summary>
    public static JsonObject OfRoot(RoleTable table)
    {
        var (keys, roles) = table.ToRoot();
        return new JsonObject { ["consistent_snapshot"] = true, ["keys"] = keys, ["roles"] = roles };
    }

    /// <summary>The documents of a role: itself, and its bins where it has so many gates or ever had.</summary>
    public static IEnumerable<(string Document, JsonObject Content)> Of(
        string role, IReadOnlyDictionary<string, byte[]> files, RoleTable table, PublishedRepository before)
    {
        if (role is RoleNames.Sites or RoleNames.Keys && (files.Count > RoleNames.GatesPerDocument || before.Documents.ContainsKey(RoleNames.BinsOf(role).First())))
            return Bins(role, files, table);
        var content = new JsonObject { ["targets"] = Files(files) };
        if (DelegationsOf(role, table) is { } delegations) content["delegations"] = delegations;
        return [(role, content)];
    }

    private static IEnumerable<(string Document, JsonObject Content)> Bins(
        string role, IReadOnlyDictionary<string, byte[]> files, RoleTable table)
    {
        var row = table.Row(role);
        row["bit_length"] = RoleNames.BinBits;
        row["name_prefix"] = role;
        yield return (role, new JsonObject
        {
            ["targets"] = new JsonObject(),
            ["delegations"] = new JsonObject { ["keys"] = table.KeysOf([role]), ["succinct_roles"] = row },
        });
        var bins = files.ToLookup(file => RoleNames.BinOf(role, file.Key));
        foreach (var bin in RoleNames.BinsOf(role)) yield return (bin, new JsonObject { ["targets"] = Files(bins[bin]) });
    }

    private static JsonObject? DelegationsOf(string role, RoleTable table) => role switch
    {
        RoleNames.Targets => Delegations(
            table,
            (RoleNames.Sites, "sites/*", true),
            (RoleNames.Keys, "keys/*", true),
            // Beside the list and not below it: the list's document is read every hour, this one only by a gate that was away, or when the base changes.
            (RoleNames.List, "list/*", false),
            (RoleNames.Closing, "list/delta-*", true)),
        _ => null,
    };

    private static JsonObject Delegations(RoleTable table, params (string Role, string Pattern, bool IsTerminating)[] rows)
    {
        var roles = new JsonArray();
        foreach (var (role, pattern, isTerminating) in rows)
        {
            var row = table.Row(role);
            row["name"] = role;
            row["paths"] = new JsonArray(pattern);
            row["terminating"] = isTerminating;
            roles.Add((JsonNode)row);
        }

        return new JsonObject { ["keys"] = table.KeysOf(rows.Select(static row => row.Role)), ["roles"] = roles };
    }

    private static JsonObject Files(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        var named = new JsonObject();
        foreach (var (path, bytes) in files.OrderBy(static file => file.Key, StringComparer.Ordinal))
        {
            named[path] = new JsonObject
            {
                ["hashes"] = new JsonObject { ["sha256"] = FileHashes.Of(bytes).Sha256 },
                ["length"] = bytes.Length,
            };
        }

        return named;
    }
}
