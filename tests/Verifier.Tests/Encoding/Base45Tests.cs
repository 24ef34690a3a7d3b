using Ascii = System.Text.Encoding;
using Verifier.Encoding;

namespace Verifier.Tests.Encoding;

public sealed class Base45Tests
{
    // RFC 9285, section 4.3 and 4.4.
    [Theory]
    [InlineData("AB", "BB8")]
    [InlineData("Hello!!", "%69 VD92EX0")]
    [InlineData("base-45", "UJCLQE7W581")]
    [InlineData("ietf!", "QED8WEX0")]
    [InlineData("", "")]
    public void The_examples_of_the_specification_hold(string plain, string text)
    {
        var decoded = new byte[Base45.DecodedSize(text.Length)];
        var encoded = new byte[Base45.EncodedLength(plain.Length)];

        Assert.True(Base45.TryDecode(Ascii.ASCII.GetBytes(text), decoded, out var size));
        Assert.Equal(plain, Ascii.ASCII.GetString(decoded, 0, size));
        Assert.Equal(text, Ascii.ASCII.GetString(encoded, 0, Base45.Encode(Ascii.ASCII.GetBytes(plain), encoded)));
    }

    [Theory]
    [InlineData("GGX")]
    [InlineData(":::")]
    [InlineData("BB8A")]
    [InlineData("bb8")]
    [InlineData("BB8\n")]
    [InlineData("ZZ")]
    public void What_is_no_base45_is_refused(string text) =>
        Assert.False(Base45.TryDecode(Ascii.ASCII.GetBytes(text), new byte[64], out _));

    [Fact]
    public void Every_pair_of_bytes_has_one_text()
    {
        Span<byte> pair = stackalloc byte[2];
        Span<byte> text = stackalloc byte[3];
        Span<byte> back = stackalloc byte[2];
        for (var value = 0; value <= ushort.MaxValue; value++)
        {
            pair[0] = (byte)(value >> 8);
            pair[1] = (byte)(value & 0xFF);
            Assert.Equal(3, Base45.Encode(pair, text));
            Assert.True(Base45.TryDecode(text, back, out _));
            Assert.True(pair.SequenceEqual(back));
        }
    }
}
