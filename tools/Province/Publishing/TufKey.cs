using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Province.Keys;

namespace Province.Publishing;

/// <summary>A key that signs metadata: its public part, and a way to sign that may be elsewhere.</summary>
public sealed class TufKey
{
    private readonly Func<byte[], byte[]> sign;
    private readonly string keyType;
    private readonly string scheme;
    private readonly string text;

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
