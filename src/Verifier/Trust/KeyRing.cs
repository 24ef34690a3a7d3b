using System.Collections.Frozen;

namespace Verifier.Trust;

/// <summary>The keys that one document trusts: a root for the four roles, a targets document for those it delegates to.</summary>
internal sealed class KeyRing
{
    private readonly FrozenDictionary<string, TrustKey> keys;

    public KeyRing(IReadOnlyDictionary<string, TrustKey> keys) => this.keys = keys.ToFrozenDictionary();

    /// <summary>What tells the usable keys of a role apart from others, in order.</summary>
    public IEnumerable<string> IdentitiesOf(RoleKeys wanted) => wanted.KeyIds
        .Where(keys.ContainsKey)
        .Select(id => keys[id].Identity)
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal);

    /// <summary>Checks that enough of the wanted keys signed. A key counts once, whatever ids it has.</summary>
    /// <param name="wanted">The keys of the role.</param>
    /// <param name="document">What they should have signed.</param>
    /// <param name="signers">The ids of the keys that did, each key once.</param>
    public TrustFault? Check(RoleKeys wanted, SignedDocument document, out IReadOnlyList<string> signers)
    {
        var holding = new HashSet<string>(StringComparer.Ordinal);
        var ids = new List<string>();
        signers = ids;
        foreach (var signature in document.Signatures)
        {
            if (!wanted.KeyIds.Contains(signature.KeyId) || !keys.TryGetValue(signature.KeyId, out var key)) continue;
            if (key.Verifies(document.Message.Span, signature.Bytes.Span) && holding.Add(key.Identity)) ids.Add(signature.KeyId);
        }

        return holding.Count >= wanted.Threshold
            ? null
            : new TrustFault(
                TrustFaultKind.TooFewSignatures,
                document.Name,
                $"{holding.Count} valid of {document.Signatures.Count}",
                $"{wanted.Threshold} by keys of this role");
    }
}

/// <summary>The keys of one role.</summary>
/// <param name="KeyIds">Ids of keys.</param>
/// <param name="Threshold">How many must sign, at least 1.</param>
internal sealed record RoleKeys(FrozenSet<string> KeyIds, int Threshold);
