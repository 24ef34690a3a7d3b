using System.Text.Json;
using Distribution;
using Verifier.AllowList;

namespace Province.People;

/// <summary>
/// One line of a list: <c>kind,identifier,colour[,reason][,static]</c>. Kinds and reasons are words in camel case; the
/// identifier is hexadecimal.
/// </summary>
internal static class CsvEntry
{
    private const int LineMax = 256;

    /// <summary>Reads a line. Never throws.</summary>
    public static bool TryRead(string line, ReadOnlySpan<byte> listKey, out ListEntry entry, out string fault)
    {
        entry = default;
        var fields = line.Split(',');
        if (line.Length > LineMax || fields.Length is < 3 or > 5) return Fail("3 to 5 fields are expected", out fault);
        if (!TryWord(fields[0], out SubjectKind kind)) return Fail($"'{fields[0]}' is no kind of subject", out fault);
        var identifier = new byte[SubjectKey.IdentifierMax];
        var isHex = fields[1].Length > 0 && Convert.FromHexString(fields[1], identifier, out _, out var size) == System.Buffers.OperationStatus.Done;
        if (!isHex) return Fail($"the identifier is not 1 to {SubjectKey.IdentifierMax} bytes in hexadecimal", out fault);
        size = fields[1].Length / 2;
        if (!TryWord(fields[2], out Colour colour)) return Fail($"'{fields[2]}' is no colour", out fault);
        var isStatic = fields[^1] == "static";
        var reason = YellowReason.None;
        var rest = fields[3..^(isStatic ? 1 : 0)];
        if (rest.Length > 1 || (rest.Length == 1 && !TryWord(rest[0], out reason))) return Fail("the reason is not understood", out fault);
        if (colour == Colour.Yellow != (reason != YellowReason.None)) return Fail("yellow, and only yellow, has a reason", out fault);
        entry = new ListEntry(
            SubjectKey.Compute(listKey, kind, identifier.AsSpan(0, size)), ListValue.Of(colour, reason, isStatic));
        fault = string.Empty;
        return true;
    }

    private static bool Fail(string text, out string fault)
    {
        fault = text;
        return false;
    }

    private static bool TryWord<T>(string word, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>()[1..])
        {
            value = candidate;
            if (JsonNamingPolicy.CamelCase.ConvertName(candidate.ToString()) == word) return true;
        }

        value = default;
        return false;
    }
}
