using System.Security.Cryptography;
using Verifier.Trust;

namespace Verifier.Tests.Trust;

public sealed class FileHashesTests
{
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData("abc"u8));
    private static readonly string Sha512 = Convert.ToHexStringLower(SHA512.HashData("abc"u8));
    private static readonly string Other256 = Convert.ToHexStringLower(SHA256.HashData("abd"u8));
    private static readonly string Other512 = Convert.ToHexStringLower(SHA512.HashData("abd"u8));

    [Fact]
    public void Every_stated_hash_must_hold()
    {
        Assert.True(new FileHashes(Sha256).Match("abc"u8));
        Assert.True(new FileHashes(null, Sha512).Match("abc"u8));
        Assert.True(new FileHashes(Sha256, Sha512).Match("abc"u8));
        Assert.False(new FileHashes(Other256, Sha512).Match("abc"u8));
        Assert.False(new FileHashes(Sha256, Other512).Match("abc"u8));
        Assert.False(new FileHashes(null, Other512).Match("abc"u8));
    }

    [Fact]
    public void What_states_nothing_matches_nothing() => Assert.False(default(FileHashes).Match([]));

    [Fact]
    public void A_file_is_its_length_and_its_hashes()
    {
        Assert.True(new TargetFile("a/b", 3, new FileHashes(Sha256)).Match("abc"u8));
        Assert.False(new TargetFile("a/b", 4, new FileHashes(Sha256)).Match("abc"u8));
        Assert.Equal($"a/{Sha512}.b", new TargetFile("a/b", 3, new FileHashes(null, Sha512)).StoredPath);
    }
}
