using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Verifier.Trust;

namespace Verifier.Tests.Trust;

public sealed class TrustKeyTests
{
    private static readonly byte[] Message = [.. "what is signed"u8];

    [Fact]
    public void An_rsa_signature_holds_under_the_padding_of_its_key_alone()
    {
        using var rsa = RSA.Create(2_048);
        var pss = rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        var pkcs1 = rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var pssKey = TrustKey.Read("rsa", "rsassa-pss-sha256", Pem(rsa.ExportSubjectPublicKeyInfo()));
        var pkcs1Key = TrustKey.Read("rsa", "rsa-pkcs1v15-sha256", Pem(rsa.ExportSubjectPublicKeyInfo()));

        AssertHoldsAlone(pssKey, pss);
        AssertHoldsAlone(pkcs1Key, pkcs1);
        Assert.False(pssKey.Verifies(Message, pkcs1));
        Assert.False(pkcs1Key.Verifies(Message, pss));
        Assert.Equal(pssKey.Identity, pkcs1Key.Identity);
    }

    [Fact]
    public void An_rsa_signature_over_another_hash_does_not_hold()
    {
        using var rsa = RSA.Create(2_048);
        var key = TrustKey.Read("rsa", "rsassa-pss-sha256", Pem(rsa.ExportSubjectPublicKeyInfo()));

        Assert.False(key.Verifies(Message, rsa.SignData(Message, HashAlgorithmName.SHA512, RSASignaturePadding.Pss)));
    }

    [Theory]
    [InlineData(TrustKey.RsaBitsMin - 8, false)]
    [InlineData(TrustKey.RsaBitsMin, true)]
    [InlineData(TrustKey.RsaBitsMax, true)]
    [InlineData(TrustKey.RsaBitsMax + 8, false)]
    public void An_rsa_key_is_taken_within_its_sizes(int bits, bool isTaken)
    {
        var modulus = new byte[bits / 8];
        modulus[0] = 0x80;
        modulus[^1] = 1;
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] });

        var key = TrustKey.Read("rsa", "rsassa-pss-sha256", Pem(rsa.ExportSubjectPublicKeyInfo()));

        Assert.Equal(isTaken, key.Scheme == TrustScheme.RsaPss);
    }

    [Theory]
    [InlineData("ecdsa")]
    [InlineData("ecdsa-sha2-nistp256")]
    public void An_ecdsa_key_has_two_names_for_its_type(string keyType)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = TrustKey.Read(keyType, "ecdsa-sha2-nistp256", Pem(ecdsa.ExportSubjectPublicKeyInfo()));

        AssertHoldsAlone(key, ecdsa.SignData(Message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.False(key.Verifies(Message, ecdsa.SignData(Message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)));
    }

    [Fact]
    public void A_key_of_another_curve_counts_for_nothing()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var key = TrustKey.Read("ecdsa", "ecdsa-sha2-nistp256", Pem(ecdsa.ExportSubjectPublicKeyInfo()));

        Assert.Equal(TrustScheme.Unknown, key.Scheme);
        Assert.False(key.Verifies(Message, ecdsa.SignData(Message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
    }

    [Fact]
    public void A_curve_that_the_platform_does_not_know_counts_for_nothing()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var info = ecdsa.ExportSubjectPublicKeyInfo();

        // The last byte of the curve's identifier, 1.2.840.10045.3.1.7.
        foreach (var arc in new byte[] { 0, 2, 99 })
        {
            info[22] = arc;
            Assert.Equal(TrustScheme.Unknown, TrustKey.Read("ecdsa", "ecdsa-sha2-nistp256", Pem(info)).Scheme);
        }
    }

    [Fact]
    public void An_ed25519_key_signs_as_rfc_8032_has_it()
    {
        // Section 7.1, test 2.
        var key = TrustKey.Read("ed25519", "ed25519", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        var signature = Convert.FromHexString(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

        Assert.True(key.Verifies([0x72], signature));
        Assert.False(key.Verifies([0x73], signature));
        Assert.False(key.Verifies([0x72], [.. signature, 0]));
        Assert.False(key.Verifies([0x72], []));
    }

    [Fact]
    public void A_changed_ed25519_signature_does_not_hold()
    {
        var secret = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);
        var point = new byte[Ed25519.PublicKeySize];
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.GeneratePublicKey(secret, 0, point, 0);
        Ed25519.Sign(secret, 0, Message, 0, Message.Length, signature, 0);

        AssertHoldsAlone(TrustKey.Read("ed25519", "ed25519", Convert.ToHexStringLower(point)), signature);
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af466")]
    [InlineData("zd4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")]
    [InlineData("")]
    public void A_point_of_small_order_or_no_point_counts_for_nothing(string text) =>
        Assert.Equal(TrustScheme.Unknown, TrustKey.Read("ed25519", "ed25519", text).Scheme);

    [Theory]
    [InlineData("rsa", "rsassa-pss-sha256")]
    [InlineData("rsa", "rsa-pkcs1v15-sha256")]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256")]
    public void What_is_no_key_counts_for_nothing(string keyType, string scheme)
    {
        using var rsa = RSA.Create(2_048);
        var whole = rsa.ExportSubjectPublicKeyInfo();
        string[] texts =
        [
            string.Empty, "key", Pem([]), Pem([1, 2, 3]), Pem(whole[..^1]), Pem([.. whole, 0]),
            rsa.ExportRSAPublicKeyPem(), new string('A', TrustKey.TextMax),
        ];

        foreach (var text in texts) Assert.Equal(TrustScheme.Unknown, TrustKey.Read(keyType, scheme, text).Scheme);
    }

    [Theory]
    [InlineData("rsa", "ecdsa-sha2-nistp256")]
    [InlineData("ed25519", "rsassa-pss-sha256")]
    [InlineData("ml-dsa", "ml-dsa-87")]
    public void A_type_with_another_type_s_scheme_counts_for_nothing(string keyType, string scheme)
    {
        using var rsa = RSA.Create(2_048);

        Assert.Equal(TrustScheme.Unknown, TrustKey.Read(keyType, scheme, Pem(rsa.ExportSubjectPublicKeyInfo())).Scheme);
    }

    private static void AssertHoldsAlone(TrustKey key, byte[] signature)
    {
        Assert.True(key.Verifies(Message, signature));
        Assert.False(key.Verifies([.. Message, 0], signature));
        Assert.False(key.Verifies(Message, []));
        Assert.False(key.Verifies(Message, signature.AsSpan(..^1)));
        for (var at = 0; at < signature.Length; at += 7)
        {
            var changed = (byte[])signature.Clone();
            changed[at] ^= 1;
            Assert.False(key.Verifies(Message, changed));
        }
    }

    private static string Pem(byte[] info) => PemEncoding.WriteString("PUBLIC KEY", info);
}
