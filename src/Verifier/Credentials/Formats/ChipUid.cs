using Verifier.AllowList;

namespace Verifier.Credentials.Formats;

/// <summary>The UID of a contactless chip (ISO/IEC 14443-3): 4, 7 or 10 bytes.</summary>
internal static class ChipUid
{
    // ISO/IEC 14443-3, 6.5.4: a single-size UID that begins with 08h is made anew at each power-on.
    private const byte RandomUidTag = 0x08;
    private const int SingleSize = 4;

    public static DecodeFault Decode(ReadOnlyMemory<byte> uid, out Credential? credential)
    {
        credential = null;
        if (uid.Length is not (SingleSize or 7 or 10)) return DecodeFault.CardFile;
        if (uid.Length == SingleSize && uid.Span[0] == RandomUidTag) return DecodeFault.RandomUid;

        credential = new Credential.Card(SubjectKind.CardUid, uid.ToArray(), Assurance.CardUid);
        return DecodeFault.None;
    }
}
