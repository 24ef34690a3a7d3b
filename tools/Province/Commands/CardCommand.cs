using System.CommandLine;
using Province.Codes;

namespace Province.Commands;

/// <summary><c>province card</c>: what a role's card answers, for a virtual card.</summary>
internal static class CardCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var role = new Argument<string>("ROLE") { Description = "A role of the cast, such as green-transit-card." };
        var seed = OptionShapes.Seed();
        var command = new Command(
            "card", "Prints a role's card: its kind, its application's name and its file or UID, between tabs, in hexadecimal.") { role, seed };
        command.SetAction(result =>
        {
            // No card depends on the moment, only codes do.
            var member = OptionShapes.CastOf(result.GetValue(seed)!, DateTimeOffset.UnixEpoch.AddDays(1)).Find(result.GetValue(role)!);
            var answer = member.CardFile ?? member.CardUid
                ?? throw new CommandFailure($"The role {member.Role} shows a code: 'province code {member.Role}'.");
            terminal.Out.WriteLine(
                $"{People.CastFiles.Word(member.Carrier)}\t{CardIdentity.ApplicationOf(member.Carrier)}\t{Convert.ToHexStringLower(answer.Span)}");
        });
        return command;
    }
}
