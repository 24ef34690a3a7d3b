using CardReader.Capture;

namespace CardReader.Tests.Capture;

public sealed class CaptureLineTests
{
    [Theory]
    [InlineData("0 door Qr WkoxOg==", 0, "door", Carrier.Qr, 4)]
    [InlineData("1500000 metro-nfc CardUid BKGyww==", 1_500_000, "metro-nfc", Carrier.CardUid, 4)]
    [InlineData("7 door TransitCard *30", 7, "door", Carrier.TransitCard, 30)]
    [InlineData("7 door Unreadable *0", 7, "door", Carrier.Unreadable, 0)]
    public void A_line_is_read_and_written_back_the_same(string text, long microseconds, string reader, Carrier carrier, int length)
    {
        Assert.True(CaptureLine.TryRead(text, out var line));

        Assert.Equal(TimeSpan.FromMicroseconds(microseconds), line!.Elapsed);
        Assert.Equal((reader, carrier, length), (line.Reader, line.Carrier, line.Length));
        var again = line.Payload is { } payload
            ? CaptureLine.WriteWhole(line.Elapsed, line.Reader, line.Carrier, payload.Span)
            : CaptureLine.WriteMasked(line.Elapsed, new Presentation(line.Reader, line.Carrier, new byte[line.Length], 0));
        Assert.Equal(text, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 door Qr")]
    [InlineData("0 door Qr WkoxOg== more")]
    [InlineData("0  door Qr WkoxOg==")]
    [InlineData("-1 door Qr WkoxOg==")]
    [InlineData("+1 door Qr WkoxOg==")]
    [InlineData("01 door Qr WkoxOg==")]
    [InlineData("1.5 door Qr WkoxOg==")]
    [InlineData("31536000000001 door Qr WkoxOg==")]
    [InlineData("99999999999999999999 door Qr WkoxOg==")]
    [InlineData("0 door None WkoxOg==")]
    [InlineData("0 door 1 WkoxOg==")]
    [InlineData("0 door qr WkoxOg==")]
    [InlineData("0 door Qr,TransitCard WkoxOg==")]
    [InlineData("0 door Qr ")]
    [InlineData("0 door Qr WkoxOg")]
    [InlineData("0 door Qr WkoxOh==")]
    [InlineData("0 door Qr Wkox\tOg==")]
    [InlineData("0 door Qr *0")]
    [InlineData("0 door Unreadable *1")]
    [InlineData("0 door Qr *4297")]
    [InlineData("0 door Qr *")]
    [InlineData("0 door CardUid *65")]
    public void Anything_else_is_refused(string text) => Assert.False(CaptureLine.TryRead(text, out _));

    [Fact]
    public void A_payload_has_the_limit_of_its_carrier()
    {
        Assert.True(CaptureLine.TryRead(Whole(Carrier.Qr, Presentation.PayloadMax), out _));
        Assert.False(CaptureLine.TryRead(Whole(Carrier.Qr, Presentation.PayloadMax + 1), out _));
        Assert.True(CaptureLine.TryRead(Whole(Carrier.CityCard, Presentation.CardPayloadMax), out _));
        Assert.False(CaptureLine.TryRead(Whole(Carrier.CityCard, Presentation.CardPayloadMax + 1), out _));

        static string Whole(Carrier carrier, int length) =>
            CaptureLine.WriteWhole(TimeSpan.Zero, "door", carrier, new byte[length]);
    }

    [Fact]
    public void The_longest_line_is_read_and_a_longer_one_is_not_even_cut_up()
    {
        var name = new string('n', ReaderConfig.NameMax);
        var longest = CaptureLine.WriteWhole(CaptureLine.ElapsedMax, name, Carrier.SocialSecurityCard, new byte[Presentation.CardPayloadMax]);

        Assert.True(CaptureLine.TryRead(longest, out _));
        Assert.False(CaptureLine.TryRead(new string('x', CaptureLine.LengthMax + 1), out _));
        Assert.False(CaptureLine.TryRead($"0 n{name} Qr WkoxOg==", out _));
    }

    [Fact]
    public void Whatever_the_text_reading_ends()
    {
        var noise = new Noise(41);
        const string Alphabet = "0123456789 *=+/abQrCardUidTransit\t\n\0é";
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Create((int)(noise.Next() % 48), noise, static (span, source) =>
            {
                for (var index = 0; index < span.Length; index++) span[index] = Alphabet[(int)(source.Next() % Alphabet.Length)];
            });
            if (CaptureLine.TryRead(text, out var line)) Assert.True(Presentation.IsWithinLimits(line!.Carrier, line.Length));
        }
    }

    [Fact]
    public void It_prints_no_payload()
    {
        Assert.True(CaptureLine.TryRead("0 door Qr WkoxOg==", out var line));

        Assert.Equal("Qr at door, 4 bytes", line!.ToString());
    }
}
