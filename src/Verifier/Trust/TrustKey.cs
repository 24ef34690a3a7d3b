using System.Security.Cryptography;

namespace Verifier.Trust;

/// <summary>How a metadata key signs. Another scheme is one case here and one in each switch of <see cref="TrustKey"/>.</summary>
internal enum TrustScheme : byte
{
    /// <summary>A scheme that this program does not know: its signatures count for nothing.</summary>
    Unknown = 0,

    /// <summary>ECDSA on P-256 with SHA-256, the signature in DER.</summary>
    EcdsaP256 = 1,
}

/// <summary>A public key of a metadata role. The scheme is fixed with the key, never taken from a signature.</summary>
internal sealed class TrustKey
{
    /// <summary>Greatest key text.</summary>
    public const int TextMax = 4_096;

    private const string PemLabel = "PUBLIC KEY";
    private const string P256 = "1.2.840.10045.3.1.7";
    private readonly byte[] publicKey;
    private readonly TrustScheme scheme;

    private TrustKey(TrustScheme scheme, byte[] publicKey)
    {
        this.scheme = scheme;
        this.publicKey = publicKey;
    }

    /// <summary>What tells two keys apart, whatever ids a document gives them.</summary>
    public string Identity => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    /// <summary>Reads a key. False when the scheme is known and the key is not one of it.</summary>
    /// <param name="keyType"><c>ecdsa</c>, or <c>ecdsa-sha2-nistp256</c> as older repositories write it.</param>
    /// <param name="schemeName"><c>ecdsa-sha2-nistp256</c>.</param>
    /// <param name="text">PEM of a SubjectPublicKeyInfo.</param>
    /// <param name="key">The key.</param>
    public static bool TryRead(string keyType, string schemeName, string text, out TrustKey key)
    {
        key = new TrustKey(TrustScheme.Unknown, System.Text.Encoding.UTF8.GetBytes(text));
        if (schemeName != "ecdsa-sha2-nistp256" || keyType is not ("ecdsa" or "ecdsa-sha2-nistp256")) return true;
        if (!TryReadPem(text, out var info)) return false;
        using var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(info, out var used);
            if (used != info.Length || ecdsa.ExportParameters(false).Curve.Oid.Value != P256) return false;

            // Exported again: one key has one identity, however its point was written.
            key = new TrustKey(TrustScheme.EcdsaP256, ecdsa.ExportSubjectPublicKeyInfo());
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>True when the signature over the message is this key's. Never throws.</summary>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (scheme != TrustScheme.EcdsaP256) return false;
        using var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(publicKey, out _);
            return ecdsa.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // A library may answer a malformed signature with an exception; here it is one that does not hold.
            return false;
        }
    }

    private static bool TryReadPem(string text, out byte[] info)
    {
        info = [];
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] != PemLabel) return false;
        info = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64String(text[fields.Base64Data], info, out var size) && size == info.Length;
    }
}
