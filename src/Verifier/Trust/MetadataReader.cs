using System.Collections.Frozen;
using System.Text.Json;

namespace Verifier.Trust;

/// <summary>Reads the members that are particular to each role (TUF 1.0.34 sections 4.3 to 4.6).</summary>
internal static class MetadataReader
{
    public const int KeysMax = 256;
    public const int DocumentsMax = 4_096;
    public const int TargetsMax = 65_536;
    public const int PathMax = 256;
    private const int HashSize = 32;
    private static readonly TrustRole[] Roles = [TrustRole.Root, TrustRole.Timestamp, TrustRole.Snapshot, TrustRole.Targets];

    public static KeyRing ReadRoot(MetadataReading reading, JsonElement signed)
    {
        // Without it documents are overwritten in place, and a gate may see half of a publication.
        if (!reading.Flag(signed, "consistent_snapshot"))
            reading.Report(TrustFaultKind.BadMember, "consistent_snapshot", "nothing or false", "true");
        var keys = new Dictionary<string, TrustKey>(StringComparer.Ordinal);
        foreach (var member in reading.Members(signed, "keys", KeysMax))
        {
            if (ReadKey(reading, member.Value) is { } key) keys.Add(member.Name, key);
        }

        var roles = new Dictionary<TrustRole, RoleKeys>();
        var rows = reading.Object(signed, "roles");
        foreach (var role in Roles) roles.Add(role, ReadRole(reading, rows, SignedDocument.Word(role)));
        return new KeyRing(keys, roles);
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

    public static FrozenDictionary<string, TargetFile> ReadTargets(MetadataReading reading, JsonElement signed)
    {
        var files = new Dictionary<string, TargetFile>(StringComparer.Ordinal);
        foreach (var member in reading.Members(signed, "targets", TargetsMax))
        {
            if (!IsPath(member.Name))
                reading.Report(TrustFaultKind.BadMember, "targets", MetadataReading.Short(member.Name), "a path of plain names");
            var length = reading.Number(member.Value, "length", 0);
            files.Add(member.Name, new TargetFile(member.Name, length, ReadHash(reading, member.Value)));
        }

        return files.ToFrozenDictionary();
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

    private static TrustKey? ReadKey(MetadataReading reading, JsonElement element)
    {
        var type = reading.Text(element, "keytype", SignedDocument.KeyIdMax);
        var scheme = reading.Text(element, "scheme", SignedDocument.KeyIdMax);
        var text = reading.Text(reading.Object(element, "keyval"), "public", TrustKey.TextMax);
        if (!reading.IsSound) return null;
        if (TrustKey.TryRead(type, scheme, text, out var key)) return key;
        reading.Report(TrustFaultKind.BadMember, "keys", "another key", $"a PEM public key of {scheme}");
        return null;
    }

    private static RoleKeys ReadRole(MetadataReading reading, JsonElement rows, string name)
    {
        var row = reading.Object(rows, name);
        var threshold = reading.Number(row, "threshold", 1);
        var list = reading.List(row, "keyids", KeysMax);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        if (!reading.IsSound) return new RoleKeys(ids.ToFrozenSet(), threshold);
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !ids.Add(item.GetString()!))
                reading.Report(TrustFaultKind.BadMember, $"roles.{name}.keyids", "one id twice, or no text", "ids, each once");
        }

        return new RoleKeys(ids.ToFrozenSet(), threshold);
    }

    private static MetadataReference ReadReference(MetadataReading reading, JsonElement element)
    {
        var version = reading.Number(element, "version", 1);
        if (!reading.IsSound) return new MetadataReference(version, null, null);
        int? length = element.TryGetProperty("length", out _) ? reading.Number(element, "length", 1) : null;
        var hash = element.TryGetProperty("hashes", out _) ? ReadHash(reading, element) : null;
        return new MetadataReference(version, length, hash);
    }

    private static string ReadHash(MetadataReading reading, JsonElement element)
    {
        var hash = reading.Hex(reading.Object(element, "hashes"), "sha256", HashSize);
        if (reading.IsSound && hash.Length != HashSize)
            reading.Report(TrustFaultKind.BadMember, "hashes.sha256", $"{hash.Length} bytes", $"{HashSize}");
        return Convert.ToHexStringLower(hash);
    }
}
