using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Province.Publishing;

namespace Province.Keys;

/// <summary>What a key file holds.</summary>
internal enum OfficeKeyKind : byte
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>Signs metadata with ECDSA on P-256.</summary>
    P256 = 1,

    /// <summary>Signs metadata with Ed25519: documents are smaller.</summary>
    Ed25519 = 2,

    /// <summary>The secret of a list's epoch, 32 bytes: makes subject keys, and is sealed to every gate.</summary>
    List = 3,
}

/// <summary>
/// A private key of a real authority, made at random and kept in an <see cref="EncryptedKeyFile"/>; its public part lies
/// beside it as <c>FILE.pub</c>, SubjectPublicKeyInfo in PEM. PKCS#8 contents: EC (RFC 5915), Ed25519 (RFC 8410), or for
/// a list the object identifier of HMAC-SHA256 with the secret as it is.
/// </summary>
internal sealed class OfficeKey
{
    /// <summary>Size of a list's secret.</summary>
    public const int SecretSize = 32;

    private const string EcKey = "1.2.840.10045.2.1";
    private const string Ed25519Key = "1.3.101.112";
    private const string HmacSha256 = "1.2.840.113549.2.9";
    private readonly byte[] privateKeyInfo;

    private OfficeKey(OfficeKeyKind kind, byte[] privateKeyInfo)
    {
        Kind = kind;
        this.privateKeyInfo = privateKeyInfo;
    }

    /// <summary>What it is.</summary>
    public OfficeKeyKind Kind { get; }

    /// <summary>SubjectPublicKeyInfo in PEM; null for the secret of a list, which has no public part.</summary>
    public string? PublicPem => Kind switch
    {
        OfficeKeyKind.P256 => WithEcdsa(static key => key.ExportSubjectPublicKeyInfoPem()) + "\n",
        OfficeKeyKind.Ed25519 => PemEncoding.WriteString("PUBLIC KEY", Info(Ed25519Key, EdPublic(), isPublic: true)) + "\n",
        _ => null,
    };

    /// <summary>Makes a key at random.</summary>
    public static OfficeKey Create(OfficeKeyKind kind)
    {
        if (kind == OfficeKeyKind.P256)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new OfficeKey(kind, key.ExportPkcs8PrivateKey());
        }

        var secret = RandomNumberGenerator.GetBytes(SecretSize);
        return kind == OfficeKeyKind.List
            ? new OfficeKey(kind, Info(HmacSha256, secret, isPublic: false))
            : new OfficeKey(kind, Info(Ed25519Key, Octets(secret), isPublic: false));
    }

    /// <summary>Opens a key file.</summary>
    /// <exception cref="CommandFailure">It cannot be opened, or holds no key of a known kind.</exception>
    public static OfficeKey Open(string path, string passphrase)
    {
        var info = EncryptedKeyFile.Read(path, passphrase);
        var kind = KindOf(info);
        return kind == OfficeKeyKind.None
            ? throw new CommandFailure($"{path} holds no key of this authority: expected P-256, Ed25519 or the secret of a list.")
            : new OfficeKey(kind, info);
    }

    /// <summary>The text of its file.</summary>
    public string ToFile(string passphrase, int rounds) => EncryptedKeyFile.Write(privateKeyInfo, passphrase, rounds);

    /// <summary>The key for signing metadata.</summary>
    /// <exception cref="CommandFailure">It is the secret of a list.</exception>
    public TufKey ToSigner() => Kind == OfficeKeyKind.List
        ? throw new CommandFailure("The secret of a list signs nothing: name a key of 'province key make'.")
        : TufKey.FromPublicPem(PublicPem!, Sign);

    /// <summary>The secret of a list.</summary>
    /// <exception cref="CommandFailure">It is a key for signing.</exception>
    public byte[] ToListKey() => Kind == OfficeKeyKind.List
        ? Inner()
        : throw new CommandFailure("This key signs; a list needs a secret of 'province key make --kind list'.");

    /// <summary>Shows the kind only.</summary>
    public override string ToString() => $"{nameof(OfficeKey)} {Kind}";

    private static OfficeKeyKind KindOf(byte[] info)
    {
        try
        {
            var reader = new AsnReader(info, AsnEncodingRules.DER).ReadSequence();
            reader.ReadInteger();
            var algorithm = reader.ReadSequence().ReadObjectIdentifier();
            var inner = reader.ReadOctetString();
            switch (algorithm)
            {
                case EcKey:
                    using (var key = ECDsa.Create())
                    {
                        key.ImportPkcs8PrivateKey(info, out _);
                        return key.KeySize == 8 * SecretSize ? OfficeKeyKind.P256 : OfficeKeyKind.None;
                    }

                case Ed25519Key:
                    return new AsnReader(inner, AsnEncodingRules.DER).ReadOctetString().Length == SecretSize ? OfficeKeyKind.Ed25519 : OfficeKeyKind.None;
                case HmacSha256:
                    return inner.Length == SecretSize ? OfficeKeyKind.List : OfficeKeyKind.None;
                default:
                    return OfficeKeyKind.None;
            }
        }
        catch (Exception none) when (none is AsnContentException or CryptographicException)
        {
            return OfficeKeyKind.None;
        }
    }

    private static byte[] Info(string algorithm, byte[] key, bool isPublic)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (!isPublic) writer.WriteInteger(0);
            using (writer.PushSequence()) writer.WriteObjectIdentifier(algorithm);
            if (isPublic) writer.WriteBitString(key);
            else writer.WriteOctetString(key);
        }

        return writer.Encode();
    }

    private static byte[] Octets(byte[] bytes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(bytes);
        return writer.Encode();
    }

    private byte[] Inner()
    {
        var reader = new AsnReader(privateKeyInfo, AsnEncodingRules.DER).ReadSequence();
        reader.ReadInteger();
        reader.ReadSequence();
        return reader.ReadOctetString();
    }

    private byte[] EdSecret() => new AsnReader(Inner(), AsnEncodingRules.DER).ReadOctetString();

    private byte[] EdPublic() => new Ed25519PrivateKeyParameters(EdSecret()).GeneratePublicKey().GetEncoded();

    private byte[] Sign(byte[] message)
    {
        if (Kind == OfficeKeyKind.P256)
            return WithEcdsa(key => key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(EdSecret(), 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    private T WithEcdsa<T>(Func<ECDsa, T> use)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(privateKeyInfo, out _);
        return use(key);
    }
}
