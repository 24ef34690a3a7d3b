using System.CommandLine;
using System.Globalization;
using Province.Codes;
using Province.Keys;
using Province.People;
using Verifier.AllowList;

namespace Province.Commands;

/// <summary><c>province code</c>: the text of a domestic code, and its picture.</summary>
internal static class CodeCommand
{
    private const int SubjectSize = 16;
    private const int IdSize = 8;
    private const int ReportKind = 2;
    private const int BadgeKind = 3;
    private static readonly string[] Kinds = ["code", "report", "badge"];

    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var role = new Argument<string?>("ROLE")
        {
            Description = "A role of the cast, such as green-phone; one line for each of its texts.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var seed = OptionShapes.Seed();
        var subject = new Option<string?>("--sub") { Description = "Instead of a role: a pseudonym, 32 hexadecimal digits.", HelpName = "HEX" };
        var kind = new Option<string>("--kind") { Description = "With --sub: what it is.", DefaultValueFactory = _ => Kinds[0] };
        kind.AcceptOnlyFromAmong(Kinds);
        var colour = new Option<string>("--colour") { Description = "Of a code: red, yellow or green.", DefaultValueFactory = _ => "green" };
        colour.AcceptOnlyFromAmong("red", "yellow", "green");
        var reason = new Option<string>("--reason") { Description = "Of yellow.", DefaultValueFactory = _ => "region" };
        reason.AcceptOnlyFromAmong("feverWithHistory", "feverWithoutHistory", "region");
        var flags = OptionShapes.Number("--flags", "1 international, 2 assisted, 4 static, added up.", 0, 7, 0);
        var issued = OptionShapes.Moment("--issued", "When it was made; now without it.");
        var expires = OptionShapes.Moment("--expires", "When it expires; a day after it was made without it.");
        var sampled = OptionShapes.Moment("--sampled", "Of a report: when the sample was taken; when it was made without it.");
        var now = OptionShapes.Now();
        var png = new Option<string?>("--png") { Description = "Draws the text into a file as well; several texts into FILE-1 and so on.", HelpName = "FILE" };
        var pixels = OptionShapes.Number("--module-pixels", "Pixels of one module of a picture.", 1, QrPicture.ModulePixelsMax, 4);
        var command = new Command("code", "Prints the text of a domestic code: of a role, or of a pseudonym with what it should say.")
        {
            role, seed, subject, kind, colour, reason, flags, issued, expires, sampled, now, png, pixels,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(role) is null == result.GetValue(subject) is null)
                result.AddError("Name either a role or a pseudonym (--sub).");
        });
        command.SetAction(result =>
        {
            var moment = terminal.MomentOf(result.GetValue(now));
            if (result.GetValue(role) is { } name)
            {
                Give(terminal, Texts(OptionShapes.CastOf(result.GetValue(seed)!, moment).Find(name)), result.GetValue(png), (int)result.GetValue(pixels));
                return;
            }

            var source = new SeededBytes(result.GetValue(seed)!);
            var issuedAt = result.GetValue(issued) ?? moment;
            var claims = Claims(result.GetValue(subject)!, issuedAt, result.GetValue(expires) ?? issuedAt.AddDays(1), source) with
            {
                Flags = (int)result.GetValue(flags),
                Kind = result.GetValue(kind) switch { "report" => ReportKind, "badge" => BadgeKind, _ => null },
                Standing = result.GetValue(kind) == Kinds[0] ? Standing(result.GetValue(colour)!, result.GetValue(reason)!) : null,
                SampledAt = result.GetValue(kind) == "report" ? result.GetValue(sampled) ?? issuedAt : null,
            };
            Give(terminal, [DomesticCodeWriter.Write(claims, new Authority(source).Home)], result.GetValue(png), (int)result.GetValue(pixels));
        });
        return command;
    }

    private static IReadOnlyList<string> Texts(CastMember member) => member.Texts.Count > 0
        ? member.Texts
        : throw new CommandFailure($"The role {member.Role} shows a card: 'province card {member.Role}'.");

    private static CodeClaims Claims(string subject, DateTimeOffset issuedAt, DateTimeOffset expiresAt, SeededBytes seed)
    {
        if (subject.Length != 2 * SubjectSize || !subject.All(char.IsAsciiHexDigit))
            throw new CommandFailure($"A pseudonym has {2 * SubjectSize} hexadecimal digits; --sub has {subject.Length} characters.");
        return new CodeClaims
        {
            Issuer = Authority.HomeId,
            Subject = Convert.FromHexString(subject),
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
            Id = seed.Bytes($"code:{subject.ToUpperInvariant()}:{issuedAt.ToUnixTimeSeconds()}", IdSize),
        };
    }

    private static ListValue Standing(string colour, string reason)
    {
        var parsed = Enum.Parse<Colour>(colour, ignoreCase: true);
        return ListValue.Of(parsed, parsed == Colour.Yellow ? Enum.Parse<YellowReason>(reason, ignoreCase: true) : YellowReason.None);
    }

    private static void Give(Terminal terminal, IReadOnlyList<string> texts, string? png, int modulePixels)
    {
        foreach (var text in texts) terminal.Out.WriteLine(text);
        for (var index = 0; png is not null && index < texts.Count; index++)
        {
            var numbered = string.Create(
                CultureInfo.InvariantCulture, $"{Path.ChangeExtension(png, null)}-{index + 1}{Path.GetExtension(png)}");
            File.WriteAllBytes(texts.Count == 1 ? png : numbered, QrPicture.Draw(texts[index], modulePixels));
        }
    }
}
