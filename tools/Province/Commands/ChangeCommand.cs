using System.CommandLine;
using System.Globalization;
using Province.Lists;
using Province.Publishing;

namespace Province.Commands;

/// <summary><c>province list change</c>: the changes of an hour, from lines of text, into the office's list.</summary>
internal static class ChangeCommand
{
    private const string StandardInput = "-";

    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var office = new Argument<string>("OFFICE") { Description = "The authority's folder." };
        var input = Lines();
        var now = OptionShapes.Now();
        var keys = new KeyOptions("--list-key", "The secret of the list's epoch.", isRequired: true);
        var command = new Command("change", "Takes changes into the list: they are published with the next publication.") { office, input, now };
        keys.AddTo(command);
        command.SetAction(async (result, stop) =>
        {
            var shelf = new Office(result.GetRequiredValue(office)).OpenList();
            var key = keys.Open(terminal, result)[0].ToListKey();
            var changes = await ReadAsync(terminal, result.GetRequiredValue(input), key, stop);
            shelf.TakeSubjects(changes, terminal.MomentOf(result.GetValue(now)));
            await terminal.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"epoch {shelf.Epoch}, sequence {shelf.Newest!.Sequence}, {changes.Count:N0} subjects: published with the next publication"));
        });
        return command;
    }

    /// <summary>The argument that names the lines.</summary>
    public static Argument<string> Lines() => new("CSV")
    {
        Description = "Lines as for build, of subjects whose standing changed or who are new, and KIND,IDENTIFIER,removed; - for standard input.",
    };

    /// <summary>Reads changes.</summary>
    public static async Task<IReadOnlyList<SubjectChange>> ReadAsync(Terminal terminal, string source, byte[] listKey, CancellationToken stop)
    {
        var isFile = source != StandardInput;
        await using var lines = isFile ? File.OpenRead(source) : terminal.In;
        var changes = new List<SubjectChange>();
        await foreach (var block in ListLines.ReadAsync(lines, isFile ? source : "standard input", listKey, takesRemoved: true, stop))
            changes.AddRange(block.Changes());
        return changes;
    }
}
