using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Province.Documents;
using Province.Keys;
using Province.People;

namespace Province.Commands;

/// <summary>The options that several commands take, each made anew for its command, with their limits.</summary>
internal static class OptionShapes
{
    private const string MomentShape = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int SeedMax = 256;
    private const string SeedDefault = "test";

    /// <summary>A folder to write into.</summary>
    public static Option<string> Folder(string description) =>
        new("--folder") { Description = description, HelpName = "FOLDER", Required = true };

    /// <summary>The seed.</summary>
    public static Option<string> Seed()
    {
        var option = new Option<string>("--seed")
        {
            Description = "The province's seed: everything follows from it.",
            HelpName = "TEXT",
            DefaultValueFactory = static _ => SeedDefault,
        };
        option.Validators.Add(result =>
        {
            if (!result.Implicit && result.Tokens is not [{ Value.Length: > 0 and <= SeedMax }])
                result.AddError($"--seed takes 1 to {SeedMax} characters.");
        });
        return option;
    }

    /// <summary>The moment that counts as now.</summary>
    public static Option<DateTimeOffset?> Now() => Moment("--now", "The moment that counts as now; the present unless named.");

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

    /// <summary>The lanes of a gate.</summary>
    public static Option<LaneEntry[]> Lanes() => new("--lane")
    {
        Description = "A lane: its name, turnstile, door, freeFlow or attended, and its venue. Once for each lane.",
        HelpName = "NAME:KIND:VENUE",
        CustomParser = ParseLanes,
        DefaultValueFactory = static _ => [new LaneEntry("metro-1", "turnstile", "metro")],
    };

    /// <summary>The moment given, or the clock's. Documents know whole seconds.</summary>
    public static DateTimeOffset MomentOf(this Terminal terminal, DateTimeOffset? given) =>
        given ?? DateTimeOffset.FromUnixTimeSeconds(terminal.Time.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>The cast of a seed, with codes that are fresh at a moment.</summary>
    public static Cast CastOf(string seed, DateTimeOffset now)
    {
        var source = new SeededBytes(seed);
        return new Cast(source, new Authority(source), now);
    }

    /// <summary>A role of a cast.</summary>
    /// <exception cref="CommandFailure">There is none of that name.</exception>
    public static CastMember Find(this Cast cast, string role) =>
        cast.Members.FirstOrDefault(member => member.Role == role)
        ?? throw new CommandFailure($"There is no role '{role}'. There are {string.Join(", ", cast.Members)}.");

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
