namespace CardReader.Nfc;

/// <summary>What a card turned out to carry.</summary>
/// <param name="Carrier">What it is.</param>
/// <param name="Payload">The bytes.</param>
internal sealed record CardPayload(Carrier Carrier, byte[] Payload)
{
    /// <summary>The carrier; never the payload.</summary>
    public override string ToString() => Carrier.ToString();
}

/// <summary>
/// Talks a card through the table of applications until one gives its payload. Pure: a response in, the next command out.
/// It judges nothing, and it ends: at most <see cref="CommandsMax"/> commands whatever the card answers.
/// </summary>
internal sealed class CardDialogue
{
    /// <summary>Greatest number of commands to one card.</summary>
    public const int CommandsMax = 24;

    // A card that always has more to come would else use up the commands that would have led to its UID.
    private const int FollowUpsMax = 2;

    private const ushort PublicFileTag = 0x9F0C;
    private int application;
    private int step;
    private int sent;
    private int followUps;
    private byte[] command = CardApplication.Table[0].Commands[0];

    /// <summary>The first command.</summary>
    public ReadOnlyMemory<byte> First => command;

    /// <summary>What the card carries; null while that is not known, or when it carries nothing.</summary>
    public CardPayload? Payload { get; private set; }

    /// <summary>Takes a response and gives the next command; null when the dialogue has ended.</summary>
    public ReadOnlyMemory<byte>? Next(ReadOnlySpan<byte> response)
    {
        if (++sent >= CommandsMax) return null;
        if (followUps < FollowUpsMax && Apdu.FollowUp(command, response) is { } followUp)
        {
            followUps++;
            return command = followUp;
        }

        followUps = 0;
        var present = CardApplication.Table[application];
        var hasSucceeded = Apdu.Status(response) == Apdu.Success;
        if (hasSucceeded && TryTake(present, Apdu.Body(response))) return null;
        if (hasSucceeded && step + 1 < present.Commands.Count) return command = present.Commands[++step];
        if (++application == CardApplication.Table.Count) return null;
        step = 0;
        return command = CardApplication.Table[application].Commands[0];
    }

    private bool TryTake(CardApplication present, ReadOnlySpan<byte> body)
    {
        // Some transit cards give the whole public file with the answer to SELECT.
        if (step == 0 && present.PayloadSize > 0) body = FindTag(body, PublicFileTag);
        else if (step + 1 < present.Commands.Count) return false;
        var fits = present.PayloadSize > 0
            ? body.Length == present.PayloadSize
            : body.Length is > 0 and <= Presentation.CardPayloadMax;
        if (fits) Payload = new CardPayload(present.Carrier, body.ToArray());
        return fits;
    }

    // BER-TLV with lengths of one byte or 81h; constructed tags 6Fh, A5h and BF0Ch are opened. Anything else ends the search.
    private static ReadOnlySpan<byte> FindTag(ReadOnlySpan<byte> source, ushort wanted)
    {
        while (source.Length >= 2)
        {
            int tag = source[0];
            source = source[1..];
            if ((tag & 0x1F) == 0x1F)
            {
                tag = (tag << 8) | source[0];
                source = source[1..];
            }

            if (source.Length == 0) return [];
            int length = source[0];
            source = source[1..];
            if (length == 0x81 && source.Length > 0)
            {
                length = source[0];
                source = source[1..];
            }

            if (length > source.Length) return [];
            if (tag == wanted) return source[..length];
            var isOpened = tag is 0x6F or 0xA5 or 0xBF0C;
            if (!isOpened) source = source[length..];
        }

        return [];
    }
}
