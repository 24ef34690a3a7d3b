using Verifier.AllowList;

namespace Verifier.Credentials.Formats;

/// <summary>
/// The UID of a contactless chip (ISO/IEC 14443-3): 4, 7 or 10 bytes. One that is random, or that many chips share, names
/// nobody and is refused: its holder would be taken for another person.
/// </summary>
internal static class ChipUid
{
    private const int SingleSize = 4;

    // ISO/IEC 14443-3, 6.5.4: a single-size UID that begins with 08h is made anew at each power-on, one that begins with xFh
    // is fixed and not unique, and 88h is the cascade tag of a longer one of which the rest is missing.
    private const byte RandomTag = 0x08;
    private const byte SharedNibble = 0x0F;
    private const byte CascadeTag = 0x88;

    public static DecodeFault Decode(ReadOnlyMemory<byte> uid, out Credential? credential)
    {
        credential = null;
        if (uid.Length is not (SingleSize or 7 or 10)) return DecodeFault.CardFile;
        if (uid.Length == SingleSize && uid.Span[0] == RandomTag) return DecodeFault.RandomUid;
        if (IsShared(uid.Span)) return DecodeFault.RandomUid;

        credential = new Credential.Card(SubjectKind.CardUid, uid.ToArray(), Assurance.CardUid);
        return DecodeFault.None;
    }

    // Resident identity cards all answer with zeros.
    private static bool IsShared(ReadOnlySpan<byte> uid) =>
        !uid.ContainsAnyExcept((byte)0)
        || !uid.ContainsAnyExcept((byte)0xFF)
        || (uid.Length == SingleSize && ((uid[0] & SharedNibble) == SharedNibble || uid[0] == CascadeTag));
}
