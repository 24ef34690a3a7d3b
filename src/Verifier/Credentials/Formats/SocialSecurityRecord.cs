using Verifier.AllowList;

namespace Verifier.Credentials.Formats;

/// <summary>Record 7 of EF05 of a social-security card: the card number, 1 to 32 letters and digits, nothing else.</summary>
internal static class SocialSecurityRecord
{
    public static DecodeFault Decode(ReadOnlyMemory<byte> record, out Credential? credential)
    {
        credential = null;
        var number = record.Span.Trim((byte)0);
        if (number.Length is 0 or > SubjectKey.IdentifierMax) return DecodeFault.CardFile;
        foreach (var character in number)
        {
            if (!char.IsAsciiLetterOrDigit((char)character)) return DecodeFault.CardFile;
        }

        credential = new Credential.Card(SubjectKind.SocialSecurityCard, number.ToArray(), Assurance.CardFile);
        return DecodeFault.None;
    }
}
