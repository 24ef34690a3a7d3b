using System.CommandLine;
using System.Globalization;
using Province.Lists;

namespace Province.Commands;

/// <summary><c>province list delta</c>: changes of a list, from lines of text, as deltas over its base.</summary>
internal static class DeltaCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var input = ChangeCommand.Lines();
        var folder = OptionShapes.Folder("Where base-EPOCH.gal, .idx and .full stand, and the deltas since.");
        var seed = OptionShapes.Seed();
        var epoch = OptionShapes.Number("--epoch", "Epoch of the list.", 1, int.MaxValue, 1);
        var now = OptionShapes.Now();
        var from = new Option<int[]>("--from")
        {
            Description = "Also one delta from this earlier sequence to the new one. Once for each.",
            HelpName = "SEQUENCE",
        };
        var delta = new Command("delta", "Writes changes of a list as delta-EPOCH-FROM-TO and takes them into the folder's history.")
        {
            input, folder, seed, epoch, now, from,
        };
        var keys = ListCommand.ListKeyOption();
        keys.AddTo(delta);
        delta.SetAction(async (result, stop) =>
        {
            var number = (int)result.GetValue(epoch);
            var key = ListCommand.ListKey(terminal, result, keys, seed, number);
            var changes = await ChangeCommand.ReadAsync(terminal, result.GetValue(input)!, key, stop);
            using var history = DeltaFolder.Open(result.GetValue(folder)!, number);
            var written = new List<string> { history.Take(changes, terminal.MomentOf(result.GetValue(now))) };
            foreach (var earlier in result.GetValue(from) ?? []) written.Add(history.WriteRung(earlier));
            foreach (var path in written)
                await terminal.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}: {new FileInfo(path).Length:N0} bytes"));
        });
        return delta;
    }
}
