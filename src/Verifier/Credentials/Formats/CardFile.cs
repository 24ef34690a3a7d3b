using Verifier.AllowList;

namespace Verifier.Credentials.Formats;

/// <summary>
/// The public file (SFI 15h) of a T-Union card (JT/T 978), 30 bytes; docs/formats/cards.md.
/// <code>
/// 0-9    issuer and application fields, not read
/// 10-19  a nibble of zero, then the card number: 19 digits, packed BCD
/// 20-29  validity and others, not read: whether a card may ride is the fare system's to say
/// </code>
/// Every nibble of 10-19 is checked and part of the identifier: one that is left out makes two cards one subject.
/// </summary>
internal static class CardFile
{
    /// <summary>Size of the file.</summary>
    public const int Size = 30;

    private const int NumberOffset = 10;
    private const int NumberSize = 10;

    public static DecodeFault Decode(ReadOnlyMemory<byte> file, out Credential? credential)
    {
        credential = null;
        if (file.Length != Size) return DecodeFault.CardFile;
        var number = file.Slice(NumberOffset, NumberSize);
        if (number.Span[0] >> 4 != 0 || !IsDecimal(number.Span) || !number.Span.ContainsAnyExcept((byte)0)) return DecodeFault.CardFile;

        credential = new Credential.Card(SubjectKind.TransitCard, number.ToArray(), Assurance.CardFile);
        return DecodeFault.None;
    }

    /// <summary>True when every nibble is a decimal digit.</summary>
    public static bool IsDecimal(ReadOnlySpan<byte> packed)
    {
        foreach (var pair in packed)
        {
            if ((pair & 0x0F) > 9 || pair >> 4 > 9) return false;
        }

        return true;
    }
}
