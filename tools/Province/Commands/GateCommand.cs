using System.CommandLine;
using System.Globalization;
using Province.Publishing;

namespace Province.Commands;

/// <summary><c>province gate enrol</c> and <c>province gate replace</c>: what a gate is, and which board it is.</summary>
internal static class GateCommand
{
    private const int KeyFileMax = 4_096;

    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal) => new("gate", "Gates of the authority. What changes here counts when it is published.")
    {
        MakeEnrol(terminal),
        MakeReplace(terminal),
    };

    private static Command MakeEnrol(Terminal terminal)
    {
        var (folder, gate, device, keys) = Shapes();
        var lanes = OptionShapes.Lanes();
        var command = new Command("enrol", "Names a new gate, its device key and its lanes.") { folder, gate, device, lanes };
        keys.AddTo(command);
        command.SetAction(result =>
        {
            var office = new Office(result.GetRequiredValue(folder));
            office.Enrol(result.GetRequiredValue(gate), ReadKey(result.GetRequiredValue(device)), result.GetValue(lanes)!, keys.Open(terminal, result)[0].ToListKey());
            terminal.Out.WriteLine($"{result.GetRequiredValue(gate)} is enrolled with the next publication");
        });
        return command;
    }

    private static Command MakeReplace(Terminal terminal)
    {
        var (folder, gate, device, keys) = Shapes();
        var command = new Command("replace", "Names the device key of a new board for a gate that there is. Nothing else changes.") { folder, gate, device };
        keys.AddTo(command);
        command.SetAction(result =>
        {
            var office = new Office(result.GetRequiredValue(folder));
            office.Replace(result.GetRequiredValue(gate), ReadKey(result.GetRequiredValue(device)), keys.Open(terminal, result)[0].ToListKey());
            terminal.Out.WriteLine($"{result.GetRequiredValue(gate)} is the new board with the next publication; the old one gets nothing new and goes on with what it holds");
        });
        return command;
    }

    /// <summary><c>province epoch</c>.</summary>
    public static Command MakeEpoch(Terminal terminal)
    {
        var folder = new Argument<string>("OFFICE") { Description = "The authority's folder." };
        var keys = new KeyOptions("--list-key", "The new secret of the list.", isRequired: true);
        var command = new Command("epoch", "Seals a new list's secret to every gate. Publish it together with the base that was made with it.") { folder };
        keys.AddTo(command);
        command.SetAction(result =>
        {
            var epoch = new Office(result.GetRequiredValue(folder)).BeginEpoch(keys.Open(terminal, result)[0].ToListKey());
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch} begins with the next publication, which needs its base"));
        });
        return command;
    }

    private static (Argument<string> Folder, Argument<string> Gate, Option<string> Device, KeyOptions Keys) Shapes() => (
        new Argument<string>("OFFICE") { Description = "The authority's folder." },
        new Argument<string>("GATE") { Description = "The gate's name." },
        new Option<string>("--device-key") { Description = "The board's device.pub.", HelpName = "FILE", Required = true },
        new KeyOptions("--list-key", "The secret of the list, to seal it to the board.", isRequired: true));

    private static string ReadKey(string path)
    {
        if (!File.Exists(path))
            throw new CommandFailure($"There is no device key at {path}. The board makes it at its first start; copy its device.pub here.");
        return new FileInfo(path).Length <= KeyFileMax
            ? File.ReadAllText(path)
            : throw new CommandFailure($"{path} is over {KeyFileMax} bytes: no public key.");
    }
}
