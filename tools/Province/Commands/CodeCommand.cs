using System.CommandLine;
using Province.Codes;
using Province.Keys;
using Province.People;

namespace Province.Commands;

/// <summary><c>province code</c>: what a role of the cast shows.</summary>
internal static class CodeCommand
{
    public static Command Make()
    {
        var role = new Argument<string>("ROLE") { Description = "A role of the cast, such as green-phone." };
        var seed = new Option<string>("--seed") { Description = "The province's seed.", DefaultValueFactory = static _ => "test" };
        var now = new Option<DateTimeOffset?>("--now") { Description = "When the code is fresh; the present unless named." };
        var png = new Option<FileInfo?>("--png") { Description = "Draw the first code into a file too." };
        var command = new Command("code", "Prints what a role shows: texts of codes, or hexadecimal digits of a card.") { role, seed, now, png };
        command.SetAction(parsed =>
        {
            var source = new SeededBytes(parsed.GetValue(seed)!);
            var at = parsed.GetValue(now)?.ToUniversalTime() ?? MakeCommand.WholeSecond(TimeProvider.System.GetUtcNow());
            var cast = new Cast(source, new Authority(source), at);
            var member = cast.Members.FirstOrDefault(member => member.Role == parsed.GetValue(role));
            if (member is null)
            {
                Console.Error.WriteLine($"province: no such role. There are {string.Join(", ", cast.Members)}.");
                return 2;
            }

            foreach (var text in member.Texts) Console.WriteLine(text);
            if (member.CardFile is { } file) Console.WriteLine(Convert.ToHexStringLower(file.Span));
            if (member.CardUid is { } uid) Console.WriteLine(Convert.ToHexStringLower(uid.Span));
            if (parsed.GetValue(png) is { } picture && member.Texts.Count > 0)
                File.WriteAllBytes(picture.FullName, QrPicture.Draw(member.Texts[0]));
            return 0;
        });
        return command;
    }
}
