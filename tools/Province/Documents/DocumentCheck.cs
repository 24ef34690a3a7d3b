using System.Security.Cryptography;
using Verifier.Policy;
using Verifier.Trust;

namespace Province.Documents;

/// <summary>Reads documents before they are signed as a gate will read them after.</summary>
internal static class DocumentCheck
{
    /// <summary>Checks a policy.</summary>
    /// <exception cref="CommandFailure">A gate would refuse it.</exception>
    public static void Policy(byte[] bytes)
    {
        if (!PolicyDocument.TryRead(bytes, out _, out var fault)) throw Refused("policy.json", fault);
    }

    /// <summary>Checks a site document and the name of its gate.</summary>
    /// <exception cref="CommandFailure">A gate would refuse it, or no gate can have that name.</exception>
    public static void Site(string gate, byte[] bytes)
    {
        if (!GateKeyEnvelope.IsGate(gate))
            throw new CommandFailure($"'{gate}' is no name of a gate: 1 to {GateKeyEnvelope.GateMax} letters, digits and . _ -, no point first.");
        if (!SiteDocument.TryRead(bytes, out _, out var fault)) throw Refused($"sites/{gate}.json", fault);
    }

    /// <summary>The hash by which a site names a device: SHA-256 of its SubjectPublicKeyInfo, lower-case hexadecimal.</summary>
    /// <exception cref="CommandFailure">It is no P-256 public key in PEM.</exception>
    public static string DeviceKeyHash(string pem)
    {
        using var key = ECDiffieHellman.Create();
        try
        {
            key.ImportFromPem(pem);
            var curve = key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value;
            if (curve == ECCurve.NamedCurves.nistP256.Oid.Value)
                return Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new CommandFailure("The device key is no public key: expected a P-256 SubjectPublicKeyInfo in PEM.", fault);
        }

        throw new CommandFailure("The device key is of another curve: expected P-256.");
    }

    private static CommandFailure Refused(string path, DocumentFault fault) => new($"A gate would refuse {path}: {fault}");
}
