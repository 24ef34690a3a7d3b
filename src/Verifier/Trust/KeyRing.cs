using System.Collections.Frozen;

namespace Verifier.Trust;

/// <summary>The keys that one root document trusts, and how many of them each role needs.</summary>
internal sealed class KeyRing
{
    private readonly FrozenDictionary<string, TrustKey> keys;
    private readonly FrozenDictionary<TrustRole, RoleKeys> roles;

    public KeyRing(IReadOnlyDictionary<string, TrustKey> keys, IReadOnlyDictionary<TrustRole, RoleKeys> roles)
    {
        this.keys = keys.ToFrozenDictionary();
        this.roles = roles.ToFrozenDictionary();
    }

    /// <summary>Checks that enough keys of the role signed. A key counts once, whatever ids it has.</summary>
    public TrustFault? Check(TrustRole role, SignedDocument document)
    {
        var wanted = roles[role];
        var holding = new HashSet<string>(StringComparer.Ordinal);
        foreach (var signature in document.Signatures)
        {
            if (!wanted.KeyIds.Contains(signature.KeyId) || !keys.TryGetValue(signature.KeyId, out var key)) continue;
            if (key.Verifies(document.Message.Span, signature.Bytes.Span)) holding.Add(key.Identity);
        }

        return holding.Count >= wanted.Threshold
            ? null
            : new TrustFault(
                TrustFaultKind.TooFewSignatures,
                document.Name,
                $"{holding.Count} valid of {document.Signatures.Count}",
                $"{wanted.Threshold} by keys of the role {SignedDocument.Word(role)}");
    }
}

/// <summary>The keys of one role.</summary>
/// <param name="KeyIds">Ids of keys.</param>
/// <param name="Threshold">How many must sign, at least 1.</param>
internal sealed record RoleKeys(FrozenSet<string> KeyIds, int Threshold);
