using System.Security.Cryptography;
using Verifier.Credentials;
using Verifier.Trust;

namespace Verifier.Commands;

/// <summary>
/// Says whether a technician may do what they ask. Pure. Rules, in checking order:
/// <list type="number">
/// <item>There are signed documents, and the clock is believed: a credential ends.</item>
/// <item>The text is a technician credential, signed by an issuer that may make them, and now lies in its time.</item>
/// <item>The command is signed by the key that the credential names, over this gate's challenge: a copy is not enough.</item>
/// <item>The lane is one of this gate, and its site document lets the role set this mode for so long, or import.</item>
/// </list>
/// </summary>
public static class CommandVerifier
{
    private const int SignatureSize = 64;

    /// <summary>Judges a command. Never throws, whatever the texts.</summary>
    /// <param name="credential">The credential's text, <c>ZJ1:</c>.</param>
    /// <param name="command">The command.</param>
    /// <param name="signature">r || s, 64 bytes.</param>
    /// <param name="snapshot">The signed documents, or null where there are none.</param>
    /// <param name="now">The moment.</param>
    /// <param name="by">The credential's id, for the journal; empty when the fault is none of the last four.</param>
    public static CommandFault Judge(
        string credential, ModeCommand command, ReadOnlySpan<byte> signature, TrustedSnapshot? snapshot, JudgedTime now, out string by)
    {
        var fault = JudgeHolder(credential, command.ToBeSigned(), signature, snapshot, now, out var role, out by);
        if (fault != CommandFault.None) return fault;
        if (command.Gate != snapshot!.Site.Gate || !snapshot.Site.Lanes.Any(lane => lane.Name == command.Lane)) return CommandFault.NoSuchLane;
        if (role is null || !role.Modes.Contains(command.Mode)) return CommandFault.NotAllowed;
        return TimeSpan.FromMinutes(command.Minutes) > role.Longest ? CommandFault.TooLong : CommandFault.None;
    }

    /// <summary>Judges an import. As above; never for a lane, and for no time.</summary>
    public static CommandFault Judge(
        string credential, ImportCommand command, ReadOnlySpan<byte> signature, TrustedSnapshot? snapshot, JudgedTime now, out string by)
    {
        var fault = JudgeHolder(credential, command.ToBeSigned(), signature, snapshot, now, out var role, out by);
        if (fault != CommandFault.None) return fault;
        return command.Gate == snapshot!.Site.Gate && role is not null && role.May.Contains(RoleRight.Import) ? CommandFault.None : CommandFault.NotAllowed;
    }

    // The role as the site document knows it: null where it does not.
    private static CommandFault JudgeHolder(
        string credential, byte[] signed, ReadOnlySpan<byte> signature, TrustedSnapshot? snapshot, JudgedTime now, out SiteRole? role, out string by)
    {
        by = string.Empty;
        role = null;
        if (snapshot is null) return CommandFault.NoSnapshot;
        if (!now.IsBelieved) return CommandFault.ClockInDoubt;
        if (!CredentialDecoder.TryDecode(Carrier.Qr, System.Text.Encoding.UTF8.GetBytes(credential), out var decoded, out _)
            || decoded is not Credential.Document { Claims: { Kind: DocumentKind.Technician } claims } document) return CommandFault.NotACredential;

        var issuer = snapshot.Issuers.Find(document.Envelope.KeyId, claims.Issuer);
        if (issuer is null || !issuer.Use.HasFlag(IssuerUse.Technician) || !issuer.HasSigned(document.Envelope)) return CommandFault.NotSigned;
        var isInTime = now.Utc >= issuer.From && now.Utc < issuer.Until && now.Utc >= claims.IssuedAt && now.Utc < claims.ExpiresAt;
        if (!isInTime) return CommandFault.OutOfTime;
        if (!IsHolders(claims.HolderKey.Span, signed, signature)) return CommandFault.NotTheHolder;

        by = Convert.ToHexStringLower(claims.Id.Span);
        role = snapshot.Site.Roles.FirstOrDefault(role => role.Role == claims.Role);
        return CommandFault.None;
    }

    private static bool IsHolders(ReadOnlySpan<byte> key, byte[] signed, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize) return false;
        var half = key.Length / 2;
        try
        {
            using var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = key[..half].ToArray(), Y = key[half..].ToArray() },
            });
            return ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // A point that is not on the curve is nobody's key.
            return false;
        }
    }
}
