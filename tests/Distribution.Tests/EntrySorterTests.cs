using Verifier.AllowList;

namespace Distribution.Tests;

public sealed class EntrySorterTests : IDisposable
{
    private static readonly ListValue Green = ListValue.Of(Colour.Green);
    private static readonly ListValue Red = ListValue.Of(Colour.Red);
    private readonly string folder = Directory.CreateTempSubdirectory("sorter-test-").FullName;

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 100)]
    [InlineData(100, 100)]
    [InlineData(101, 100)]
    [InlineData(5_000, 73)]
    public void Entries_come_out_by_rising_key_with_their_values(int count, int runEntries)
    {
        var entries = Enumerable.Range(0, count).Select(number => Entry(Mixed(number), number % 2 == 0 ? Green : Red)).ToList();
        using var sorter = new EntrySorter(Path.Combine(folder, "runs"), runEntries);
        foreach (var entry in entries) sorter.Add(entry);

        var sorted = sorter.Sorted().ToList();

        Assert.Equal(entries.OrderBy(entry => entry.Key.Full), sorted);
    }

    [Fact]
    public void Keys_that_share_their_first_bits_are_sorted_too()
    {
        var entries = Enumerable.Range(0, 3_000).Select(number => Entry(Mixed(number) & 0xFFFF, Green)).ToList();
        using var sorter = new EntrySorter(Path.Combine(folder, "runs"), 1_000);
        foreach (var entry in entries) sorter.Add(entry);

        Assert.Equal(entries.Select(entry => entry.Key.Full).Order(), sorter.Sorted().Select(entry => entry.Key.Full));
    }

    [Fact]
    public void Runs_are_for_their_maker_alone_and_those_that_a_cut_left_go()
    {
        var runs = Path.Combine(folder, "runs");
        Directory.CreateDirectory(runs);
        File.WriteAllText(Path.Combine(runs, "run-007"), "left behind");
        using var sorter = new EntrySorter(runs, 10);

        for (var number = 0; number < 25; number++) sorter.Add(Entry(Mixed(number), Green));

        var files = Directory.GetFiles(runs);
        Assert.Equal(2, files.Length);
        Assert.All(files, static path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
    }

    [Fact]
    public void Nothing_stays_in_the_folder()
    {
        var runs = Path.Combine(folder, "runs");
        using (var sorter = new EntrySorter(runs, 10))
        {
            for (var number = 0; number < 100; number++) sorter.Add(Entry(Mixed(number), Green));
            Assert.Equal(100, sorter.Sorted().Count());
        }

        Assert.False(Directory.Exists(runs));
    }

    [Fact]
    public void More_entries_than_all_runs_hold_are_refused()
    {
        using var sorter = new EntrySorter(Path.Combine(folder, "runs"), 1);
        for (var number = 0; number <= EntrySorter.RunsMax; number++) sorter.Add(Entry(Mixed(number), Green));

        Assert.Throws<InvalidOperationException>(() => sorter.Add(Entry(0, Green)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static ListEntry Entry(UInt128 key, ListValue value) => new(SubjectKey.FromFull(key), value);

    private static UInt128 Mixed(int number) =>
        unchecked(((UInt128)((ulong)(number + 1) * 0x9E37_79B9_7F4A_7C15) << 64) | ((ulong)number * 0xBF58_476D_1CE4_E5B9));
}
