using System.CommandLine;
using System.Globalization;
using Province.Keys;
using Province.Lists;
using Province.Publishing;
using Verifier.AllowList;

namespace Province.Commands;

/// <summary><c>province list build</c>: an allow-list from lines of text, streaming, in bounded memory.</summary>
internal static class ListCommand
{
    private const string StandardInput = "-";

    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var input = new Argument<string>("CSV")
        {
            Description = "Lines of KIND,IDENTIFIER,COLOUR[,REASON][,static], or - for standard input. Kinds: person, transitCard, cityCard, "
                + "socialSecurityCard, cardUid; the identifier in hexadecimal; yellow has feverWithHistory, feverWithoutHistory or region.",
        };
        var folder = OptionShapes.Folder("Where base-EPOCH.gal and .idx are written.");
        var seed = OptionShapes.Seed();
        var epoch = OptionShapes.Number("--epoch", "Epoch of the list and of its key, rising.", 1, int.MaxValue, 1);
        var now = OptionShapes.Now();
        var province = new Option<string>("--province")
        {
            Description = "The province's code.",
            HelpName = "CODE",
            DefaultValueFactory = static _ => Authority.HomeId,
        };
        province.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= AllowListHeader.ProvinceMax } code || code.Any(static letter => letter is <= ' ' or > '~'))
                result.AddError($"--province takes 1 to {AllowListHeader.ProvinceMax} printable ASCII characters.");
        });
        var keys = ListKeyOption();
        var build = new Command("build", "Builds a list.") { input, folder, seed, epoch, province, now };
        keys.AddTo(build);
        build.SetAction(async (result, stop) =>
        {
            var number = (int)result.GetValue(epoch);
            var header = new AllowListHeader(
                result.GetValue(province)!, number, 0, terminal.MomentOf(result.GetValue(now)), [.. Enum.GetValues<SubjectKind>()[1..]]);
            var key = ListKey(terminal, result, keys, seed, number);
            var target = result.GetValue(folder)!;
            var source = result.GetValue(input)!;
            var isFile = source != StandardInput;
            await using var lines = isFile ? File.OpenRead(source) : terminal.In;
            var count = await new ListBuild(terminal, header, key).RunAsync(lines, isFile ? source : "standard input", target, stop);
            var size = new FileInfo(BaseFiles.Of(target, number).Index).Length;
            await terminal.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count:N0} subjects, index of {size:N0} bytes"));
        });
        return new Command("list", "Allow-lists.") { build, DeltaCommand.Make(terminal), MakeTake(terminal), ChangeCommand.Make(terminal), MakeRebase(terminal) };
    }

    /// <summary>The secret of a real list; without it that of the test province's seed counts.</summary>
    internal static KeyOptions ListKeyOption() => new("--list-key", "The secret of the list's epoch; without it the seed's.", isRequired: false);

    /// <summary>What keys are made with.</summary>
    internal static byte[] ListKey(Terminal terminal, ParseResult result, KeyOptions keys, Option<string> seed, int epoch) =>
        keys.Open(terminal, result) is [var key, ..] ? key.ToListKey() : new Authority(new SeededBytes(result.GetValue(seed)!)).ListKeyOf(epoch);

    private static Command MakeTake(Terminal terminal)
    {
        var office = new Argument<string>("OFFICE") { Description = "The authority's folder." };
        var folder = OptionShapes.Folder("Where base-EPOCH.gal, .idx and .full were built; pages and full keys are moved from there.");
        var command = new Command("take", "Takes the first base of an epoch, or a weekly one that was built from the newest state.") { office, folder };
        command.SetAction(result =>
        {
            var shelf = new Office(result.GetRequiredValue(office)).OpenList();
            var files = BaseFiles.Of(result.GetRequiredValue(folder), shelf.Epoch);
            if (!File.Exists(files.Index)) throw new CommandFailure($"There is no {files.Index}: the gates' keys are of epoch {shelf.Epoch}.");
            shelf.TakeBase(File.ReadAllBytes(files.Index), files.Pages, File.Exists(files.Full) ? files.Full : null);
            Tell(terminal, shelf);
        });
        return command;
    }

    private static Command MakeRebase(Terminal terminal)
    {
        var office = new Argument<string>("OFFICE") { Description = "The authority's folder." };
        var command = new Command("rebase", "Makes the weekly base of the newest state, as every gate makes it for itself.") { office };
        command.SetAction(result =>
        {
            var shelf = new Office(result.GetRequiredValue(office)).OpenList();
            shelf.Rebase();
            Tell(terminal, shelf);
        });
        return command;
    }

    private static void Tell(Terminal terminal, ListShelf shelf) => terminal.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"epoch {shelf.Epoch}, base at sequence {shelf.Index!.Header.Sequence}, {shelf.Index.EntryCount:N0} entries: published with the next publication"));
}
