using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Verifier.Trust;

/// <summary>How a metadata key signs. Another scheme is one case here and one in each switch of <see cref="TrustKey"/>.</summary>
internal enum TrustScheme : byte
{
    /// <summary>A scheme that this program does not know, or a key that is none of it: its signatures count for nothing.</summary>
    Unknown = 0,

    /// <summary>ECDSA on P-256 with SHA-256, the signature in DER.</summary>
    EcdsaP256 = 1,

    /// <summary>RSA-PSS with SHA-256, MGF1 with SHA-256 and a salt as long as the hash.</summary>
    RsaPss = 2,

    /// <summary>RSA PKCS#1 v1.5 with SHA-256.</summary>
    RsaPkcs1 = 3,

    /// <summary>Ed25519 (RFC 8032), key and signature raw.</summary>
    Ed25519 = 4,
}

/// <summary>
/// A public key of a metadata role. The scheme is fixed with the key, never taken from a signature. Rules, in checking
/// order:
/// <list type="number">
/// <item>Key type and scheme are a pair of the specification (TUF 1.0.34 section 4.2); any other counts for nothing.</item>
/// <item>The text is a key of that scheme: PEM of a SubjectPublicKeyInfo, or 64 hexadecimal digits for Ed25519.</item>
/// <item>P-256 is the curve; RSA has 2,048 to 8,192 bits; an Ed25519 point has the full order.</item>
/// </list>
/// A key that fails counts for nothing and does not spoil its document: roots are followed one by one, so a document
/// that could not be read for one bad key would end the chain for good.
/// </summary>
internal sealed class TrustKey
{
    /// <summary>Greatest key text.</summary>
    public const int TextMax = 4_096;

    /// <summary>Least and greatest size of an RSA modulus.</summary>
    public const int RsaBitsMin = 2_048;

    /// <inheritdoc cref="RsaBitsMin"/>
    public const int RsaBitsMax = 8_192;

    private const string PemLabel = "PUBLIC KEY";
    private const string P256 = "1.2.840.10045.3.1.7";
    private readonly byte[] publicKey;

    private TrustKey(TrustScheme scheme, byte[] publicKey)
    {
        Scheme = scheme;
        this.publicKey = publicKey;
        Identity = Convert.ToHexStringLower(SHA256.HashData(publicKey));
    }

    /// <summary>How it signs.</summary>
    public TrustScheme Scheme { get; }

    /// <summary>What tells two keys apart, whatever ids a document gives them, and whatever scheme it lends an RSA key.</summary>
    public string Identity { get; }

    /// <summary>Reads a key; one of <see cref="TrustScheme.Unknown"/> when it is none that this program can use. Never throws.</summary>
    /// <param name="keyType"><c>ecdsa</c>, <c>ecdsa-sha2-nistp256</c> as older repositories write it, <c>rsa</c>, <c>ed25519</c>.</param>
    /// <param name="schemeName">The scheme as the specification names it.</param>
    /// <param name="text">PEM of a SubjectPublicKeyInfo; hexadecimal digits for Ed25519.</param>
    public static TrustKey Read(string keyType, string schemeName, string text)
    {
        var scheme = (keyType, schemeName) switch
        {
            ("ecdsa" or "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => TrustScheme.EcdsaP256,
            ("rsa", "rsassa-pss-sha256") => TrustScheme.RsaPss,
            ("rsa", "rsa-pkcs1v15-sha256") => TrustScheme.RsaPkcs1,
            ("ed25519", "ed25519") => TrustScheme.Ed25519,
            _ => TrustScheme.Unknown,
        };
        try
        {
            var usable = scheme switch
            {
                TrustScheme.EcdsaP256 => ReadEcdsa(text),
                TrustScheme.RsaPss or TrustScheme.RsaPkcs1 => ReadRsa(text),
                TrustScheme.Ed25519 => ReadEd25519(text),
                _ => null,
            };
            if (usable is not null) return new TrustKey(scheme, usable);
        }
        catch (Exception none) when (none is CryptographicException or PlatformNotSupportedException)
        {
            // The library's answers to a structure that is no key, and to a curve that it does not know.
            return new TrustKey(TrustScheme.Unknown, []);
        }

        return new TrustKey(TrustScheme.Unknown, []);
    }

    /// <summary>True when the signature over the message is this key's. Never throws.</summary>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        try
        {
            return Scheme switch
            {
                TrustScheme.EcdsaP256 => VerifiesEcdsa(message, signature),
                TrustScheme.RsaPss => VerifiesRsa(message, signature, RSASignaturePadding.Pss),
                TrustScheme.RsaPkcs1 => VerifiesRsa(message, signature, RSASignaturePadding.Pkcs1),
                TrustScheme.Ed25519 => VerifiesEd25519(message, signature),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            // A library may answer a malformed signature with an exception; here it is one that does not hold.
            return false;
        }
    }

    // Both are exported again: one key has one identity, however its point or numbers were written.
    private static byte[]? ReadEcdsa(string text)
    {
        if (ReadPem(text) is not { } info) return null;
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(info, out var used);
        return used == info.Length && ecdsa.ExportParameters(false).Curve.Oid.Value == P256 ? ecdsa.ExportSubjectPublicKeyInfo() : null;
    }

    private static byte[]? ReadRsa(string text)
    {
        if (ReadPem(text) is not { } info) return null;
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(info, out var used);
        return used == info.Length && rsa.KeySize is >= RsaBitsMin and <= RsaBitsMax ? rsa.ExportSubjectPublicKeyInfo() : null;
    }

    private static byte[]? ReadEd25519(string text)
    {
        var point = new byte[Ed25519.PublicKeySize];
        if (text.Length != 2 * point.Length) return null;
        if (Convert.FromHexString(text, point, out _, out _) != System.Buffers.OperationStatus.Done) return null;

        // A point of small order would hold for signatures that nobody made.
        return Ed25519.ValidatePublicKeyFull(point, 0) ? point : null;
    }

    private static byte[]? ReadPem(string text)
    {
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] != PemLabel) return null;
        var info = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64String(text[fields.Base64Data], info, out var size) && size == info.Length ? info : null;
    }

    private bool VerifiesEcdsa(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(publicKey, out _);
        return ecdsa.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private bool VerifiesRsa(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, RSASignaturePadding padding)
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(publicKey, out _);
        return rsa.VerifyData(message, signature, HashAlgorithmName.SHA256, padding);
    }

    private bool VerifiesEd25519(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Ed25519.SignatureSize) return false;
        return Ed25519.Verify(signature.ToArray(), 0, publicKey, 0, message.ToArray(), 0, message.Length);
    }
}
