using System.Security.Cryptography;
using System.Text;
using Province.Keys;

namespace Province.Tests.Keys;

public sealed class SigningKeyTests
{
    // RFC 6979, A.2.5.
    private const string Scalar = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    private const string PointX = "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6";
    private const string PointY = "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
    private static readonly SigningKey Published = SigningKey.FromScalar(Convert.FromHexString(Scalar));

    [Theory]
    [InlineData(
        "sample",
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")]
    [InlineData(
        "test",
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083")]
    public void Signatures_are_those_of_the_specification(string message, string r, string s) =>
        Assert.Equal(r + s, Convert.ToHexString(Published.Sign(Encoding.ASCII.GetBytes(message))));

    [Fact]
    public void The_public_key_is_that_of_the_specification()
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Published.PublicKey.Span, out var size);

        var point = key.ExportParameters(false).Q;

        Assert.Equal(Published.PublicKey.Length, size);
        Assert.Equal((PointX, PointY), (Convert.ToHexString(point.X!), Convert.ToHexString(point.Y!)));
        Assert.Equal(SHA256.HashData(Published.PublicKey.Span)[..8], Published.KeyId);
        Assert.Equal(Scalar, Convert.ToHexString(Published.ExportScalar()));
    }

    [Fact]
    public void The_platform_verifies_both_forms_of_a_signature()
    {
        var key = SigningKey.FromSeed(new SeededBytes("seed"), "a");
        using var platform = ECDsa.Create();
        platform.ImportSubjectPublicKeyInfo(key.PublicKey.Span, out _);
        for (var number = 0; number < 300; number++)
        {
            // Enough messages to meet numbers with a leading zero byte, which DER writes shorter.
            var message = BitConverter.GetBytes(number);
            Assert.True(platform.VerifyData(message, key.Sign(message), HashAlgorithmName.SHA256));
            Assert.True(platform.VerifyData(message, key.SignDer(message), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }
    }

    [Fact]
    public void A_key_follows_from_its_seed_and_its_label()
    {
        var one = SigningKey.FromSeed(new SeededBytes("seed"), "a");
        var same = SigningKey.FromSeed(new SeededBytes("seed"), "a");
        var otherLabel = SigningKey.FromSeed(new SeededBytes("seed"), "b");
        var otherSeed = SigningKey.FromSeed(new SeededBytes("Seed"), "a");

        Assert.Equal(one.KeyIdHex, same.KeyIdHex);
        Assert.Equal(one.Sign("x"u8), same.Sign("x"u8));
        Assert.NotEqual(one.KeyIdHex, otherLabel.KeyIdHex);
        Assert.NotEqual(one.KeyIdHex, otherSeed.KeyIdHex);
    }

    [Fact]
    public void The_seeded_bytes_are_their_formula()
    {
        var key = SHA256.HashData("seed"u8);
        var first = HMACSHA256.HashData(key, "label\0\0\0\0\0\0\0\0\0"u8.ToArray());
        var second = HMACSHA256.HashData(key, "label\0\0\0\0\0\0\0\0\u0001"u8.ToArray());

        Assert.Equal([.. first, .. second[..8]], new SeededBytes("seed").Bytes("label", 40));
    }
}
