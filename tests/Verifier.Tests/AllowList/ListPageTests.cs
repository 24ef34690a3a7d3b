using Verifier.AllowList;

namespace Verifier.Tests.AllowList;

public sealed class ListPageTests
{
    private static readonly ListValue[] Values =
    [
        ListValue.Of(Colour.Red),
        ListValue.Of(Colour.Green),
        ListValue.Of(Colour.Green, isStaticCodeAllowed: true),
        ListValue.Of(Colour.Yellow, YellowReason.Region),
        ListValue.Ambiguous,
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(45)]
    [InlineData(54)]
    public void What_was_packed_is_decoded_and_found(int gapBits)
    {
        var (keys, values, page) = Pack(gapBits, (ulong)gapBits + 1);
        var readKeys = new ulong[keys.Count];
        var readValues = new ListValue[keys.Count];

        Assert.True(ListPage.TryOpen(page, keys[0], out var opened, out _));
        Assert.True(opened.TryDecode(readKeys, readValues, out var fault), fault.ToString());
        Assert.Equal(keys, readKeys);
        Assert.Equal(values, readValues);
        for (var index = 0; index < keys.Count; index++)
        {
            Assert.Equal(PageSearch.Found, Find(page, keys[0], keys[index], out var position, out var value));
            Assert.Equal(values[index], value);
            Assert.Equal(index, position);
        }
    }

    [Fact]
    public void A_key_between_two_keys_is_not_found()
    {
        var (keys, _, page) = Pack(8, 7);
        var known = keys.ToHashSet();
        for (var key = keys[0] - 1; key < keys[^1] + 1_000; key++)
            Assert.Equal(known.Contains(key) ? PageSearch.Found : PageSearch.NotFound, Find(page, keys[0], key, out _, out _));
        Assert.Equal(PageSearch.NotFound, Find(page, keys[0], (1UL << 56) - 1, out _, out _));
    }

    [Fact]
    public void A_page_of_a_province_holds_904_entries_or_so()
    {
        var counts = Enumerable.Range(0, 20).Select(seed => Pack(30, (ulong)seed).Keys.Count).ToList();

        Assert.InRange(counts.Average(), 901, 908);
    }

    [Fact]
    public void Consecutive_keys_fill_a_page_to_its_limit_and_one_more_does_not_fit()
    {
        var writer = new ListPageWriter();
        for (var key = 0UL; key < ListPageLayout.EntriesMax; key++) Assert.True(writer.TryAdd(key, Values[0]));

        Assert.False(writer.TryAdd(ListPageLayout.EntriesMax, Values[0]));
        Assert.Equal(ListPageLayout.EntriesMax, writer.Count);
        var page = new byte[ListPageLayout.PageSize];
        writer.Write(page);
        Assert.True(ListPage.TryOpen(page, 0, out var opened, out _));
        Assert.True(opened.TryDecode(new ulong[opened.Count], new ListValue[opened.Count], out _));
    }

    [Theory]
    [InlineData(ListPageLayout.HalfEntriesMax + 1)]
    [InlineData(0)]
    public void A_count_outside_its_range_is_a_fault(int count)
    {
        var (keys, _, page) = Pack(0, 3);
        page[0] = (byte)(count >> 8);
        page[1] = (byte)(count & 0xFF);

        Assert.False(ListPage.TryOpen(page, keys[0], out _, out var fault));
        Assert.Equal(PageFault.BadCount, fault);
    }

    [Theory]
    [InlineData(2, 56, PageFault.BadWidth)]
    [InlineData(3, 1, PageFault.NotZero)]
    public void A_wrong_head_is_a_named_fault(int offset, byte value, PageFault expected)
    {
        var (keys, _, page) = Pack(30, 3);
        page[offset] = value;

        Assert.False(ListPage.TryOpen(page, keys[0], out _, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void A_page_of_another_size_is_a_fault()
    {
        Assert.False(ListPage.TryOpen(new byte[ListPageLayout.PageSize - 1], 0, out _, out var shorter));
        Assert.False(ListPage.TryOpen(new byte[ListPageLayout.PageSize + 1], 0, out _, out var longer));

        Assert.Equal(PageFault.WrongSize, shorter);
        Assert.Equal(PageFault.WrongSize, longer);
    }

    [Fact]
    public void Every_single_flipped_bit_is_a_fault_or_another_list_but_never_the_same()
    {
        var (keys, values, page) = Pack(30, 11);

        for (var bit = 0; bit < page.Length * 8; bit += 3)
        {
            page[bit / 8] ^= (byte)(1 << (bit % 8));
            if (ListPage.TryOpen(page, keys[0], out var opened, out _))
            {
                var readKeys = new ulong[opened.Count];
                var readValues = new ListValue[opened.Count];
                var isWhole = opened.TryDecode(readKeys, readValues, out _);
                Assert.False(isWhole && readKeys.SequenceEqual(keys) && readValues.SequenceEqual(values), $"bit {bit}");
            }

            page[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Non_zero_fill_is_a_fault()
    {
        var page = OneEntry();
        page[ListPageLayout.HalfSize - 1] = 1;

        Assert.True(ListPage.TryOpen(page, 5, out var opened, out _));
        Assert.False(opened.TryDecode(new ulong[1], new ListValue[1], out var fault));
        Assert.Equal(PageFault.NotZero, fault);
    }

    [Fact]
    public void A_value_after_the_last_one_is_a_fault()
    {
        var page = OneEntry();
        page[ListPageLayout.ValuesOffset] |= 1;

        Assert.True(ListPage.TryOpen(page, 5, out var opened, out _));
        Assert.False(opened.TryDecode(new ulong[1], new ListValue[1], out var fault));
        Assert.Equal(PageFault.NotZero, fault);
    }

    [Fact]
    public void An_empty_right_half_with_anything_in_it_is_a_fault()
    {
        var page = OneEntry();
        page[^1] = 1;

        Assert.False(ListPage.TryOpen(page, 5, out _, out var fault));
        Assert.Equal(PageFault.NotZero, fault);
    }

    [Fact]
    public void Halves_that_name_two_splits_are_a_fault()
    {
        var (keys, _, page) = Pack(30, 5);
        page[ListPageLayout.HalfSize + ListPageLayout.SplitOffset + 6] ^= 1;

        Assert.False(ListPage.TryOpen(page, keys[0], out _, out var fault));
        Assert.Equal(PageFault.BadSplit, fault);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(20UL)]
    public void A_split_that_leaves_room_in_the_left_half_or_is_within_it_is_a_fault(ulong split)
    {
        var left = new ListHalfWriter();
        var right = new ListHalfWriter();
        for (var key = 0UL; key < 10; key++) Assert.True(left.TryAdd(key, Values[0]));
        Assert.True(right.TryAdd(split, Values[0]));
        var page = new byte[ListPageLayout.PageSize];
        left.Write(page.AsSpan(0, ListPageLayout.HalfSize), split);
        right.Write(page.AsSpan(ListPageLayout.HalfSize), split);

        Assert.True(ListPage.TryOpen(page, 0, out var opened, out _));
        Assert.False(opened.TryDecode(new ulong[11], new ListValue[11], out var fault));
        Assert.Equal(PageFault.BadSplit, fault);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new SplitMix(17);
        var half = new byte[ListPageLayout.HalfSize];
        var opened = 0;
        for (var round = 0; round < 3_000; round++)
        {
            random.Fill(half);
            half[0] &= 0x0F;
            half[2] = (byte)random.Below(57);
            half[3] = 0;
            if (!ListHalf.TryOpen(half, random.Next() >> 8, out var view, out _)) continue;
            opened++;
            for (var search = 0; search < 20; search++) view.Find(random.Next() >> (8 + random.Below(48)), out _, out _);
            Assert.False(view.TryDecode(new ulong[view.Count], new ListValue[view.Count], out _));
        }

        Assert.True(opened > 500, $"only {opened} opened");
    }

    private static PageSearch Find(byte[] page, ulong firstKey, ulong key, out int position, out ListValue value)
    {
        var split = ListHalf.SplitOf(page);
        Assert.True(ListHalf.TryOpen(ListPageLayout.Half(page, isRight: false), firstKey, out var left, out _));
        if (split == 0 || key < split) return left.Find(key, out position, out value);
        Assert.True(ListHalf.TryOpen(ListPageLayout.Half(page, isRight: true), split, out var right, out _));
        var found = right.Find(key, out position, out value);
        position += left.Count;
        return found;
    }

    private static byte[] OneEntry()
    {
        var writer = new ListPageWriter();
        Assert.True(writer.TryAdd(5, Values[0]));
        var page = new byte[ListPageLayout.PageSize];
        writer.Write(page);
        return page;
    }

    private static (List<ulong> Keys, List<ListValue> Values, byte[] Page) Pack(int gapBits, ulong seed)
    {
        var random = new SplitMix(seed);
        var writer = new ListPageWriter();
        var keys = new List<ulong>();
        var values = new List<ListValue>();
        for (var key = random.Next() >> 16; ; key += 1 + (random.Next() & ((2UL << gapBits) - 1)))
        {
            var value = Values[random.Below(Values.Length)];
            if (key >> 56 != 0 || !writer.TryAdd(key, value)) break;
            keys.Add(key);
            values.Add(value);
        }

        var page = new byte[ListPageLayout.PageSize];
        writer.Write(page);
        return (keys, values, page);
    }
}
