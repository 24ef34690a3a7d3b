using Distribution;
using Province.Lists;
using Verifier.AllowList;

namespace Province.Tests.Lists;

/// <summary>The office takes changes by subject: over hours, over a weekly base, and where two subjects share 56 bits.</summary>
public sealed class SubjectsOnTheShelfTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ListValue Green = ListValue.Of(Colour.Green);
    private static readonly ListValue Red = ListValue.Of(Colour.Red);
    private readonly string folder = Directory.CreateTempSubdirectory("shelf-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Whoever_came_or_collided_before_a_weekly_base_is_still_told_apart_after_it()
    {
        var shelf = Make(isWithKeys: true);
        Take(shelf, hour: 1, (Key(50), Green), (Key(3, 1), Red));
        Take(shelf, hour: 168, (Key(1), Red));
        shelf.Rebase();
        shelf = Open();

        Take(shelf, hour: 169, (Key(50), Red), (Key(3, 1), default), (Key(60), Green), (Key(60, 1), Red));

        Assert.Equal([Red, Green, default, Red, Green, Red], Values(shelf, Key(1), Key(3), Key(3, 1), Key(50), Key(60), Key(60, 1)));
        string[] companions = [.. Directory.GetFiles(At("list/1")).Select(static path => Path.GetFileName(path))
            .Where(static name => name.EndsWith(".full", StringComparison.Ordinal) || name.EndsWith(".added", StringComparison.Ordinal)).Order()];
        Assert.Equal(["base-2.added", "base-2.full"], companions);
    }

    [Fact]
    public void Without_full_keys_no_subject_is_taken()
    {
        var shelf = Make(isWithKeys: false);

        var failure = Assert.Throws<CommandFailure>(() => Take(shelf, hour: 1, (Key(1), Red)));

        Assert.Contains("together with its .full", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_full_keys_of_another_base_are_refused()
    {
        Build("one", 10);
        var index = Build("other", 11);

        var failure = Assert.Throws<CommandFailure>(() => Open().TakeBase(index, At("other.gal"), At("one.full")));

        Assert.Contains("is not the companion of this base", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(At("other.gal")));
    }

    private static SubjectKey Key(int number, int sharer = 0) => SubjectKey.FromFull(((UInt128)number << 80) | (uint)sharer);

    private static void Take(ListShelf shelf, int hour, params (SubjectKey Key, ListValue Value)[] changes) =>
        shelf.TakeSubjects(changes.Select(static (change, line) => new SubjectChange(change.Key, change.Value, line + 1)), Start.AddHours(hour));

    private static List<ListValue> Values(ListShelf shelf, params SubjectKey[] keys)
    {
        using var pages = PageFile.Open(shelf.PagesPath);
        var reader = new AllowListReader(shelf.Index!, pages.TryRead, shelf.Newest);
        return [.. keys.Select(key => reader.Find(SubjectKind.Person, key).Value)];
    }

    private ListShelf Make(bool isWithKeys)
    {
        var shelf = Open();
        shelf.TakeBase(Build("base", 40), At("base.gal"), isWithKeys ? At("base.full") : null);
        return shelf;
    }

    private byte[] Build(string name, int entries) => AllowListWriter.Write(
        At($"{name}.gal"), new AllowListHeader("33", 1, 0, Start, [SubjectKind.Person]),
        Enumerable.Range(1, entries).Select(static number => new ListEntry(Key(number), Green)), At($"{name}.full"));

    private string At(string name) => Path.Combine(folder, name);

    private ListShelf Open() => ListShelf.Open(At("list"), At("repository"), 1);
}
