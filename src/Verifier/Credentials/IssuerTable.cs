using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Verifier.Trust;

namespace Verifier.Credentials;

/// <summary>The issuers whose credentials count: <c>issuers.json</c>. See docs/formats/documents.md.</summary>
public sealed class IssuerTable
{
    /// <summary>Greatest document in bytes.</summary>
    public const int SizeMax = 1024 * 1024;

    /// <summary>Greatest number of keys.</summary>
    public const int IssuersMax = 1_024;

    private readonly FrozenDictionary<ulong, Issuer> byKeyId;

    internal IssuerTable(string province, int version, IEnumerable<Issuer> issuers)
    {
        Province = province;
        Version = version;
        byKeyId = issuers.ToFrozenDictionary(issuer => issuer.KeyId);
    }

    /// <summary>The province's code, two digits.</summary>
    public string Province { get; }

    /// <summary>Version, from 1, rising.</summary>
    public int Version { get; }

    /// <summary>How many keys it names.</summary>
    public int Count => byKeyId.Count;

    /// <summary>Reads the document. Never throws.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out IssuerTable? issuers,
        [NotNullWhen(false)] out DocumentFault? fault) => IssuerReader.TryRead(json, out issuers, out fault);

    /// <summary>The issuer that a message names, by key and by name; null when the province lists none.</summary>
    internal Issuer? Find(ulong keyId, string id) =>
        byKeyId.TryGetValue(keyId, out var issuer) && issuer.Id == id ? issuer : null;
}
