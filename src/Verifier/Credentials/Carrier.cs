namespace Verifier.Credentials;

/// <summary>What the payload of a presentation was read from. It decides which decoder may touch the bytes.</summary>
public enum Carrier : byte
{
    /// <summary>Not known; decodes to nothing.</summary>
    None = 0,

    /// <summary>The text of a QR code, UTF-8, at most 4,296 bytes (the capacity of a version 40 symbol).</summary>
    Qr = 1,

    /// <summary>T-Union transit card: the 30 bytes of file SFI 15h. Bytes 10-19 carry the BCD card number.</summary>
    TransitCard = 2,

    /// <summary>City Union card: the 30 bytes of file SFI 15h. Bytes 2-3 carry the city, 12-19 the binary card number.</summary>
    CityCard = 3,

    /// <summary>Social-security card: record 7 of EF05 (the card number, never the name or id number).</summary>
    SocialSecurityCard = 4,

    /// <summary>The UID of a contactless chip, 4, 7 or 10 bytes. Cloned by commodity tools, so the lowest assurance.</summary>
    CardUid = 5,
}
