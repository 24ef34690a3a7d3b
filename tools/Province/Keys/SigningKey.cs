using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Province.Keys;

/// <summary>
/// A P-256 key of the authority. Signatures are deterministic (RFC 6979 with SHA-256), so golden files stay the same.
/// </summary>
internal sealed class SigningKey
{
    /// <summary>Size of r, of s and of the private scalar.</summary>
    public const int ScalarSize = 32;

    private const int KeyIdSize = 8;
    private static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("P-256");
    private static readonly ECDomainParameters Domain = new(Curve);
    private readonly ECPrivateKeyParameters key;

    private SigningKey(BigInteger scalar)
    {
        key = new ECPrivateKeyParameters(scalar, Domain);
        PublicKey = Export(scalar);
    }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>SubjectPublicKeyInfo, PEM.</summary>
    public string PublicKeyPem => PemEncoding.WriteString("PUBLIC KEY", PublicKey.Span);

    /// <summary>PKCS#8, PEM: for keys of the test province only.</summary>
    public string PrivateKeyPem
    {
        get
        {
            using var platform = ECDsa.Create(Parameters(key.D, ExportScalar()));
            return platform.ExportPkcs8PrivateKeyPem();
        }
    }

    /// <summary>First 8 bytes of SHA-256 of <see cref="PublicKey"/>.</summary>
    public byte[] KeyId => SHA256.HashData(PublicKey.Span)[..KeyIdSize];

    /// <summary>The key id as 16 hexadecimal digits.</summary>
    public string KeyIdHex => Convert.ToHexStringLower(KeyId);

    /// <summary>The key of a label under a seed.</summary>
    public static SigningKey FromSeed(SeededBytes seed, string label)
    {
        // 64 bits more than the order, so the remainder has no bias worth naming (FIPS 186-5, A.2.1).
        var wide = new BigInteger(1, seed.Bytes($"key:{label}", ScalarSize + 8));
        return new SigningKey(wide.Mod(Domain.N.Subtract(BigInteger.One)).Add(BigInteger.One));
    }

    /// <summary>A key from its scalar.</summary>
    public static SigningKey FromScalar(ReadOnlySpan<byte> scalar) => new(new BigInteger(1, scalar.ToArray()));

    /// <summary>The private scalar, 32 bytes big-endian: for key files of the authority.</summary>
    public byte[] ExportScalar() => ToFixed(key.D);

    /// <summary>The same key for agreement (ECDH), to seal a list key with. The caller disposes it.</summary>
    public ECDiffieHellman ToAgreementKey()
    {
        using var platform = ECDsa.Create();
        platform.ImportSubjectPublicKeyInfo(PublicKey.Span, out _);
        var parameters = platform.ExportParameters(includePrivateParameters: false);
        parameters.D = ExportScalar();
        return ECDiffieHellman.Create(parameters);
    }

    /// <summary>Signs; r || s, 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(forSigning: true, key);
        var parts = signer.GenerateSignature(SHA256.HashData(message));
        return [.. ToFixed(parts[0]), .. ToFixed(parts[1])];
    }

    /// <summary>Signs; DER, as TUF wants it.</summary>
    public byte[] SignDer(ReadOnlySpan<byte> message)
    {
        var fixedForm = Sign(message);
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trim(fixedForm.AsSpan(0, ScalarSize)));
            writer.WriteIntegerUnsigned(Trim(fixedForm.AsSpan(ScalarSize)));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> number)
    {
        var start = number.IndexOfAnyExcept((byte)0);
        return start < 0 ? [0] : number[start..];
    }

    private static byte[] ToFixed(BigInteger number)
    {
        var bytes = number.ToByteArrayUnsigned();
        var padded = new byte[ScalarSize];
        bytes.CopyTo(padded, ScalarSize - bytes.Length);
        return padded;
    }

    private static byte[] Export(BigInteger scalar)
    {
        using var platform = ECDsa.Create(Parameters(scalar, null));
        return platform.ExportSubjectPublicKeyInfo();
    }

    private static ECParameters Parameters(BigInteger scalar, byte[]? privatePart)
    {
        var point = Domain.G.Multiply(scalar).Normalize();
        return new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point.AffineXCoord.GetEncoded(), Y = point.AffineYCoord.GetEncoded() },
            D = privatePart,
        };
    }
}
