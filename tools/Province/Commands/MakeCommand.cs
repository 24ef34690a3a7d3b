using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Province.Documents;
using Province.Keys;

namespace Province.Commands;

/// <summary><c>province make</c>: a whole province in a folder, or its next publication.</summary>
internal static class MakeCommand
{
    private const string GateDefault = "demo-1";
    private const long PeopleDefault = 1_000;
    private const int KeyFileMax = 4_096;

    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var folder = OptionShapes.Folder("Where it is made.");
        var seed = OptionShapes.Seed();
        var people = OptionShapes.Number("--people", "How many people are listed beside the cast.", 0, ProvinceFolder.PeopleMax, PeopleDefault);
        var now = OptionShapes.Now();
        var gate = new Option<string>("--gate") { Description = "The gate's name.", HelpName = "NAME", DefaultValueFactory = static _ => GateDefault };
        var device = new Option<string?>("--device-key") { Description = "The gate's device.pub; without it no gate is enrolled.", HelpName = "FILE" };
        var lanes = OptionShapes.Lanes();
        var cells = new Option<string[]>("--set")
        {
            Description = "Changes one cell of the policy: metro:yellow.region=refuse. Once for each cell.",
            HelpName = "VENUE:CELL=WORD",
        };
        var isUnchecked = new Option<bool>("--unchecked") { Description = "Signs documents that gates refuse as well, to see them refused." };
        var issue = OptionShapes.Number("--publication", "Version of the publication, rising.", 1, int.MaxValue, 1);
        var command = new Command("make", "Makes a whole province, or its next publication, in a folder.")
        {
            folder, seed, people, now, gate, device, lanes, cells, isUnchecked, issue,
        };
        command.SetAction(result =>
        {
            var isChecked = !result.GetValue(isUnchecked);
            var options = new ProvinceOptions
            {
                Seed = result.GetValue(seed)!,
                People = result.GetValue(people),
                Now = terminal.MomentOf(result.GetValue(now)),
                Gate = result.GetValue(gate)!,
                Lanes = result.GetValue(lanes)!,
                DeviceKeyPem = result.GetValue(device) is { } file ? ReadKey(file) : null,
                BendPolicy = policy => SetCells(policy, result.GetValue(cells) ?? []),
            };
            if (isChecked) Check(options);
            var began = terminal.Time.GetTimestamp();
            new ProvinceFolder(result.GetValue(folder)!, options).Make((int)result.GetValue(issue), step => Tell(terminal, began, step));
        });
        return command;
    }

    private static void Tell(Terminal terminal, long began, string step) => terminal.Error.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{terminal.Time.GetElapsedTime(began).TotalSeconds,7:0.0} s  {step}"));

    private static string ReadKey(string path)
    {
        if (!File.Exists(path))
            throw new CommandFailure($"There is no device key at {path}. The gate makes it at its first start; copy its device.pub here.");
        return new FileInfo(path).Length <= KeyFileMax
            ? File.ReadAllText(path)
            : throw new CommandFailure($"{path} is over {KeyFileMax} bytes: no public key.");
    }

    // Before anything is written: what a gate would refuse is not signed.
    private static void Check(ProvinceOptions options)
    {
        var policy = PolicyTable.Make(options.Code, 1);
        options.BendPolicy?.Invoke(policy);
        DocumentCheck.Policy(SignedDocuments.ToBytes(policy));
        if (options.DeviceKeyPem is not { } pem) return;

        var hash = DocumentCheck.DeviceKeyHash(pem);
        DocumentCheck.Site(options.Gate, SignedDocuments.ToBytes(SignedDocuments.Site(Authority.HomeId, options.Gate, hash, options.Lanes)));
    }

    private static void SetCells(JsonObject policy, string[] cells)
    {
        foreach (var cell in cells)
        {
            if (cell.Split(':', '=') is not [var venue, var name, var word])
                throw new CommandFailure($"'{cell}' is no cell: write VENUE:CELL=WORD, such as metro:yellow.region=refuse.");
            PolicyTable.Set(policy, venue, name, word);
        }
    }
}
