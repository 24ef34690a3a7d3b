using System.Diagnostics.CodeAnalysis;
using Verifier.Credentials.Formats;

namespace Verifier.Credentials;

/// <summary>The table of formats: which decoder reads which carrier and prefix. One line adds a format.</summary>
internal static class CredentialDecoder
{
    /// <summary>Greatest payload in bytes: the text of a version 40 QR code.</summary>
    public const int PayloadMax = 4_296;

    /// <summary>Decodes a payload. Never throws, whatever the bytes.</summary>
    public static bool TryDecode(
        Carrier carrier,
        ReadOnlyMemory<byte> payload,
        [NotNullWhen(true)] out Credential? credential,
        out DecodeFault fault)
    {
        credential = null;
        fault = payload.Length is 0 or > PayloadMax ? DecodeFault.Length : carrier switch
        {
            Carrier.Qr => DecodeText(payload, out credential),
            Carrier.TransitCard => CardFile.Decode(payload, out credential),
            Carrier.CityCard => CityCardFile.Decode(payload, out credential),
            Carrier.SocialSecurityCard => SocialSecurityRecord.Decode(payload, out credential),
            Carrier.CardUid => ChipUid.Decode(payload, out credential),
            _ => DecodeFault.NotAHealthCode,
        };
        return fault == DecodeFault.None && credential is not null;
    }

    private static DecodeFault DecodeText(ReadOnlyMemory<byte> text, out Credential? credential)
    {
        if (text.Span.StartsWith(DomesticCode.Prefix)) return DomesticCode.Decode(text, out credential);

        credential = null;
        return DecodeFault.NotAHealthCode;
    }
}
