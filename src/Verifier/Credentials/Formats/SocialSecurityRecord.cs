using Verifier.AllowList;

namespace Verifier.Credentials.Formats;

/// <summary>
/// Record 7 of EF05 of a social-security card: the card number, 1 to 32 letters and digits, nothing else. The card gives it
/// with the record's tag, <c>07 LENGTH NUMBER</c>; some terminals cut the tag off. A number never begins like a tag, so each
/// record has one reading.
/// </summary>
internal static class SocialSecurityRecord
{
    private const byte NumberTag = 0x07;
    private const int HeaderSize = 2;

    public static DecodeFault Decode(ReadOnlyMemory<byte> record, out Credential? credential)
    {
        credential = null;
        var number = record.Span;
        if (number is [NumberTag, _, ..])
        {
            if (number[1] > number.Length - HeaderSize || number[(HeaderSize + number[1])..].ContainsAnyExcept((byte)0)) return DecodeFault.CardFile;
            number = number.Slice(HeaderSize, number[1]);
        }

        number = number.Trim((byte)0);
        if (number.Length is 0 or > SubjectKey.IdentifierMax) return DecodeFault.CardFile;
        foreach (var character in number)
        {
            if (!char.IsAsciiLetterOrDigit((char)character)) return DecodeFault.CardFile;
        }

        credential = new Credential.Card(SubjectKind.SocialSecurityCard, number.ToArray(), Assurance.CardFile);
        return DecodeFault.None;
    }
}
