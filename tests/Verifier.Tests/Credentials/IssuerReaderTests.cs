using Province.Documents;
using Province.Keys;
using Verifier.Credentials;
using Verifier.Tests.AllowList;
using Verifier.Trust;

namespace Verifier.Tests.Credentials;

public sealed class IssuerReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Whatever_byte_of_a_key_is_another_one_it_is_refused_and_nothing_throws()
    {
        var authority = new Authority(new SeededBytes("tests"));
        var whole = authority.Home.PublicKey.ToArray();
        var random = new SplitMix(61);
        for (var round = 0; round < 500; round++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[round % bytes.Length] ^= (byte)(1 + random.Below(255));

            Assert.False(Read(authority, bytes, out var fault));
            Assert.Equal(DocumentFaultKind.BadValue, fault?.Kind);
        }

        Assert.True(Read(authority, whole, out _));
    }

    private static bool Read(Authority authority, byte[] key, out DocumentFault? fault)
    {
        var document = SignedDocuments.Issuers(
            Authority.HomeId, 1, Now, Now + TimeSpan.FromDays(1), [new IssuerEntry(Authority.HomeId, authority.Home, true, "healthCode")]);
        document["issuers"]![0]!["key"] = Convert.ToBase64String(key);
        return IssuerTable.TryRead(SignedDocuments.ToBytes(document), out _, out fault);
    }
}
