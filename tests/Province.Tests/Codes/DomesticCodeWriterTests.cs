using System.Buffers;
using System.Globalization;
using Province.Codes;
using Verifier.Encoding;

namespace Province.Tests.Codes;

public sealed class DomesticCodeWriterTests
{
    // QR version 9 at M: readable from 160 px at 3 px a module.
    private const int StaticMax = 160;
    private const int Version9Modules = 53;
    private const int Version9CharactersMax = 262;

    private static readonly SearchValues<char> Alphanumeric =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:");

    [Fact]
    public void A_printed_code_fits_a_symbol_of_version_9()
    {
        var text = DomesticCodeWriter.Write(ValidVectors.Green with { Flags = 4 }, VectorKey.Key);

        var picture = QrPicture.Draw(text, 1);

        Assert.InRange(SizeOf(text), 1, StaticMax);
        Assert.InRange(text.Length, 1, Version9CharactersMax);
        Assert.InRange(WidthOf(picture), 1, Version9Modules + 8);
    }

    [Theory]
    [InlineData("33", 0, 136)]
    [InlineData("33", 4, 142)]
    [InlineData("33333333333333333333", 4, 160)]
    public void Sizes_are_those_of_the_table(string issuer, int flags, int size) =>
        Assert.Equal(size, SizeOf(DomesticCodeWriter.Write(ValidVectors.Green with { Issuer = issuer, Flags = flags }, VectorKey.Key)));

    [Fact]
    public void The_same_claims_and_key_give_the_same_text() =>
        Assert.Equal(
            DomesticCodeWriter.Write(ValidVectors.Green, VectorKey.Key),
            DomesticCodeWriter.Write(ValidVectors.Green with { Flags = 0 }, VectorKey.Key));

    [Fact]
    public void A_text_has_only_characters_of_the_alphanumeric_mode() =>
        Assert.All(
            ValidVectors.All(),
            vector => Assert.True(!vector.Text.AsSpan().ContainsAnyExcept(Alphanumeric)));

    [Fact]
    public void Claims_print_nothing() =>
        Assert.Equal("CodeClaims", string.Create(CultureInfo.InvariantCulture, $"{ValidVectors.Green}"));

    private static int SizeOf(string text) => Base45.DecodedSize(text.Length - 4);

    private static int WidthOf(byte[] png) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
}
