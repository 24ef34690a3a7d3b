using Verifier.AllowList;

namespace Verifier.Credentials.Formats;

/// <summary>
/// The public file (SFI 15h) of T-Union and City Union cards, 30 bytes; docs/formats/cards.md.
/// <code>
/// 0-9    issuer and application fields, not read
/// 10-19  card number, packed BCD, 19 digits; the first nibble is not part of it
/// 20-29  validity and others, not read: whether a card may ride is the fare system's to say
/// </code>
/// </summary>
internal static class CardFile
{
    private const int Size = 30;
    private const int NumberOffset = 10;
    private const int NumberSize = 10;

    public static DecodeFault Decode(Carrier carrier, ReadOnlyMemory<byte> file, out Credential? credential)
    {
        credential = null;
        if (file.Length != Size) return DecodeFault.CardFile;
        var number = file.Slice(NumberOffset, NumberSize).ToArray();
        number[0] &= 0x0F;
        if (!IsDecimal(number) || number.AsSpan().IndexOfAnyExcept((byte)0) < 0) return DecodeFault.CardFile;

        var kind = carrier == Carrier.CityCard ? SubjectKind.CityCard : SubjectKind.TransitCard;
        credential = new Credential.Card(kind, number, Assurance.CardFile);
        return DecodeFault.None;
    }

    private static bool IsDecimal(ReadOnlySpan<byte> packed)
    {
        foreach (var pair in packed)
        {
            if ((pair & 0x0F) > 9 || pair >> 4 > 9) return false;
        }

        return true;
    }
}
