using System.Globalization;

namespace Province.Codes;

/// <summary>The public file of a transit card, as docs/formats/cards.md lays it out.</summary>
internal static class CardIdentity
{
    /// <summary>Size of the file.</summary>
    public const int FileSize = 30;

    /// <summary>Digits of a card number.</summary>
    public const int NumberLength = 19;

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

    /// <summary>The 30 bytes of SFI 15h.</summary>
    public static byte[] File(string number, DateOnly validFrom, DateOnly validUntil)
    {
        var file = new byte[FileSize];
        Identifier(number).CopyTo(file, NumberOffset);
        Bcd(validFrom).CopyTo(file, ValidFromOffset);
        Bcd(validUntil).CopyTo(file, ValidUntilOffset);
        return file;
    }

    private static byte[] Bcd(DateOnly date) =>
        Convert.FromHexString(date.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
}
