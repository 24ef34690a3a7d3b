using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Verifier.Credentials;

namespace Province.Codes;

/// <summary>What cards hold, as docs/formats/cards.md lays it out.</summary>
internal static class CardIdentity
{
    /// <summary>Size of the file.</summary>
    public const int FileSize = 30;

    /// <summary>Digits of a card number.</summary>
    public const int NumberLength = 19;

    /// <summary>Greatest length of a social-security card's number.</summary>
    public const int SocialSecurityNumberMax = 32;

    private const int CitySize = 2;
    private const int CityNumberSize = 8;
    private const int CityNumberOffset = 12;
    private const int NumberOffset = 10;
    private const int ValidFromOffset = 20;
    private const int ValidUntilOffset = 24;

    /// <summary>The identifier that the allow-list knows a card by: 10 bytes, the number in BCD, first nibble zero.</summary>
    public static byte[] Identifier(string number)
    {
        if (number.Length != NumberLength || !number.All(char.IsAsciiDigit))
            throw new ArgumentException($"A card number has {NumberLength} digits.", nameof(number));
        return Convert.FromHexString("0" + number);
    }

    /// <summary>The identifier that the allow-list knows a City Union card by: 2 bytes of the city in BCD, 8 of its number.</summary>
    public static byte[] CityIdentifier(string city, ulong number)
    {
        if (city.Length != 2 * CitySize || !city.All(char.IsAsciiDigit))
            throw new ArgumentException($"A city has {2 * CitySize} digits.", nameof(city));
        var identifier = new byte[CitySize + CityNumberSize];
        Convert.FromHexString(city).CopyTo(identifier, 0);
        BinaryPrimitives.WriteUInt64BigEndian(identifier.AsSpan(CitySize), number);
        return identifier;
    }

    /// <summary>The 30 bytes of SFI 15h of a City Union card, with the fields that a gate does not read as Shanghai sets them.</summary>
    public static byte[] CityFile(string city, ulong number, DateOnly validFrom, DateOnly validUntil)
    {
        var file = Convert.FromHexString("8698" + city + "7590FFFF8205" + city + new string('0', 32) + "0214");
        CityIdentifier(city, number).AsSpan(CitySize).CopyTo(file.AsSpan(CityNumberOffset));
        Bcd(validFrom).CopyTo(file, ValidFromOffset);
        Bcd(validUntil).CopyTo(file, ValidUntilOffset);
        return file;
    }

    /// <summary>The 30 bytes of SFI 15h of a T-Union card.</summary>
    public static byte[] File(string number, DateOnly validFrom, DateOnly validUntil)
    {
        var file = new byte[FileSize];
        Identifier(number).CopyTo(file, NumberOffset);
        Bcd(validFrom).CopyTo(file, ValidFromOffset);
        Bcd(validUntil).CopyTo(file, ValidUntilOffset);
        return file;
    }

    /// <summary>Record 7 of EF05 of a social-security card: its tag, a length and the number.</summary>
    public static byte[] SocialSecurityRecord(string number)
    {
        var identifier = SocialSecurityIdentifier(number);
        return [0x07, (byte)identifier.Length, .. identifier];
    }

    /// <summary>The identifier that the allow-list knows a social-security card by: the characters of its number.</summary>
    public static byte[] SocialSecurityIdentifier(string number)
    {
        if (number.Length is 0 or > SocialSecurityNumberMax || !number.All(char.IsAsciiLetterOrDigit))
            throw new ArgumentException($"A card number has 1 to {SocialSecurityNumberMax} letters and digits.", nameof(number));
        return Encoding.ASCII.GetBytes(number);
    }

    /// <summary>The name by which a reader selects a card's application, in hexadecimal; empty where it takes the UID.</summary>
    public static string ApplicationOf(Carrier carrier) => carrier switch
    {
        Carrier.TransitCard => "A000000632010105",
        Carrier.CityCard => "A00000000386980701",
        Carrier.SocialSecurityCard => "7378312E73682EC9E7BBE1B1A3D5CF",
        _ => string.Empty,
    };

    private static byte[] Bcd(DateOnly date) =>
        Convert.FromHexString(date.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
}
