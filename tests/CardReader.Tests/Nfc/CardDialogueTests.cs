using CardReader.Nfc;

namespace CardReader.Tests.Nfc;

/// <summary>Exchanges as cards give them: what the reader sends and what comes back, in hexadecimal.</summary>
public sealed class CardDialogueTests
{
    private const string SelectTransit = "00A4040008A00000063201010500";
    private const string SelectCity = "00A4040009A0000000038698070100";
    private const string SelectSocial = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF00";
    private const string ReadPublicFile = "00B095001E";
    private const string GetUid = "FFCA000000";
    private const string NotFound = "6A82";
    private const string File = "0102030405060708090A03104512345678901234202001012040010100000000";

    private static string PublicFile => File[..60];

    [Fact]
    public void A_transit_card_gives_its_public_file() =>
        Assert.Equal((Carrier.TransitCard, PublicFile), Talk(
            (SelectTransit, "9000"), (ReadPublicFile, PublicFile + "9000")));

    [Fact]
    public void Some_transit_cards_give_the_file_with_the_answer_to_select() =>
        Assert.Equal((Carrier.TransitCard, PublicFile), Talk(
            (SelectTransit, $"6F23A5219F0C1E{PublicFile}9000")));

    [Fact]
    public void A_city_card_is_tried_next() =>
        Assert.Equal((Carrier.CityCard, PublicFile), Talk(
            (SelectTransit, NotFound), (SelectCity, "9000"), (ReadPublicFile, PublicFile + "9000")));

    [Fact]
    public void A_social_security_card_gives_its_number_and_is_never_asked_for_a_name()
    {
        var found = Talk(
            (SelectTransit, NotFound), (SelectCity, NotFound), (SelectSocial, "9000"),
            ("00A4020002EF05", "9000"), ("00B2070400", "4131323334353637389000"));

        Assert.Equal((Carrier.SocialSecurityCard, "413132333435363738"), found);
        Assert.DoesNotContain(
            CardApplication.Table.SelectMany(application => application.Commands),
            command => Convert.ToHexString(command).Contains("EF06", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_other_chip_gives_its_uid() =>
        Assert.Equal((Carrier.CardUid, "04112233445566"), Talk(
            (SelectTransit, NotFound), (SelectCity, NotFound), (SelectSocial, NotFound), (GetUid, "041122334455669000")));

    [Fact]
    public void What_a_card_holds_back_is_fetched() =>
        Assert.Equal((Carrier.TransitCard, PublicFile), Talk(
            (SelectTransit, "6110"), ("00C0000010", "9000"), (ReadPublicFile, "6C1E"), (ReadPublicFile, PublicFile + "9000")));

    [Fact]
    public void A_file_of_another_size_is_no_transit_card() =>
        Assert.Equal((Carrier.CardUid, "01020304"), Talk(
            (SelectTransit, "9000"), (ReadPublicFile, PublicFile[..58] + "9000"),
            (SelectCity, NotFound), (SelectSocial, NotFound), (GetUid, "010203049000")));

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("6100")]
    [InlineData("6C05")]
    [InlineData("9000")]
    [InlineData("6F819F0C1E9000")]
    [InlineData("9F0CFF9000")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF9000")]
    public void A_card_that_answers_nonsense_for_ever_is_left_alone(string answer)
    {
        var dialogue = new CardDialogue();
        var sent = 1;
        while (dialogue.Next(Convert.FromHexString(answer)) is not null) sent++;

        Assert.InRange(sent, 1, CardDialogue.CommandsMax);
        Assert.True(dialogue.Payload is null || dialogue.Payload.Carrier is Carrier.CardUid or Carrier.SocialSecurityCard);
    }

    private static (Carrier Carrier, string Payload) Talk(params (string Sent, string Answered)[] exchange)
    {
        var dialogue = new CardDialogue();
        ReadOnlyMemory<byte>? command = dialogue.First;
        foreach (var (sent, answered) in exchange)
        {
            Assert.Equal(sent, Convert.ToHexString(command!.Value.Span));
            command = dialogue.Next(Convert.FromHexString(answered));
        }

        Assert.Null(command);
        Assert.Equal(dialogue.Payload!.Carrier.ToString(), dialogue.Payload.ToString());
        return (dialogue.Payload.Carrier, Convert.ToHexString(dialogue.Payload.Payload));
    }
}
