using System.CommandLine;
using System.Globalization;
using Distribution;
using Province.Keys;
using Province.People;
using Verifier.AllowList;

namespace Province.Commands;

/// <summary><c>province list build</c>: an allow-list from lines of text, streaming, in bounded memory.</summary>
internal static class ListCommand
{
    private const string StandardInput = "-";
    private const long ProgressEvery = 1_000_000;

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
        var build = new Command("build", "Builds a list.") { input, folder, seed, epoch, now };
        build.SetAction(result =>
        {
            var number = (int)result.GetValue(epoch);
            var header = new AllowListHeader(
                Authority.HomeId, number, 0, terminal.MomentOf(result.GetValue(now)), [.. Enum.GetValues<SubjectKind>()[1..]]);
            var key = new Authority(new SeededBytes(result.GetValue(seed)!)).ListKeyOf(number);
            var source = result.GetValue(input)!;
            if (source == StandardInput)
            {
                Build(terminal, ListLines.Read(terminal.In, "standard input", key), result.GetValue(folder)!, header);
                return;
            }

            using var lines = File.OpenText(source);
            Build(terminal, ListLines.Read(lines, source, key), result.GetValue(folder)!, header);
        });
        return new Command("list", "Allow-lists.") { build };
    }

    private static void Build(Terminal terminal, IEnumerable<ListEntry> entries, string folder, AllowListHeader header)
    {
        Directory.CreateDirectory(folder);
        using var sorter = new EntrySorter(Path.Combine(folder, "runs"));
        var count = 0L;
        foreach (var entry in entries)
        {
            sorter.Add(entry);
            if (++count % ProgressEvery == 0)
                terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} lines read"));
        }

        var name = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"base-{header.Epoch}"));
        try
        {
            var index = AllowListWriter.Write(name + ".gal", header, sorter.Sorted());
            File.WriteAllBytes(name + ".idx", index);
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} subjects, index of {index.Length:N0} bytes"));
        }
        catch (ArgumentException fault)
        {
            File.Delete(name + ".gal");
            throw new CommandFailure("One subject stands twice. Name each once.", fault);
        }
    }
}
