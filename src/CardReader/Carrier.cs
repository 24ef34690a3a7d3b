namespace CardReader;

/// <summary>What a payload was read from.</summary>
public enum Carrier : byte
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>The text of a QR code, UTF-8.</summary>
    Qr = 1,

    /// <summary>The public file of a T-Union transit card.</summary>
    TransitCard = 2,

    /// <summary>The public file of a City Union card.</summary>
    CityCard = 3,

    /// <summary>The card number record of a social-security card.</summary>
    SocialSecurityCard = 4,

    /// <summary>The UID of a contactless chip.</summary>
    CardUid = 5,

    /// <summary>Something was held there that gave no bytes: a card that refused or fell silent.</summary>
    Unreadable = 6,
}
