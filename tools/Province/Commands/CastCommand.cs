using System.CommandLine;
using Province.People;

namespace Province.Commands;

/// <summary><c>province cast</c>: writes what every role shows, fresh at a moment.</summary>
internal static class CastCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var folder = OptionShapes.Folder("Where cast.tsv and the pictures are written.");
        var seed = OptionShapes.Seed();
        var now = OptionShapes.Now();
        var command = new Command("cast", "Writes what every role shows, with codes that are fresh now.") { folder, seed, now };
        command.SetAction(result =>
        {
            var cast = OptionShapes.CastOf(result.GetValue(seed)!, terminal.MomentOf(result.GetValue(now)));
            CastFiles.Write(result.GetValue(folder)!, cast);
            terminal.Error.WriteLine($"{cast.Members.Count} roles in {result.GetValue(folder)}");
        });
        return command;
    }
}
