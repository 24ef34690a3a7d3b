using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Province.Documents;

namespace Province.Commands;

/// <summary>The options that several commands take, each made anew for its command.</summary>
internal static class ProvinceOptions
{
    private const string MomentShape = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int SizeDefault = 6;

    /// <summary>The province's folder.</summary>
    public static Option<string> Folder() =>
        new("--folder") { Description = "The province's folder.", HelpName = "FOLDER", Required = true };

    /// <summary>The moment that counts as now.</summary>
    public static Option<DateTimeOffset?> Now() => Moment("--now", "The moment that counts as now; the clock's without it.");

    /// <summary>A moment.</summary>
    public static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "2026-03-01T08:00:00Z",
        CustomParser = ParseMoment,
    };

    /// <summary>A whole number within limits.</summary>
    public static Option<long> Number(string name, string description, long least, long most, long value)
    {
        var option = new Option<long>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Implicit) return;
            if (result.Tokens.Count != 1 || !long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number < least || number > most)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes a whole number from {least} to {most}."));
        });
        return option;
    }

    /// <summary>The size of a module in pictures.</summary>
    public static Option<long> ModulePixels() =>
        Number("--module-pixels", "Pixels of one module in pictures.", 1, Codes.QrPicture.ModulePixelsMax, SizeDefault);

    /// <summary>The lanes of a gate.</summary>
    public static Option<LaneEntry[]> Lanes() => new("--lane")
    {
        Description = "A lane: its name, turnstile, door, freeFlow or attended, and its venue. Once for each lane.",
        HelpName = "NAME:KIND:VENUE",
        CustomParser = ParseLanes,
        DefaultValueFactory = _ => [new LaneEntry("metro-1", "turnstile", "metro")],
    };

    /// <summary>The moment given, or the clock's, to the second.</summary>
    public static DateTimeOffset MomentOf(this Terminal terminal, DateTimeOffset? given) =>
        given ?? DateTimeOffset.FromUnixTimeSeconds(terminal.Time.GetUtcNow().ToUnixTimeSeconds());

    private static DateTimeOffset? ParseMoment(ArgumentResult result)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParseExact(text, MomentShape, CultureInfo.InvariantCulture, Utc, out var moment)) return moment;
        result.AddError($"'{text}' is no moment: write one such as 2026-03-01T08:00:00Z.");
        return null;
    }

    private static LaneEntry[] ParseLanes(ArgumentResult result)
    {
        try
        {
            return [.. result.Tokens.Select(token => LaneEntry.Parse(token.Value))];
        }
        catch (FormatException fault)
        {
            result.AddError(fault.Message);
            return [];
        }
    }
}
