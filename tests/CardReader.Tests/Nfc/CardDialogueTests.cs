using CardReader.Nfc;
using VirtualCard;

namespace CardReader.Tests.Nfc;

public sealed class CardDialogueTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors", "card-dialogues");

    public static TheoryData<string> Vectors() =>
        [.. Directory.EnumerateFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_fifteen_recorded_dialogues() => Assert.Equal(15, Vectors().Count);

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_recorded_dialogue_is_spoken_word_for_word(string name)
    {
        var dialogue = new CardDialogue();
        ReadOnlyMemory<byte>? command = dialogue.First;
        foreach (var line in File.ReadLines(Path.Combine(Folder, name + ".txt")))
        {
            var rest = line[1..].Trim();
            switch (line[0])
            {
                case '>':
                    Assert.Equal(rest, command is { } sent ? Convert.ToHexString(sent.Span) : "nothing more");
                    break;
                case '<':
                    command = dialogue.Next(Convert.FromHexString(rest));
                    break;
                case '=':
                    Assert.Null(command);
                    var found = dialogue.Payload is { } payload ? $"{payload.Carrier} {Convert.ToHexString(payload.Payload)}" : "none";
                    Assert.Equal(rest, found);
                    return;
                default:
                    Assert.Equal('#', line[0]);
                    break;
            }
        }

        Assert.Fail("The vector has no end.");
    }

    [Theory]
    [InlineData(CardKind.Transit, "TransitCard")]
    [InlineData(CardKind.TransitInSelect, "TransitCard")]
    [InlineData(CardKind.City, "CityCard")]
    [InlineData(CardKind.Social, "SocialSecurityCard")]
    [InlineData(CardKind.Uid, "CardUid")]
    public void Each_kind_of_virtual_card_is_known_for_what_it_is_and_none_is_asked_for_a_name(CardKind kind, string carrier)
    {
        var file = Convert.FromHexString("000000000000000000000310458888888888888120200101204001010000");
        var card = new CardFace(kind, file, [4, 1, 2, 3]);

        var dialogue = Talk(command => card.Answer(command));

        Assert.Equal(carrier, dialogue.Payload!.Carrier.ToString());
        Assert.Equal(kind == CardKind.Uid ? [4, 1, 2, 3] : file, dialogue.Payload.Payload);
        Assert.False(card.WasAskedForName);
    }

    [Fact]
    public void A_card_that_always_has_more_is_still_asked_for_its_uid()
    {
        var dialogue = Talk(command => command[0] == 0xFF ? [4, 1, 2, 3, 0x90, 0x00] : [0x61, 0x10]);

        Assert.Equal(Carrier.CardUid, dialogue.Payload?.Carrier);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(0, false)]
    public void A_payload_of_open_length_has_the_limit_of_cards(int length, bool isTaken)
    {
        var dialogue = Talk(command => command[0] == 0xFF ? [.. new byte[length], 0x90, 0x00] : [0x6A, 0x82]);

        Assert.Equal(isTaken, dialogue.Payload is not null);
    }

    [Fact]
    public void Whatever_a_card_answers_the_dialogue_ends_takes_no_more_than_a_card_holds_and_never_asks_for_a_name()
    {
        var noise = new Noise(978);

        for (var round = 0; round < 20_000; round++)
        {
            var commands = 0;
            var dialogue = Talk(command =>
            {
                commands++;
                Assert.False(command is [_, 0xA4, 0x02, _, _, 0xEF, 0x06, ..]);
                var response = new byte[noise.Next() % (Apdu.ResponseMax + 1)];
                for (var index = 0; index < response.Length; index++) response[index] = (byte)(noise.Next() & 0xFF);
                Disguise(response, noise.Next());
                return response;
            });

            Assert.InRange(commands, 1, CardDialogue.CommandsMax);
            if (dialogue.Payload is { } found) Assert.InRange(found.Payload.Length, 1, Presentation.PayloadMaxOf(found.Carrier));
        }
    }

    [Fact]
    public void What_a_card_carries_is_not_printed() =>
        Assert.Equal("CardUid", new CardPayload(Carrier.CardUid, [0x31, 0x04]).ToString());

    // Noise alone fails at once: three of four responses get a status word that leads on, one of four a file's template.
    private static void Disguise(byte[] response, uint choice)
    {
        if (response.Length < 8 || choice % 4 == 0) return;
        (response[^2], response[^1]) = choice % 4 == 1 ? ((byte)0x61, response[^1]) : ((byte)0x90, (byte)0);
        if (choice % 16 < 8) (response[0], response[2], response[3]) = (0x6F, 0x9F, 0x0C);
    }

    private static CardDialogue Talk(Func<byte[], byte[]> answer)
    {
        var dialogue = new CardDialogue();
        for (ReadOnlyMemory<byte>? command = dialogue.First; command is { } next;) command = dialogue.Next(answer(next.ToArray()));
        return dialogue;
    }
}
