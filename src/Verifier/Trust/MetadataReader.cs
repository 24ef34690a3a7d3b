using System.Collections.Frozen;
using System.Text.Json;

namespace Verifier.Trust;

/// <summary>Reads the members that are particular to each role (TUF 1.0.34 sections 4.3 to 4.6).</summary>
internal static class MetadataReader
{
    public const int KeysMax = 256;
    public const int DocumentsMax = 32_768;
    public const int TargetsMax = 65_536;
    public const int PathMax = 256;
    private static readonly TrustRole[] Roles = [TrustRole.Root, TrustRole.Timestamp, TrustRole.Snapshot, TrustRole.Targets];

    public static RootContent ReadRoot(MetadataReading reading, JsonElement signed)
    {
        // The member is optional (section 4.3), and nothing said is no promise.
        var isConsistent = reading.Has(signed, "consistent_snapshot") && reading.Bool(signed, "consistent_snapshot");
        var ring = new KeyRing(ReadKeys(reading, signed));
        var roles = new Dictionary<TrustRole, RoleKeys>();
        var rows = reading.Object(signed, "roles");
        foreach (var role in Roles)
        {
            var name = SignedDocument.Word(role);
            roles.Add(role, ReadRoleKeys(reading, reading.Object(rows, name), $"roles.{name}"));
        }

        return new RootContent(isConsistent, ring, roles.ToFrozenDictionary());
    }

    public static MetadataReference ReadTimestamp(MetadataReading reading, JsonElement signed) =>
        ReadReference(reading, reading.Object(reading.Object(signed, "meta"), "snapshot.json"));

    public static FrozenDictionary<string, MetadataReference> ReadSnapshot(MetadataReading reading, JsonElement signed)
    {
        var documents = new Dictionary<string, MetadataReference>(StringComparer.Ordinal);
        foreach (var member in reading.Members(signed, "meta", DocumentsMax))
            documents.Add(member.Name, ReadReference(reading, member.Value));
        if (reading.IsSound && !documents.ContainsKey(TrustedMetadata.TargetsName))
            reading.Report(TrustFaultKind.BadMember, "meta", $"{documents.Count} documents", TrustedMetadata.TargetsName);
        return documents.ToFrozenDictionary();
    }

    public static TargetsContent ReadTargets(MetadataReading reading, JsonElement signed)
    {
        var files = new Dictionary<string, TargetFile>(StringComparer.Ordinal);
        foreach (var member in reading.Members(signed, "targets", TargetsMax))
        {
            if (!IsPath(member.Name))
                reading.Report(TrustFaultKind.BadMember, "targets", MetadataReading.Short(member.Name), "a path of plain names");
            var length = reading.Number(member.Value, "length", 0);
            files.Add(member.Name, new TargetFile(member.Name, length, ReadHashes(reading, member.Value)));
        }

        return new TargetsContent(files.ToFrozenDictionary(), DelegationReader.Read(reading, signed));
    }

    /// <summary>True for names of letters, digits and <c>. _ -</c>, none beginning with a point, joined by slashes.</summary>
    public static bool IsPath(string path)
    {
        if (path.Length is 0 or > PathMax) return false;
        foreach (var segment in path.Split('/'))
        {
            if (segment.Length == 0 || segment[0] == '.') return false;
            if (!segment.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-')) return false;
        }

        return true;
    }

    public static Dictionary<string, TrustKey> ReadKeys(MetadataReading reading, JsonElement parent)
    {
        var keys = new Dictionary<string, TrustKey>(StringComparer.Ordinal);
        foreach (var member in reading.Members(parent, "keys", KeysMax))
        {
            var type = reading.Text(member.Value, "keytype", SignedDocument.KeyIdMax);
            var scheme = reading.Text(member.Value, "scheme", SignedDocument.KeyIdMax);
            if (!reading.IsSound) break;
            keys.Add(member.Name, TrustKey.Read(type, scheme, FindPublic(member.Value)));
        }

        return keys;
    }

    public static RoleKeys ReadRoleKeys(MetadataReading reading, JsonElement row, string place)
    {
        var threshold = reading.Number(row, "threshold", 1);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in reading.Texts(row, "keyids", KeysMax, SignedDocument.KeyIdMax))
        {
            if (!ids.Add(id)) reading.Report(TrustFaultKind.BadMember, $"{place}.keyids", "one id twice", "ids, each once");
        }

        return new RoleKeys(ids.ToFrozenSet(), threshold);
    }

    // A key of an unknown type may have other members, or a longer text; it is a key that counts for nothing.
    private static string FindPublic(JsonElement key)
    {
        if (!key.TryGetProperty("keyval", out var value) || value.ValueKind != JsonValueKind.Object) return string.Empty;
        if (!value.TryGetProperty("public", out var found) || found.ValueKind != JsonValueKind.String) return string.Empty;
        var text = found.GetString()!;
        return text.Length <= TrustKey.TextMax ? text : string.Empty;
    }

    private static MetadataReference ReadReference(MetadataReading reading, JsonElement element)
    {
        var version = reading.Number(element, "version", 1);
        int? length = reading.Has(element, "length") ? reading.Number(element, "length", 1) : null;
        FileHashes? hashes = reading.Has(element, "hashes") ? ReadHashes(reading, element) : null;
        return new MetadataReference(version, length, hashes);
    }

    // A file whose hashes are all of unknown algorithms could not be told from any other file.
    private static FileHashes ReadHashes(MetadataReading reading, JsonElement element)
    {
        var stated = reading.Object(element, "hashes");
        var hashes = new FileHashes(
            ReadHash(reading, stated, "sha256", FileHashes.Sha256Size), ReadHash(reading, stated, "sha512", FileHashes.Sha512Size));
        if (hashes.Prefix.Length == 0) reading.Report(TrustFaultKind.BadMember, "hashes", "no hash that is known", "sha256 or sha512");
        return hashes;
    }

    private static string? ReadHash(MetadataReading reading, JsonElement stated, string name, int size)
    {
        if (!reading.Has(stated, name)) return null;
        var hash = reading.Hex(stated, name, size);
        if (reading.IsSound && hash.Length != size)
            reading.Report(TrustFaultKind.BadMember, $"hashes.{name}", $"{hash.Length} bytes", $"{size}");
        return Convert.ToHexStringLower(hash);
    }
}
