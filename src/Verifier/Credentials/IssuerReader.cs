using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Verifier.AllowList;
using Verifier.Encoding;
using Verifier.Policy;
using Verifier.Trust;

namespace Verifier.Credentials;

/// <summary>
/// Reads <c>issuers.json</c>. Each key is a P-256 key whose id is the first 8 bytes of the SHA-256 of its
/// SubjectPublicKeyInfo, so an id cannot be given to another key. The home province has no mapping; every other
/// issuer maps each of its colours to one of ours.
/// </summary>
internal static class IssuerReader
{
    private const int IdMax = 32;
    private const string P256 = "1.2.840.10045.3.1.7";
    private static readonly IssuerUse[] Uses = [IssuerUse.HealthCode, IssuerUse.Report, IssuerUse.Staff, IssuerUse.Technician];
    private static readonly Colour[] Colours = [Colour.Red, Colour.Yellow, Colour.Green];

    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out IssuerTable? issuers,
        [NotNullWhen(false)] out DocumentFault? fault)
    {
        issuers = DocumentReading.Read(json, IssuerTable.SizeMax, "gate-issuers", Read, out fault);
        return issuers is not null;
    }

    private static IssuerTable? Read(DocumentReading.Member root)
    {
        var province = root.Text("province", PolicyDocument.ProvinceMax);
        var version = root.Number("version", 1, int.MaxValue);
        var issuers = root.Objects("issuers", IssuerTable.IssuersMax).Select(ReadIssuer).OfType<Issuer>().ToList();
        var ids = issuers.Select(issuer => issuer.KeyId).ToHashSet();
        if (root.IsSound && ids.Count != issuers.Count)
            root.Report(DocumentFaultKind.BadValue, "issuers", "one key twice", "each key once");
        return root.IsSound ? new IssuerTable(province, version, issuers) : null;
    }

    private static Issuer? ReadIssuer(DocumentReading.Member entry)
    {
        entry.Is("algorithm", "ES256");
        var isHome = entry.Flag("home");
        var id = entry.Text("id", IdMax);
        var keyId = entry.Hex("kid", CoseSign1.KeyIdSize);
        var uses = entry.Choices("use", Uses);
        var from = entry.Moment("from");
        var until = entry.Moment("until");
        var mapping = isHome ? [] : ReadMapping(entry);
        var key = ReadKey(entry, keyId);
        entry.Done();
        if (entry.IsSound && (uses.Count == 0 || until <= from))
            entry.Report(DocumentFaultKind.BadValue, entry.Path, "no use or no time", "a use, and `until` after `from`");
        if (!entry.IsSound || key is null) return null;
        return new Issuer(key)
        {
            Id = id,
            KeyId = ulong.Parse(keyId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            Algorithm = Issuer.Es256,
            Use = uses.Aggregate(IssuerUse.None, (all, use) => all | use),
            IsHome = isHome,
            From = from,
            Until = until,
            Mapping = mapping,
        };
    }

    private static ImmutableArray<Colour> ReadMapping(DocumentReading.Member entry)
    {
        if (entry.Object("mapping") is not { } mapping) return [];
        ImmutableArray<Colour> read =
        [
            Colour.None,
            mapping.Choice("red", Colours),
            mapping.Choice("yellow", Colours),
            mapping.Choice("green", Colours),
        ];
        mapping.Done();
        return read;
    }

    private static ECDsa? ReadKey(DocumentReading.Member entry, string keyId)
    {
        var text = entry.Text("key");
        if (!entry.IsSound) return null;
        var path = entry.PathOf("key");
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var size))
        {
            entry.Report(DocumentFaultKind.BadValue, path, "no base64", "a SubjectPublicKeyInfo in base64");
            return null;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(bytes.AsSpan(0, size), out var used);
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(bytes.AsSpan(0, size), hash);
            var isNamed = Convert.ToHexStringLower(hash[..CoseSign1.KeyIdSize]) == keyId;
            if (used == size && isNamed && key.ExportParameters(false).Curve.Oid.Value == P256) return key;
            entry.Report(DocumentFaultKind.BadValue, path, "another key or curve", $"the P-256 key of id {keyId}");
        }
        catch (Exception none) when (none is CryptographicException or PlatformNotSupportedException)
        {
            // The second is the library's answer to a curve that it does not know.
            entry.Report(DocumentFaultKind.BadValue, path, "no key", "a SubjectPublicKeyInfo of a P-256 key");
        }

        key.Dispose();
        return null;
    }
}
