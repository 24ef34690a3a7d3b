using System.Buffers.Binary;
using Verifier.AllowList;

namespace Verifier.Credentials.Formats;

/// <summary>
/// The public file (SFI 15h) of a City Union card, 30 bytes; docs/formats/cards.md.
/// <code>
/// 0-1    issuer, not read
/// 2-3    city, packed BCD, never 0000
/// 4-11   industry, application and the city of the application, not read
/// 12-19  card number within the city, binary
/// 20-23  valid from, YYYYMMDD, packed BCD: the sign that the layout is this one
/// 24-29  valid until and others, not read: whether a card may ride is the fare system's to say
/// </code>
/// The identifier is city and number: cities number their cards independently. A file of another layout is no card, because
/// any eight bytes would be a number.
/// </summary>
internal static class CityCardFile
{
    /// <summary>Size of the identifier: the city, then the number.</summary>
    public const int IdentifierSize = CitySize + NumberSize;

    // Chongqing keeps the number in another file and other things in these places.
    private const ushort CityOfAnotherLayout = 0x4000;
    private const int CityOffset = 2;
    private const int CitySize = 2;
    private const int NumberOffset = 12;
    private const int NumberSize = 8;
    private const int ValidFromOffset = 20;
    private const int DateSize = 4;

    public static DecodeFault Decode(ReadOnlyMemory<byte> file, out Credential? credential)
    {
        credential = null;
        if (file.Length != CardFile.Size) return DecodeFault.CardFile;
        var city = file.Span.Slice(CityOffset, CitySize);
        var number = file.Span.Slice(NumberOffset, NumberSize);
        if (!IsCity(city) || !IsNumber(number) || !IsDate(file.Span.Slice(ValidFromOffset, DateSize))) return DecodeFault.CardFile;

        credential = new Credential.Card(SubjectKind.CityCard, (byte[])[.. city, .. number], Assurance.CardFile);
        return DecodeFault.None;
    }

    /// <summary>True for an identifier that a card of this layout can have.</summary>
    public static bool IsIdentifier(ReadOnlySpan<byte> identifier) =>
        identifier.Length == IdentifierSize && IsCity(identifier[..CitySize]) && IsNumber(identifier[CitySize..]);

    private static bool IsCity(ReadOnlySpan<byte> city) =>
        CardFile.IsDecimal(city) && BinaryPrimitives.ReadUInt16BigEndian(city) is not (0 or CityOfAnotherLayout);

    // Memory that was never written is all zeros or all ones.
    private static bool IsNumber(ReadOnlySpan<byte> number) => number.ContainsAnyExcept((byte)0) && number.ContainsAnyExcept((byte)0xFF);

    private static bool IsDate(ReadOnlySpan<byte> date) =>
        CardFile.IsDecimal(date) && date[0] is 0x19 or 0x20 && date[2] is >= 0x01 and <= 0x12 && date[3] is >= 0x01 and <= 0x31;
}
