using System.CommandLine;
using Province.Codes;
using Province.People;

namespace Province.Commands;

/// <summary><c>province card</c>: what a role's card answers, for a virtual card.</summary>
internal static class CardCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var folder = ProvinceOptions.Folder();
        var role = new Option<string>("--role") { Description = "The role; 'province cast' names them.", HelpName = "ROLE", Required = true };
        var command = new Command(
            "card", "Prints a role's card: the kind, the application's name and the file, or cardUid and the UID, between tabs.") { folder, role };
        command.SetAction(result =>
        {
            var cast = ProvinceFolder.Open(result.GetValue(folder)!).CastAt(DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1));
            var member = CodeCommand.Find(cast, result.GetValue(role)!);
            terminal.Out.WriteLine(Line(member));
        });
        return command;
    }

    private static string Line(CastMember member)
    {
        var answer = member.CardFile ?? member.CardUid
            ?? throw new CommandFailure($"The role {member.Role} shows a code, not a card. Its texts: 'province code --role {member.Role}'.");
        return $"{CastCommand.Word(member.Carrier)}\t{CardIdentity.ApplicationOf(member.Carrier)}\t{Convert.ToHexString(answer.Span)}";
    }
}
