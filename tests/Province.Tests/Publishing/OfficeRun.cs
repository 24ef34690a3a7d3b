using Distribution;
using Province.Commands;
using Province.Documents;
using Province.Publishing;
using Verifier.AllowList;

namespace Province.Tests.Publishing;

/// <summary>
/// An office in a folder of its own, worked by command lines as its people would type them, and a gate that believes what
/// it publishes. A line may go on over the end of a line with a backslash, as in a shell.
/// </summary>
internal sealed class OfficeRun : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public OfficeRun()
    {
        Folder = Directory.CreateTempSubdirectory("office-test-").FullName;
        File.WriteAllText(At("pass"), "six words drawn by dice\n");
        Directory.CreateDirectory(At("stick"));
        Directory.CreateDirectory(At("office/targets"));
        File.WriteAllBytes(At("office/targets/policy.json"), SignedDocuments.ToBytes(PolicyTable.Make("33", 1)));
        File.WriteAllBytes(At("office/targets/issuers.json"), SignedDocuments.ToBytes(SignedDocuments.Issuers("33", 1, Now, Now.AddYears(1), [])));
        foreach (var board in new[] { "board-1", "board-2" })
        {
            Directory.CreateDirectory(At(board));
            using var identity = DeviceIdentity.OpenOrCreate(At(board));
        }
    }

    public string Folder { get; }

    public DateTimeOffset Time { get; set; } = Now;

    public string Out { get; private set; } = string.Empty;

    public string Error { get; private set; } = string.Empty;

    public string Repository => At("office/repository");

    public string At(string path) => Path.Combine(Folder, path);

    /// <summary>Runs one line; a file stands where the folder has one of that name.</summary>
    public int Run(string line)
    {
        using var standardIn = new MemoryStream();
        using var standardOut = new StringWriter();
        using var standardError = new StringWriter();
        var terminal = new Terminal(standardIn, standardOut, standardError, new HandTime(Time)) { KeyRounds = 1_000 };
        string[] words = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Place)];
        if (words is ["cp", var from, var to])
        {
            File.Copy(from, Directory.Exists(to) ? Path.Combine(to, Path.GetFileName(from)) : to, overwrite: true);
            return 0;
        }

        if (words is ["rm", var gone])
        {
            File.Delete(gone);
            return 0;
        }

        Assert.Equal("province", words[0]);
        var code = CommandLine.Run(words[1..], terminal);
        (Out, Error) = (standardOut.ToString(), standardError.ToString());
        return code;
    }

    /// <summary>Runs lines that must all end well.</summary>
    public void RunAll(string lines)
    {
        foreach (var line in Joined(lines)) Assert.True(Run(line) == 0, $"{line}\n{Error}");
    }

    /// <summary>The lines of a text, joined where a backslash says so.</summary>
    public static IEnumerable<string> Joined(string lines) =>
        lines.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#');

    /// <summary>A list of one subject for the office's first epoch.</summary>
    public void BuildList(int epoch = 1)
    {
        var header = new AllowListHeader("33", epoch, 0, Time, [SubjectKind.Person]);
        var entry = new ListEntry(SubjectKey.FromFull(UInt128.One << 100), ListValue.Of(Colour.Green));
        var index = AllowListWriter.Write(At("base.gal"), header, [entry]);
        new Office(At("office")).OpenList().TakeBase(index, At("base.gal"));
    }

    /// <summary>What a gate on a board believes: everything, or why not.</summary>
    public async Task<SnapshotResult> OpenAsync(string board, string gate = "metro-7")
    {
        using (var identity = DeviceIdentity.OpenOrCreate(At(board)))
        {
            if (!identity.IsEnrolled) identity.Enrol(await File.ReadAllBytesAsync(Path.Combine(Repository, "metadata/1.root.json")), gate);
        }

        return await SnapshotStore.OpenAsync(new SnapshotStoreOptions { StateFolder = At(board) }, FolderFetch.From(Repository), Time, CancellationToken.None);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // Words that name a file or folder of this run; options such as root=li-root.key.pub have one behind the equals sign.
    private string Place(string word)
    {
        var at = word.IndexOf('=', StringComparison.Ordinal);
        var (head, tail) = at < 0 ? (string.Empty, word) : (word[..(at + 1)], word[(at + 1)..]);
        var isPlace = tail.Contains(".key", StringComparison.Ordinal) || tail.Contains(".secret", StringComparison.Ordinal) || tail.Contains('/', StringComparison.Ordinal)
            || tail.EndsWith(".csv", StringComparison.Ordinal) || tail is "office" or "pass" or "stick" or "new-list";
        return isPlace && !tail.StartsWith('-') ? head + At(tail) : word;
    }

    private sealed class HandTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
