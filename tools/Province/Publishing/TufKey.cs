using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Province.Keys;

namespace Province.Publishing;

/// <summary>A key that signs metadata: its public part, and a way to sign that may be elsewhere.</summary>
public sealed class TufKey
{
    private const int Ed25519Size = 32;
    private readonly Func<byte[], byte[]> sign;
    private readonly string keyType;
    private readonly string scheme;
    private readonly string text;

    // SubjectPublicKeyInfo of an Ed25519 key but for its 32 bytes (RFC 8410).
    private static ReadOnlySpan<byte> Ed25519Info => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <summary>A key whose private part the delegate knows.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo of a P-256 key.</param>
    /// <param name="sign">Signs a message: ECDSA with SHA-256, DER.</param>
    public TufKey(ReadOnlySpan<byte> publicKey, Func<byte[], byte[]> sign)
        : this("ecdsa", "ecdsa-sha2-nistp256", PemEncoding.WriteString("PUBLIC KEY", publicKey) + "\n", sign)
    {
    }

    /// <summary>A key of any kind.</summary>
    /// <param name="keyType">As the specification names it.</param>
    /// <param name="scheme">As the specification names it.</param>
    /// <param name="text">The public key as the kind writes it.</param>
    /// <param name="sign">Signs a message.</param>
    internal TufKey(string keyType, string scheme, string text, Func<byte[], byte[]> sign)
    {
        this.sign = sign;
        this.keyType = keyType;
        this.scheme = scheme;
        this.text = text;
        Id = Convert.ToHexStringLower(SHA256.HashData(TufDocument.Canonical(ToJson())));
    }

    /// <summary>SHA-256 of the canonical key object, lower-case hexadecimal.</summary>
    public string Id { get; }

    /// <summary>A key of a private scalar. It signs deterministically (RFC 6979), so a test province is the same twice.</summary>
    /// <param name="scalar">32 bytes, big-endian, from 1 to the order of P-256 less 1.</param>
    public static TufKey FromScalar(ReadOnlySpan<byte> scalar)
    {
        var key = SigningKey.FromScalar(scalar);
        return new TufKey(key.PublicKey.Span, message => key.SignDer(message));
    }

    /// <summary>A key of a public key in PEM, with a way to sign that may be elsewhere.</summary>
    /// <param name="pem">SubjectPublicKeyInfo of a P-256 or Ed25519 key.</param>
    /// <param name="sign">Signs a message: ECDSA with SHA-256 in DER, or Ed25519.</param>
    /// <exception cref="CryptographicException">It is no such key.</exception>
    public static TufKey FromPublicPem(string pem, Func<byte[], byte[]> sign)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != "PUBLIC KEY")
            throw new CryptographicException("No PEM of PUBLIC KEY.");
        var info = Convert.FromBase64String(pem[fields.Base64Data]);
        if (info.AsSpan().StartsWith(Ed25519Info) && info.Length == Ed25519Info.Length + Ed25519Size)
            return new TufKey("ed25519", "ed25519", Convert.ToHexStringLower(info.AsSpan(Ed25519Info.Length)), sign);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(info, out _);
        return key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? new TufKey(key.ExportSubjectPublicKeyInfo(), sign)
            : throw new CryptographicException("The key is on another curve than P-256.");
    }

    /// <summary>Shows the id only.</summary>
    public override string ToString() => $"{nameof(TufKey)} {Id}";

    /// <summary>The key object, as a root document names it.</summary>
    public JsonObject ToJson() => new()
    {
        ["keytype"] = keyType,
        ["scheme"] = scheme,
        ["keyval"] = new JsonObject { ["public"] = text },
    };

    internal JsonObject Signature(byte[] message) =>
        new() { ["keyid"] = Id, ["sig"] = Convert.ToHexStringLower(sign(message)) };
}
