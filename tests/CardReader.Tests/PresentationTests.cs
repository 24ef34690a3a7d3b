namespace CardReader.Tests;

public sealed class PresentationTests
{
    [Theory]
    [InlineData(Carrier.Qr, 4_296)]
    [InlineData(Carrier.TransitCard, 64)]
    [InlineData(Carrier.CityCard, 64)]
    [InlineData(Carrier.SocialSecurityCard, 64)]
    [InlineData(Carrier.CardUid, 64)]
    public void A_payload_is_taken_up_to_the_limit_of_its_carrier_and_not_beyond(Carrier carrier, int max)
    {
        var presentation = new Presentation("reader-1", carrier, new byte[max], 1);

        Assert.Equal(max, presentation.Payload.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Presentation("reader-1", carrier, new byte[max + 1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Presentation("reader-1", carrier, [], 1));
    }

    [Fact]
    public void What_is_unreadable_has_no_payload()
    {
        Assert.Equal(0, new Presentation("reader-1", Carrier.Unreadable, [], 1).Payload.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Presentation("reader-1", Carrier.Unreadable, [1], 1));
    }

    [Fact]
    public void Nothing_is_presented_by_an_unknown_carrier() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Presentation("reader-1", Carrier.None, [1], 1));

    [Fact]
    public void The_payload_is_a_copy_and_clearing_leaves_zeros()
    {
        byte[] source = [1, 2, 3];
        var presentation = new Presentation("reader-1", Carrier.Qr, source, 7);
        source[0] = 9;

        Assert.Equal([1, 2, 3], presentation.Payload.ToArray());

        presentation.Clear();

        Assert.Equal([0, 0, 0], presentation.Payload.ToArray());
        Assert.Equal(7, presentation.Timestamp);
    }

    [Fact]
    public void It_prints_no_payload()
    {
        var printed = new Presentation("reader-1", Carrier.Qr, "3104588888"u8, 1).ToString();

        Assert.Equal("Qr at reader-1", printed);
    }
}
