using System.Globalization;
using System.Text.Json;
using Distribution;
using Verifier.AllowList;

namespace Province.People;

/// <summary>
/// Reads list entries as lines: <c>KIND,IDENTIFIER,COLOUR[,REASON][,static]</c>, the identifier in hexadecimal. Streaming.
/// Blank lines and lines that begin with <c>#</c> are passed over. A fault names its line and field, never the identifier.
/// </summary>
internal static class ListLines
{
    /// <summary>Greatest line in characters.</summary>
    public const int LineMax = 256;

    private const int FieldsLeast = 3;
    private const int FieldsMost = 5;
    private const int PersonSize = 16;
    private const int CardSize = 10;
    private const string StaticWord = "static";

    /// <summary>The entries under a list key.</summary>
    /// <exception cref="CommandFailure">A line has another shape.</exception>
    public static IEnumerable<ListEntry> Read(TextReader lines, string source, ReadOnlyMemory<byte> listKey)
    {
        var number = 0L;
        while (lines.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0 || line.StartsWith('#')) continue;
            yield return Parse(line, listKey.Span)
                ?? throw new CommandFailure(string.Create(CultureInfo.InvariantCulture, $"{source}:{number}: {Complaint(line)}"));
        }
    }

    private static ListEntry? Parse(string line, ReadOnlySpan<byte> listKey)
    {
        if (line.Length > LineMax) return null;
        var fields = line.Split(',');
        if (fields.Length is < FieldsLeast or > FieldsMost) return null;
        if (!TryKind(fields[0], out var kind) || !TryIdentifier(kind, fields[1], out var identifier)) return null;
        return TryValue(fields.AsSpan(2), out var value)
            ? new ListEntry(SubjectKey.Compute(listKey, kind, identifier), value)
            : null;
    }

    private static string Complaint(string line)
    {
        var fields = line.Split(',');
        if (line.Length > LineMax) return $"over {LineMax} characters";
        if (fields.Length is < FieldsLeast or > FieldsMost)
            return $"{fields.Length} fields, expected KIND,IDENTIFIER,COLOUR[,REASON][,static]";
        if (!TryKind(fields[0], out var kind))
            return $"unknown kind, expected {string.Join(", ", Enum.GetValues<SubjectKind>()[1..].Select(Word))}";
        return TryIdentifier(kind, fields[1], out _)
            ? "no standing, expected red, green or yellow; after yellow its reason (feverWithHistory, feverWithoutHistory, "
                + "region), after any the word static"
            : $"no identifier of a {Word(kind)}: {Shape(kind)}, in hexadecimal";
    }

    private static bool TryKind(string word, out SubjectKind kind) => TryWord(word, out kind);

    private static bool TryIdentifier(SubjectKind kind, string hex, out byte[] identifier)
    {
        identifier = [];
        if (hex.Length % 2 != 0 || hex.Length > 2 * SubjectKey.IdentifierMax || !hex.All(char.IsAsciiHexDigit)) return false;
        identifier = Convert.FromHexString(hex);
        return kind switch
        {
            SubjectKind.Person => identifier.Length == PersonSize,
            SubjectKind.TransitCard or SubjectKind.CityCard =>
                identifier.Length == CardSize && hex.All(char.IsAsciiDigit) && hex[0] == '0',
            SubjectKind.SocialSecurityCard => identifier.Length > 0 && identifier.All(letter => char.IsAsciiLetterOrDigit((char)letter)),
            SubjectKind.CardUid => identifier.Length is 4 or 7 or 10,
            _ => false,
        };
    }

    private static string Shape(SubjectKind kind) => kind switch
    {
        SubjectKind.Person => "16 bytes",
        SubjectKind.SocialSecurityCard => "1 to 32 ASCII letters and digits",
        SubjectKind.CardUid => "4, 7 or 10 bytes",
        _ => "a zero and the 19 digits of the card number",
    };

    private static bool TryValue(ReadOnlySpan<string> fields, out ListValue value)
    {
        value = default;
        var reason = YellowReason.None;
        if (!TryWord<Colour>(fields[0], out var colour)) return false;
        var rest = fields[1..];
        var isStatic = rest.Length > 0 && rest[^1] == StaticWord;
        if (isStatic) rest = rest[..^1];
        var takesReason = colour == Colour.Yellow;
        if (rest.Length != (takesReason ? 1 : 0) || (takesReason && !TryWord(rest[0], out reason))) return false;
        value = ListValue.Of(colour, reason, isStatic);
        return true;
    }

    private static bool TryWord<T>(string word, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>()[1..])
        {
            value = candidate;
            if (Word(candidate) == word) return true;
        }

        value = default;
        return false;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
