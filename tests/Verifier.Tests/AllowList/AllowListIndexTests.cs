using System.Buffers.Binary;
using Verifier.AllowList;

namespace Verifier.Tests.AllowList;

public sealed class AllowListIndexTests
{
    private static readonly AllowListHeader Header =
        new("33", 7, 5, DateTimeOffset.FromUnixTimeSeconds(1_770_000_000), [SubjectKind.Person, SubjectKind.TransitCard]);

    [Fact]
    public void A_written_index_reads_back()
    {
        Assert.True(AllowListIndex.TryRead(Sample(), out var index, out _));

        Assert.Equal(Header with { Scope = [] }, index.Header with { Scope = [] });
        Assert.Equal(Header.Scope, index.Header.Scope);
        Assert.Equal(3, index.PageCount);
        Assert.Equal(30, index.EntryCount);
        Assert.Equal(4 * 4_096, index.PageFileSize);
        Assert.Equal(2, index.SideEntryCount);
        Assert.True(index.Covers(SubjectKind.Person));
        Assert.False(index.Covers(SubjectKind.CardUid));
        Assert.False(index.Covers(SubjectKind.None));
        Assert.False(index.Covers((SubjectKind)200));
    }

    [Theory]
    [InlineData(99UL, -1)]
    [InlineData(100UL, 0)]
    [InlineData(199UL, 0)]
    [InlineData(200UL, 1)]
    [InlineData(299UL, 1)]
    [InlineData(300UL, 2)]
    [InlineData((1UL << 56) - 1, 2)]
    public void The_page_of_a_key_is_the_last_that_does_not_begin_above_it(ulong key, int page)
    {
        Assert.True(AllowListIndex.TryRead(Sample(), out var index, out _));

        Assert.Equal(page, index.FindPage(key));
    }

    [Theory]
    [InlineData(0, 0x00, IndexFault.WrongMagic)]
    [InlineData(5, 1, IndexFault.WrongFormat)]
    [InlineData(7, 7, IndexFault.BadScope)]
    [InlineData(8, 0, IndexFault.BadProvince)]
    [InlineData(12, 65, IndexFault.BadProvince)]
    [InlineData(16, 0x80, IndexFault.BadEpoch)]
    [InlineData(19, 0, IndexFault.BadEpoch)]
    [InlineData(32, 0x80, IndexFault.BadAsOf)]
    [InlineData(32, 0x7F, IndexFault.BadAsOf)]
    [InlineData(20, 1, IndexFault.BadCount)]
    [InlineData(31, 31, IndexFault.BadCount)]
    [InlineData(40, 1, IndexFault.BadCount)]
    [InlineData(44, 0x80, IndexFault.BadSequence)]
    [InlineData(54, 1, IndexFault.BadCount)]
    [InlineData(43, 3, IndexFault.WrongLength)]
    [InlineData(56 + 41 + 6, 105, IndexFault.BadPages)]
    [InlineData(56 + 41 + 7, 0xFF, IndexFault.BadPages)]
    [InlineData(56 + 123 + 16, 0, IndexFault.BadSideTable)]
    [InlineData(56 + 123 + 0, 1, IndexFault.BadSideTable)]
    public void A_wrong_byte_is_a_named_fault(int offset, byte value, IndexFault expected)
    {
        var bytes = Sample();
        bytes[offset] = value;

        Assert.False(AllowListIndex.TryRead(bytes, out _, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Every_truncation_is_a_fault_and_so_is_a_byte_more()
    {
        var bytes = Sample();

        for (var length = 0; length < bytes.Length; length++)
            Assert.False(AllowListIndex.TryRead(bytes.AsMemory(0, length), out _, out _));
        Assert.False(AllowListIndex.TryRead(new byte[bytes.Length + 1], out _, out _));
        Assert.False(AllowListIndex.TryRead((byte[])[.. bytes, 0], out _, out var fault));
        Assert.Equal(IndexFault.WrongLength, fault);
    }

    [Fact]
    public void An_index_over_its_limit_is_too_large_and_one_at_the_limit_is_looked_at()
    {
        Assert.False(AllowListIndex.TryRead(new byte[AllowListIndex.SizeMax], out _, out var atLimit));
        Assert.False(AllowListIndex.TryRead(new byte[AllowListIndex.SizeMax + 1], out _, out var beyond));

        Assert.Equal(IndexFault.WrongMagic, atLimit);
        Assert.Equal(IndexFault.TooLarge, beyond);
    }

    [Fact]
    public void As_many_pages_as_the_limit_are_read_and_one_more_cannot_be_written()
    {
        var writer = new AllowListIndexWriter(Header);
        for (var page = 0; page < AllowListIndex.PagesMax; page++) writer.AddPage((ulong)page, 1, Page(0));

        Assert.True(AllowListIndex.TryRead(writer.ToBytes(), out var index, out _));
        Assert.Equal(AllowListIndex.PagesMax, index.PageCount);
        Assert.Throws<InvalidOperationException>(() => writer.AddPage(AllowListIndex.PagesMax, 1, Page(0)));
    }

    [Fact]
    public void A_side_table_holds_its_limit_and_not_one_more()
    {
        var writer = new AllowListIndexWriter(Header);
        for (var entry = 0; entry < AllowListIndex.SideEntriesMax; entry++)
            writer.AddAmbiguous(SubjectKey.FromFull((UInt128)entry), ListValue.Of(Colour.Red));

        Assert.True(AllowListIndex.TryRead(writer.ToBytes(), out var index, out _));
        Assert.Equal(AllowListIndex.SideEntriesMax, index.SideEntryCount);
        Assert.Throws<InvalidOperationException>(() => writer.AddAmbiguous(default, ListValue.Of(Colour.Red)));
    }

    [Fact]
    public void Mutated_and_random_bytes_never_throw()
    {
        var random = new SplitMix(5);
        var sample = Sample();
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])sample.Clone();
            for (var change = random.Below(4); change >= 0; change--)
                bytes[random.Below(bytes.Length)] = (byte)(random.Next() & 0xFF);
            if (!AllowListIndex.TryRead(bytes, out var index, out _)) continue;
            read++;
            index.FindPage(random.Next() >> 8);
            index.TryFindAmbiguous(SubjectKey.FromFull(random.Wide()), out _);
        }

        Assert.InRange(read, 1, 19_999);
    }

    [Theory]
    [InlineData("even")]
    [InlineData("crowded")]
    [InlineData("at the end")]
    public void The_page_of_a_key_is_found_however_the_keys_are_spread(string spread)
    {
        const int Pages = 700;
        const ulong End = 1UL << 56;
        var random = new SplitMix(9);
        var firsts = Enumerable.Range(0, Pages).Select(page => spread switch
        {
            "even" => (End / Pages * (ulong)page) + (random.Next() % 1_000_000),
            "crowded" => (ulong)page < Pages / 2 ? (ulong)page * 3 : (End / 2) + ((ulong)page * 3),
            _ => End - (ulong)(2 * (Pages - page)),
        }).ToArray();
        var writer = new AllowListIndexWriter(Header);
        foreach (var first in firsts) writer.AddPage(first, 1, Page(0));
        Assert.True(AllowListIndex.TryRead(writer.ToBytes(), out var index, out _));

        foreach (var key in firsts.SelectMany(static first => new[] { Math.Max(first, 1) - 1, first, first + 1 }).Append(0UL).Append(End - 1).Append(End / 2).Where(static key => key < End))
            Assert.Equal(firsts.Count(first => first <= key) - 1, index.FindPage(key));
    }

    private static byte[] Page(byte fill)
    {
        var page = new byte[ListPageLayout.PageSize];
        page.AsSpan().Fill(fill);
        return page;
    }

    private static byte[] Sample()
    {
        var writer = new AllowListIndexWriter(Header);
        writer.AddPage(100, 10, Page(1));
        writer.AddPage(200, 10, Page(2));
        writer.AddPage(300, 10, Page(3));
        var shared = (UInt128)205 << 72;
        writer.AddAmbiguous(SubjectKey.FromFull(shared + 1), ListValue.Of(Colour.Green));
        writer.AddAmbiguous(SubjectKey.FromFull(shared + 2), ListValue.Of(Colour.Red));
        var bytes = writer.ToBytes();
        Assert.Equal(56 + (3 * 41) + (2 * 17), bytes.Length);
        Assert.Equal(7, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)));
        return bytes;
    }
}
