using Verifier.AllowList;

namespace Distribution.Tests;

public sealed class AllowListWriterTests : IDisposable
{
    private static readonly ListValue Green = ListValue.Of(Colour.Green);
    private static readonly ListValue Red = ListValue.Of(Colour.Red);
    private static readonly AllowListHeader Header = new("33", 1, 0, DateTimeOffset.UnixEpoch, [SubjectKind.Person]);
    private readonly string folder = Directory.CreateTempSubdirectory("writer-test-").FullName;

    private string Pages => Path.Combine(folder, "base-1.gal");

    private string Full => Path.Combine(folder, "base-1.full");

    [Fact]
    public void The_companion_gives_back_each_full_key_by_its_rank()
    {
        SubjectKey[] keys = [.. Enumerable.Range(1, 2_000).Select(number => Key((ulong)number * 1_000_003, (ulong)number))];
        var index = AllowListWriter.Write(Pages, Header, keys.Select(key => new ListEntry(key, Green)), Full);

        using var rests = FullKeyFile.Open(Full, index, keys.Length);

        for (var rank = 0; rank < keys.Length; rank++) Assert.Equal(keys[rank], rests.FullKey(rank, keys[rank].Page));
    }

    [Fact]
    public void Subjects_that_collide_become_one_ambiguous_entry_and_stand_in_full()
    {
        ListEntry[] entries = [new(Key(5, 1), Green), new(Key(7, 1), Green), new(Key(7, 2), Red), new(Key(7, 3), Green), new(Key(9, 0), Red)];

        var bytes = AllowListWriter.Write(Pages, Header, entries, Full);

        Assert.True(AllowListIndex.TryRead(bytes, out var index, out _));
        Assert.Equal((3L, 3), (index.EntryCount, index.SideEntryCount));
        using var pages = PageFile.Open(Pages);
        var reader = new AllowListReader(index, pages.TryRead);
        foreach (var entry in entries) Assert.Equal(ListAnswer.Listed(entry.Value), reader.Find(SubjectKind.Person, entry.Key));
        Assert.Equal(ListAnswerKind.NotListed, reader.Find(SubjectKind.Person, Key(7, 4)).Kind);
        using var rests = FullKeyFile.Open(Full, bytes, 3);
        Assert.Equal(Key(9, 0), rests.FullKey(2, 9));
    }

    [Fact]
    public void Keys_that_do_not_rise_are_refused_by_name()
    {
        var fault = Assert.Throws<UnsortedEntriesException>(
            () => AllowListWriter.Write(Pages, Header, [new(Key(5, 1), Green), new(Key(5, 1), Green)]));

        Assert.Equal(Key(5, 1), fault.Key);
    }

    [Fact]
    public void The_companion_of_another_base_is_refused()
    {
        var index = AllowListWriter.Write(Pages, Header, [new(Key(5, 1), Green)], Full);
        var whole = File.ReadAllBytes(Full);
        var other = (byte[])index.Clone();
        other[^1] ^= 1;

        Assert.Contains("another base", Refusal(other, 1), StringComparison.Ordinal);
        Assert.Contains("another number", Refusal(index, 2), StringComparison.Ordinal);
        File.WriteAllBytes(Full, whole[..^1]);
        Assert.Contains("length", Refusal(index, 1), StringComparison.Ordinal);
        File.WriteAllBytes(Full, whole[..20]);
        Assert.Contains("head", Refusal(index, 1), StringComparison.Ordinal);
        whole[0] = 0;
        File.WriteAllBytes(Full, whole);
        Assert.Contains("no companion", Refusal(index, 1), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Refusal(byte[] index, long count) => Assert.Throws<InvalidDataException>(() => FullKeyFile.Open(Full, index, count)).Message;

    private static SubjectKey Key(ulong page, ulong rest) => SubjectKey.FromFull(((UInt128)page << 72) | rest);
}
