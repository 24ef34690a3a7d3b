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
            new AllowListReader(index, (_, _) => false).Find(SubjectKind.Person, Key(1_010, 0)));

    [Fact]
    public void Every_flipped_bit_of_the_page_is_tampering_and_never_a_colour()
    {
        for (var bit = 0; bit < page.Length * 8; bit++)
        {
            page[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(ListAnswer.Without(ListAnswerKind.PageTampered), Reader().Find(SubjectKind.Person, Key(1_010, 0)));
            page[bit / 8] ^= (byte)(1 << (bit % 8));
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

    private static PageRead Copy(byte[] bytes) => (_, target) => bytes.AsSpan().TryCopyTo(target);

    private AllowListReader Reader() => new(index, (_, target) =>
    {
        reads++;
        return page.AsSpan().TryCopyTo(target);
    });
}
