using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Verifier.AllowList;

/// <summary>What is wrong with a page.</summary>
public enum PageFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Not exactly one page of bytes.</summary>
    WrongSize,

    /// <summary>No entries, or more than a page can hold.</summary>
    BadCount,

    /// <summary>A low-bit width over 55, or not the one that makes the page smallest.</summary>
    BadWidth,

    /// <summary>A reserved byte, padding bit or fill byte is not zero.</summary>
    NotZero,

    /// <summary>The first key is not the one in the index, or keys do not rise strictly, or one is over 56 bits.</summary>
    BadKeys,

    /// <summary>A value that no publisher writes.</summary>
    BadValue,
}

/// <summary>What a search inside one page found.</summary>
internal enum PageSearch : byte
{
    /// <summary>The entry is there but its value is none: the page was not written by a publisher.</summary>
    Broken = 0,

    /// <summary>No such key.</summary>
    NotFound = 1,

    /// <summary>The key and its value.</summary>
    Found = 2,
}

/// <summary>
/// One page of the list, read in place. Arbitrary bytes give a fault, "not found" or a wrong value, never an exception,
/// an over-read or an endless loop; that the bytes are the province's is the hash's business, checked before.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly ref struct ListPage
{
    private readonly ReadOnlySpan<byte> page;
    private readonly ulong firstKey;
    private readonly int width;
    private readonly int lowBits;
    private readonly int upper;

    private ListPage(ReadOnlySpan<byte> page, ulong firstKey, int count, int width)
    {
        this.page = page;
        this.firstKey = firstKey;
        this.width = width;
        Count = count;
        lowBits = (ListPageLayout.ValuesOffset + count) * 8;
        upper = ListPageLayout.UpperOffset(count, width);
    }

    /// <summary>How many entries, 1 to 3,273.</summary>
    public int Count { get; }

    /// <summary>Reads the head of a page. <see cref="TryDecode"/> checks the rest.</summary>
    /// <param name="source">Exactly one page.</param>
    /// <param name="firstKey">The first key, from the index.</param>
    /// <param name="page">The page.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool TryOpen(ReadOnlySpan<byte> source, ulong firstKey, out ListPage page, out PageFault fault)
    {
        page = default;
        fault = PageFault.WrongSize;
        if (source.Length != ListPageLayout.PageSize) return false;

        int count = BinaryPrimitives.ReadUInt16BigEndian(source[ListPageLayout.CountOffset..]);
        int lowWidth = source[ListPageLayout.WidthOffset];
        fault = PageFault.BadCount;
        if (count is 0 or > ListPageLayout.EntriesMax) return false;
        fault = PageFault.BadWidth;
        if (lowWidth > ListPageLayout.WidthMax) return false;
        fault = PageFault.NotZero;
        if (source[ListPageLayout.ReservedOffset] != 0) return false;
        fault = PageFault.BadCount;
        if (!ListPageLayout.Fits(count, lowWidth, 0)) return false;

        fault = PageFault.None;
        page = new ListPage(source, firstKey, count, lowWidth);
        return true;
    }

    /// <summary>Finds one key: skips to its upper part by counting zeros, then compares the few low parts there. The
    /// position in the page counts only when it is found.</summary>
    internal PageSearch Find(ulong key, out int index, out ListValue value)
    {
        index = 0;
        value = default;
        if (key < firstKey) return PageSearch.NotFound;
        var offset = key - firstKey;
        var high = offset >> width;
        var low = offset - (high << width);
        var end = (page.Length - upper) * 8;
        if (high > (ulong)end) return PageSearch.NotFound;

        var zeros = (int)high;
        for (var position = AfterZeros(zeros); position < end && IsUpperSet(position); position++)
        {
            index = position - zeros;
            if (index >= Count) break;
            var found = BitString.Read(page, lowBits + (index * width), width);
            if (found == low)
                return ListValue.TryRead(page[ListPageLayout.ValuesOffset + index], out value) ? PageSearch.Found : PageSearch.Broken;
            if (found > low) break;
        }

        return PageSearch.NotFound;
    }

    /// <summary>Decodes every entry and checks every rule of the format, so that one list has one encoding.</summary>
    /// <param name="keys">Room for <see cref="Count"/> keys.</param>
    /// <param name="values">Room for <see cref="Count"/> values.</param>
    /// <param name="fault">What is wrong.</param>
    public bool TryDecode(Span<ulong> keys, Span<ListValue> values, out PageFault fault)
    {
        fault = PageFault.BadKeys;
        var end = (page.Length - upper) * 8;
        var position = 0;
        var offset = 0UL;
        for (var index = 0; index < Count; index++)
        {
            while (position < end && !IsUpperSet(position)) position++;
            if (position == end) return false;
            var high = (ulong)(position - index);
            if (high >> (SubjectKey.PageBits - width) != 0) return false;
            var next = (high << width) | BitString.Read(page, lowBits + (index * width), width);
            if (index == 0 ? next != 0 : next <= offset) return false;
            if ((firstKey + next) >> SubjectKey.PageBits != 0) return false;
            offset = next;
            keys[index] = firstKey + next;
            position++;
        }

        return IsRestSound(position, offset, out fault) && TryDecodeValues(values, out fault);
    }

    private bool IsRestSound(int position, ulong lastOffset, out PageFault fault)
    {
        fault = PageFault.BadWidth;
        if (width != ListPageLayout.Width(Count, lastOffset)) return false;
        fault = PageFault.NotZero;
        var padding = lowBits + (Count * width);
        if (BitString.Read(page, padding, (upper * 8) - padding) != 0) return false;
        for (; (position & 7) != 0; position++)
        {
            if (IsUpperSet(position)) return false;
        }

        return !page[(upper + (position / 8))..].ContainsAnyExcept((byte)0);
    }

    private bool TryDecodeValues(Span<ListValue> values, out PageFault fault)
    {
        fault = PageFault.BadValue;
        for (var index = 0; index < Count; index++)
        {
            if (!ListValue.TryRead(page[ListPageLayout.ValuesOffset + index], out values[index])) return false;
        }

        fault = PageFault.None;
        return true;
    }

    private bool IsUpperSet(int position) => BitString.IsSet(page, (upper * 8) + position);

    // The position after so many zeros of the upper bits; past the end when there are fewer.
    private int AfterZeros(int zeros)
    {
        if (zeros == 0) return 0;
        for (var at = upper; at < page.Length; at += sizeof(ulong))
        {
            var blanks = ~BitString.Window(page, at);
            var count = BitOperations.PopCount(blanks);
            if (count < zeros)
            {
                zeros -= count;
                continue;
            }

            for (; zeros > 1; zeros--) blanks &= ~(0x8000_0000_0000_0000UL >> BitOperations.LeadingZeroCount(blanks));
            return ((at - upper) * 8) + BitOperations.LeadingZeroCount(blanks) + 1;
        }

        return int.MaxValue;
    }
}
