using System.Text.Json;
using Verifier.AllowList;
using Verifier.Credentials.Formats;

namespace Province.Lists;

/// <summary>What is wrong with a line.</summary>
internal enum LineFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Over <see cref="ListLine.LineMax"/> bytes.</summary>
    TooLong,

    /// <summary>Too few or too many fields.</summary>
    WrongFields,

    /// <summary>The first field is no kind of subject.</summary>
    UnknownKind,

    /// <summary>The second field is no identifier of a person.</summary>
    NoPerson,

    /// <summary>The second field is no number of a transit card.</summary>
    NoCard,

    /// <summary>The second field is no city and number of a city card.</summary>
    NoCityCard,

    /// <summary>The second field is no number of a social-security card.</summary>
    NoSocialSecurityCard,

    /// <summary>The second field is no UID of a chip.</summary>
    NoUid,

    /// <summary>The fields after the identifier are no standing.</summary>
    NoStanding,
}

/// <summary>
/// One line of a list or of its changes, in bytes: <c>KIND,IDENTIFIER,COLOUR[,REASON][,static]</c>, the identifier in
/// hexadecimal; in changes also <c>KIND,IDENTIFIER,removed</c>. Rules, in checking order: length, fields, kind, identifier,
/// standing. docs/formats/list-lines.md.
/// </summary>
internal static class ListLine
{
    /// <summary>Greatest line in bytes.</summary>
    public const int LineMax = 256;

    /// <summary>The code of a subject that is removed.</summary>
    public const byte Removed = 0;

    private const int FieldsLeast = 3;
    private const int FieldsMost = 5;
    private const int PersonSize = 16;
    private const int CardSize = 10;

    /// <summary>Reads a line. Allocates nothing.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="takesRemoved">True for changes.</param>
    /// <param name="identifier">Room for an identifier of the greatest size.</param>
    /// <param name="kind">What the identifier identifies.</param>
    /// <param name="size">Size of the identifier.</param>
    /// <param name="code">The value byte, or <see cref="Removed"/>.</param>
    /// <returns>What is wrong.</returns>
    public static LineFault Read(
        ReadOnlySpan<byte> line, bool takesRemoved, Span<byte> identifier, out SubjectKind kind, out int size, out byte code)
    {
        (kind, size, code) = (SubjectKind.None, 0, Removed);
        if (line.Length > LineMax) return LineFault.TooLong;
        var fields = line.Count((byte)',') + 1;
        if (fields is < FieldsLeast or > FieldsMost) return LineFault.WrongFields;
        kind = KindOf(Take(ref line));
        if (kind == SubjectKind.None) return LineFault.UnknownKind;
        var fault = ReadIdentifier(kind, Take(ref line), identifier, out size);
        if (fault != LineFault.None) return fault;
        if (takesRemoved && line.SequenceEqual("removed"u8)) return LineFault.None;
        code = CodeOf(line);
        return code == Removed ? LineFault.NoStanding : LineFault.None;
    }

    /// <summary>A fault in words, with what was expected; never with what was found, which may be an identifier.</summary>
    public static string Words(LineFault fault, bool takesRemoved) => fault switch
    {
        LineFault.TooLong => $"over {LineMax} bytes",
        LineFault.WrongFields => $"not {FieldsLeast} to {FieldsMost} fields, expected KIND,IDENTIFIER,COLOUR[,REASON][,static]"
            + (takesRemoved ? " or KIND,IDENTIFIER,removed" : string.Empty),
        LineFault.UnknownKind => $"unknown kind, expected {string.Join(", ", Enum.GetValues<SubjectKind>()[1..].Select(Word))}",
        LineFault.NoPerson => "no identifier of a person: 16 bytes, in hexadecimal",
        LineFault.NoCard => "no number of a transitCard: a zero and the 19 digits of the card number",
        LineFault.NoCityCard => "no cityCard: the 4 digits of its city, then its number of 8 bytes, in hexadecimal",
        LineFault.NoSocialSecurityCard => "no number of a socialSecurityCard: 1 to 32 ASCII letters and digits, in hexadecimal",
        LineFault.NoUid => "no cardUid: 4, 7 or 10 bytes, in hexadecimal",
        _ => "no standing, expected red, green or yellow; after yellow its reason (feverWithHistory, feverWithoutHistory, "
            + "region), after any the word static" + (takesRemoved ? "; or the word removed alone" : string.Empty),
    };

    private static string Word(SubjectKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)',');
        var field = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return field;
    }

    private static SubjectKind KindOf(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("person"u8)) return SubjectKind.Person;
        if (word.SequenceEqual("transitCard"u8)) return SubjectKind.TransitCard;
        if (word.SequenceEqual("cityCard"u8)) return SubjectKind.CityCard;
        if (word.SequenceEqual("socialSecurityCard"u8)) return SubjectKind.SocialSecurityCard;
        return word.SequenceEqual("cardUid"u8) ? SubjectKind.CardUid : SubjectKind.None;
    }

    private static LineFault ReadIdentifier(SubjectKind kind, ReadOnlySpan<byte> hex, Span<byte> identifier, out int size)
    {
        size = 0;
        var isHex = hex.Length <= 2 * SubjectKey.IdentifierMax && hex.Length % 2 == 0
            && Convert.FromHexString(hex, identifier, out _, out size) == System.Buffers.OperationStatus.Done;
        return kind switch
        {
            SubjectKind.Person => isHex && size == PersonSize ? LineFault.None : LineFault.NoPerson,
            SubjectKind.TransitCard =>
                isHex && size == CardSize && hex[0] == '0' && !hex.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? LineFault.None : LineFault.NoCard,
            SubjectKind.CityCard =>
                isHex && CityCardFile.IsIdentifier(identifier[..size]) ? LineFault.None : LineFault.NoCityCard,
            SubjectKind.SocialSecurityCard =>
                isHex && size > 0 && IsLettersAndDigits(identifier[..size]) ? LineFault.None : LineFault.NoSocialSecurityCard,
            _ => isHex && size is 4 or 7 or 10 ? LineFault.None : LineFault.NoUid,
        };
    }

    private static bool IsLettersAndDigits(ReadOnlySpan<byte> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter)) return false;
        }

        return true;
    }

    private static byte CodeOf(ReadOnlySpan<byte> fields)
    {
        if (fields is [] or [.., (byte)',']) return Removed;
        var word = Take(ref fields);
        var colour = word.SequenceEqual("green"u8) ? Colour.Green
            : word.SequenceEqual("yellow"u8) ? Colour.Yellow
            : word.SequenceEqual("red"u8) ? Colour.Red : Colour.None;
        if (colour == Colour.None) return Removed;
        var reason = YellowReason.None;
        if (colour == Colour.Yellow)
        {
            reason = ReasonOf(Take(ref fields));
            if (reason == YellowReason.None) return Removed;
        }

        var isStatic = fields.SequenceEqual("static"u8);
        return isStatic || fields.IsEmpty ? ListValue.Of(colour, reason, isStatic).Code : Removed;
    }

    private static YellowReason ReasonOf(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("feverWithHistory"u8)) return YellowReason.FeverWithHistory;
        if (word.SequenceEqual("feverWithoutHistory"u8)) return YellowReason.FeverWithoutHistory;
        return word.SequenceEqual("region"u8) ? YellowReason.Region : YellowReason.None;
    }
}
