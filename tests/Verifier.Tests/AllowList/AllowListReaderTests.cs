using Verifier.AllowList;

namespace Verifier.Tests.AllowList;

public sealed class AllowListReaderTests
{
    private static readonly AllowListHeader Header = new("33", 1, 0, DateTimeOffset.UnixEpoch, [SubjectKind.Person]);
    private static readonly ListValue Green = ListValue.Of(Colour.Green);
    private static readonly ListValue Red = ListValue.Of(Colour.Red);

    private readonly byte[] page = new byte[ListPageLayout.PageSize];
    private readonly AllowListIndex index;
    private int reads;

    public AllowListReaderTests()
    {
        var writer = new ListPageWriter();
        for (var key = 1_000UL; key < 2_000; key += 10) Assert.True(writer.TryAdd(key, key == 1_500 ? ListValue.Ambiguous : Green));
        var indexWriter = new AllowListIndexWriter(Header);
        var count = writer.Count;
        writer.Write(page);
        indexWriter.AddPage(1_000, count, page);
        indexWriter.AddAmbiguous(Key(1_500, 1), Green);
        indexWriter.AddAmbiguous(Key(1_500, 2), Red);
        Assert.True(AllowListIndex.TryRead(indexWriter.ToBytes(), out var read, out _));
        index = read;
    }

    [Fact]
    public void A_listed_subject_is_listed_with_its_value() =>
        Assert.Equal(ListAnswer.Listed(Green), Reader().Find(SubjectKind.Person, Key(1_010, 9)));

    [Theory]
    [InlineData(999UL)]
    [InlineData(1_011UL)]
    [InlineData(5_000UL)]
    public void An_unknown_subject_is_not_listed(ulong key) =>
        Assert.Equal(ListAnswer.Without(ListAnswerKind.NotListed), Reader().Find(SubjectKind.Person, Key(key, 0)));

    [Fact]
    public void A_kind_outside_the_scope_reads_no_page()
    {
        Assert.Equal(ListAnswer.Without(ListAnswerKind.OutsideScope), Reader().Find(SubjectKind.TransitCard, Key(1_010, 0)));
        Assert.Equal(ListAnswer.Without(ListAnswerKind.OutsideScope), Reader().Find(SubjectKind.None, Key(1_010, 0)));
        Assert.Equal(0, reads);
    }

    [Fact]
    public void Subjects_that_share_a_key_are_told_apart_by_all_their_bits()
    {
        Assert.Equal(ListAnswer.Listed(Green), Reader().Find(SubjectKind.Person, Key(1_500, 1)));
        Assert.Equal(ListAnswer.Listed(Red), Reader().Find(SubjectKind.Person, Key(1_500, 2)));
        Assert.Equal(ListAnswer.Without(ListAnswerKind.NotListed), Reader().Find(SubjectKind.Person, Key(1_500, 3)));
    }

    [Fact]
    public void A_storage_that_fails_is_no_list() =>
        Assert.Equal(
            ListAnswer.Without(ListAnswerKind.NoList),
            new AllowListReader(index, (_, _, _) => false).Find(SubjectKind.Person, Key(1_010, 0)));

    [Fact]
    public void Every_flipped_bit_of_a_half_is_tampering_for_its_keys_and_never_another_answer()
    {
        var (full, keys) = FullPage();
        var fullIndex = IndexOf(full, keys.Count);
        var left = Key(keys[0], 0);
        var right = Key(keys[^1], 0);
        var bytes = (byte[])full.Clone();
        var reader = new AllowListReader(fullIndex, Copy(bytes));
        var tampered = ListAnswer.Without(ListAnswerKind.PageTampered);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var isRight = bit / 8 >= ListPageLayout.HalfSize;
            var ofLeft = reader.Find(SubjectKind.Person, left);
            var ofRight = reader.Find(SubjectKind.Person, right);
            Assert.Equal(tampered, isRight ? ofRight : ofLeft);
            Assert.Contains(isRight ? ofLeft : ofRight, new[] { tampered, ListAnswer.Listed(Green) });
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(ListAnswer.Listed(Green), reader.Find(SubjectKind.Person, left));
        Assert.Equal(ListAnswer.Listed(Green), reader.Find(SubjectKind.Person, right));
    }

    [Fact]
    public void A_wrong_split_is_tampering_or_nobody_asks_for_it()
    {
        var (full, keys) = FullPage();
        var split = ListHalf.SplitOf(full);
        foreach (var lie in new[] { 0UL, split - 1, split + 1, keys[1], (1UL << 56) - 1 })
        {
            var bytes = (byte[])full.Clone();
            AllowListIndexLayout.WriteKey(bytes.AsSpan(ListPageLayout.SplitOffset), lie);
            var reader = new AllowListReader(IndexOf(full, keys.Count), Copy(bytes));
            foreach (var key in keys)
            {
                var answer = reader.Find(SubjectKind.Person, Key(key, 0));
                if (key >= split && answer == ListAnswer.Listed(Green)) continue;
                Assert.Equal(ListAnswerKind.PageTampered, answer.Kind);
            }
        }
    }

    [Fact]
    public void Ranks_go_on_from_the_left_half_into_the_right_one()
    {
        var (full, keys) = FullPage();
        var fullIndex = IndexOf(full, keys.Count);
        var first = keys.IndexOf(ListHalf.SplitOf(full));
        KeyValuePair<int, ListValue>[] changed = [new(first - 1, Red), new(first, Red), new(keys.Count - 1, Red)];
        var overlay = DeltaOverlay.Start(fullIndex).With(ListChanges.Of(changed, [], []), 1, DateTimeOffset.UnixEpoch);

        var reader = new AllowListReader(fullIndex, Copy(full), overlay);

        for (var rank = 0; rank < keys.Count; rank++)
        {
            var expected = rank == first - 1 || rank == first || rank == keys.Count - 1 ? Red : Green;
            Assert.Equal(ListAnswer.Listed(expected), reader.Find(SubjectKind.Person, Key(keys[rank], 0)));
        }
    }

    [Fact]
    public void A_signed_page_that_is_no_page_is_never_a_colour()
    {
        var writer = new AllowListIndexWriter(Header);
        var wrong = (byte[])page.Clone();
        wrong[2] = 60;
        writer.AddPage(1_000, 100, wrong);
        Assert.True(AllowListIndex.TryRead(writer.ToBytes(), out var signed, out _));

        var answer = new AllowListReader(signed, Copy(wrong)).Find(SubjectKind.Person, Key(1_010, 0));

        Assert.Equal(ListAnswer.Without(ListAnswerKind.PageTampered), answer);
    }

    [Fact]
    public void One_page_is_read_for_a_hit_and_for_a_miss()
    {
        Reader().Find(SubjectKind.Person, Key(1_010, 0));
        Reader().Find(SubjectKind.Person, Key(1_011, 0));

        Assert.Equal(2, reads);
    }

    [Fact]
    public void One_half_is_read_for_nearly_every_key_and_never_more_than_two()
    {
        var (full, keys) = FullPage();
        var halves = new List<int>();
        var writer = new AllowListIndexWriter(Header);
        writer.AddPage(keys[0], keys.Count, full);
        writer.AddPage(keys[^1] + (1UL << 30), keys.Count, full);
        Assert.True(AllowListIndex.TryRead(writer.ToBytes(), out var two, out _));
        var reader = new AllowListReader(two, (_, offset, target) =>
        {
            halves.Add(offset);
            return full.AsSpan(offset, target.Length).TryCopyTo(target);
        });

        var most = 0;
        foreach (var key in keys)
        {
            var before = halves.Count;
            Assert.Equal(ListAnswer.Listed(Green), reader.Find(SubjectKind.Person, Key(key, 0)));
            most = Math.Max(most, halves.Count - before);
        }

        Assert.InRange(halves.Count, keys.Count, keys.Count * 11 / 10);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var reader = Reader();
        for (var warm = 0; warm < 50; warm++) reader.Find(SubjectKind.Person, Key(1_010, 0));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
        {
            reader.Find(SubjectKind.Person, Key(1_010, 0));
            reader.Find(SubjectKind.Person, Key(1_500, 1));
            reader.Find(SubjectKind.Person, Key(1_501, 1));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static SubjectKey Key(ulong page, ulong rest) => SubjectKey.FromFull(((UInt128)page << 72) | rest);

    private static (byte[] Page, List<ulong> Keys) FullPage()
    {
        var writer = new ListPageWriter();
        var keys = new List<ulong>();
        for (var key = 1_000UL; writer.TryAdd(key, Green); key += (1UL << 30) + (key & 0xFFF)) keys.Add(key);
        var full = new byte[ListPageLayout.PageSize];
        writer.Write(full);
        return (full, keys);
    }

    private static AllowListIndex IndexOf(byte[] page, int count)
    {
        var writer = new AllowListIndexWriter(Header);
        writer.AddPage(1_000, count, page);
        Assert.True(AllowListIndex.TryRead(writer.ToBytes(), out var read, out _));
        return read;
    }

    private static PageRead Copy(byte[] bytes) => (_, offset, target) => bytes.AsSpan(offset, target.Length).TryCopyTo(target);

    private AllowListReader Reader() => new(index, (_, offset, target) =>
    {
        reads++;
        return page.AsSpan(offset, target.Length).TryCopyTo(target);
    });
}
