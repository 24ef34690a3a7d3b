namespace CardReader.Nfc;

/// <summary>
/// One card application: the commands that lead to its public number, and what of the answers is the payload. A closed
/// table; nothing here reads a name, an id number or a photo.
/// </summary>
/// <param name="Carrier">What the payload is.</param>
/// <param name="Commands">Sent in order; each must succeed.</param>
/// <param name="PayloadSize">The exact payload; 0 for 1 to <see cref="Presentation.CardPayloadMax"/> bytes.</param>
internal sealed record CardApplication(Carrier Carrier, IReadOnlyList<byte[]> Commands, int PayloadSize)
{
    private const byte PublicFile = 0x15;
    private const int PublicFileSize = 30;
    private const ushort CardNumberFile = 0xEF05;
    private const byte CardNumberRecord = 7;

    /// <summary>T-Union transit card (JT/T 978).</summary>
    public static CardApplication TransitCard { get; } = new(
        Carrier.TransitCard,
        [Apdu.Select([0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05]), Apdu.ReadBinary(PublicFile, PublicFileSize)],
        PublicFileSize);

    /// <summary>City Union card.</summary>
    public static CardApplication CityCard { get; } = new(
        Carrier.CityCard,
        [Apdu.Select([0xA0, 0x00, 0x00, 0x00, 0x03, 0x86, 0x98, 0x07, 0x01]), Apdu.ReadBinary(PublicFile, PublicFileSize)],
        PublicFileSize);

    /// <summary>Social-security card: record 7 of EF05. EF06, which holds name and id number, is never selected.</summary>
    public static CardApplication SocialSecurityCard { get; } = new(
        Carrier.SocialSecurityCard,
        [
            Apdu.Select([0x73, 0x78, 0x31, 0x2E, 0x73, 0x68, 0x2E, 0xC9, 0xE7, 0xBB, 0xE1, 0xB1, 0xA3, 0xD5, 0xCF]),
            Apdu.SelectFile(CardNumberFile),
            Apdu.ReadRecord(CardNumberRecord),
        ],
        0);

    /// <summary>The UID, which every chip has: the last resort.</summary>
    public static CardApplication Uid { get; } = new(Carrier.CardUid, [Apdu.GetUid()], 0);

    /// <summary>Every application, in the order they are tried.</summary>
    public static IReadOnlyList<CardApplication> Table { get; } = [TransitCard, CityCard, SocialSecurityCard, Uid];
}
