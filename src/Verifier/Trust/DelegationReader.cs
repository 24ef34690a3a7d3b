using System.Text.Json;

namespace Verifier.Trust;

/// <summary>
/// Reads the delegations of a targets document (TUF 1.0.34 section 4.5, TAP 15). Rules, in checking order: keys; either
/// roles or hash bins; each role's name, once; its keys and threshold; either path patterns or hash prefixes.
/// </summary>
internal static class DelegationReader
{
    public const int RolesMax = 1_024;
    public const int PatternsMax = 1_024;

    /// <summary>Greatest length of a role's name once it is escaped for a path: with its ending it is one file name.</summary>
    public const int NameMax = 200;

    private const int PrefixMax = 64;

    public static Delegations? Read(MetadataReading reading, JsonElement signed)
    {
        if (!reading.Has(signed, "delegations")) return null;
        var delegations = reading.Object(signed, "delegations");
        var ring = new KeyRing(MetadataReader.ReadKeys(reading, delegations));
        if (reading.Has(delegations, "roles") == reading.Has(delegations, "succinct_roles"))
            reading.Report(TrustFaultKind.BadMember, "delegations", "both or neither", "roles or succinct_roles");
        return reading.Has(delegations, "roles")
            ? new Delegations(ring, ReadRoles(reading, delegations), null)
            : new Delegations(ring, [], ReadBins(reading, delegations));
    }

    /// <summary>True for a name that a delegated role may have: it never stands for a top-level role's file.</summary>
    public static bool IsName(string name) =>
        name is not ("root" or "timestamp" or "snapshot" or "targets") && Uri.EscapeDataString(name).Length is > 0 and <= NameMax;

    private static List<Delegation> ReadRoles(MetadataReading reading, JsonElement delegations)
    {
        var roles = new List<Delegation>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var list = reading.List(delegations, "roles", RolesMax);
        if (!reading.IsSound) return roles;
        foreach (var item in list.EnumerateArray())
        {
            var name = ReadName(reading, item, "name");
            if (reading.IsSound && !names.Add(name))
                reading.Report(TrustFaultKind.BadMember, "delegations.roles", $"{MetadataReading.Short(name)} twice", "each role once");
            var keys = MetadataReader.ReadRoleKeys(reading, item, "delegations.roles");
            var isTerminating = reading.Bool(item, "terminating");
            var (patterns, prefixes) = ReadPaths(reading, item);
            if (!reading.IsSound) return roles;
            roles.Add(new Delegation(name, keys, isTerminating, patterns, prefixes));
        }

        return roles;
    }

    private static SuccinctRoles ReadBins(MetadataReading reading, JsonElement delegations)
    {
        var row = reading.Object(delegations, "succinct_roles");
        var keys = MetadataReader.ReadRoleKeys(reading, row, "delegations.succinct_roles");
        var bits = reading.Number(row, "bit_length", 1);
        if (bits > SuccinctRoles.BitLengthMax)
            reading.Report(TrustFaultKind.BadMember, "bit_length", $"{bits}", $"1 to {SuccinctRoles.BitLengthMax}");
        return new SuccinctRoles(keys, bits, ReadName(reading, row, "name_prefix"));
    }

    private static string ReadName(MetadataReading reading, JsonElement row, string member)
    {
        var name = reading.Text(row, member, NameMax);
        if (reading.IsSound && !IsName(name))
            reading.Report(TrustFaultKind.BadMember, member, MetadataReading.Short(name), "a name that is no top-level role's and fits a file");
        return name;
    }

    private static (List<string> Patterns, List<string> Prefixes) ReadPaths(MetadataReading reading, JsonElement row)
    {
        if (reading.Has(row, "paths") == reading.Has(row, "path_hash_prefixes"))
            reading.Report(TrustFaultKind.BadMember, "delegations.roles", "both or neither", "paths or path_hash_prefixes");
        if (reading.Has(row, "paths")) return (reading.Texts(row, "paths", PatternsMax, PathPattern.LengthMax), []);
        var prefixes = reading.Texts(row, "path_hash_prefixes", PatternsMax, PrefixMax);
        foreach (var prefix in prefixes)
        {
            if (!prefix.All(char.IsAsciiHexDigitLower))
                reading.Report(TrustFaultKind.BadMember, "path_hash_prefixes", MetadataReading.Short(prefix), "lower-case hexadecimal digits");
        }

        return ([], prefixes);
    }
}
