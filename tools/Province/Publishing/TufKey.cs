using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Province.Keys;

namespace Province.Publishing;

/// <summary>A key that signs metadata: its public part, and a way to sign that may be elsewhere.</summary>
public sealed class TufKey
{
    private const string KeyType = "ecdsa";
    private const string Scheme = "ecdsa-sha2-nistp256";
    private readonly Func<byte[], byte[]> sign;

    /// <summary>A key whose private part the delegate knows.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo of a P-256 key.</param>
    /// <param name="sign">Signs a message: ECDSA with SHA-256, DER.</param>
    public TufKey(ReadOnlySpan<byte> publicKey, Func<byte[], byte[]> sign)
    {
        this.sign = sign;
        Pem = PemEncoding.WriteString("PUBLIC KEY", publicKey) + "\n";
        Id = Convert.ToHexStringLower(SHA256.HashData(TufDocument.Canonical(ToJson())));
    }

    /// <summary>SHA-256 of the canonical key object, lower-case hexadecimal.</summary>
    public string Id { get; }

    private string Pem { get; }

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
        ["keytype"] = KeyType,
        ["scheme"] = Scheme,
        ["keyval"] = new JsonObject { ["public"] = Pem },
    };

    internal JsonObject Signature(byte[] message) =>
        new() { ["keyid"] = Id, ["sig"] = Convert.ToHexStringLower(sign(message)) };
}
