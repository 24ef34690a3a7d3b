using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Verifier.AllowList;

/// <summary>What a search inside half a page found.</summary>
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
/// Half a page of the list, read in place. Arbitrary bytes give a fault, "not found" or a wrong value, never an exception,
/// an over-read or an endless loop; that the bytes are the province's is the hash's business, checked before.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct ListHalf
{
    private readonly ReadOnlySpan<byte> half;
    private readonly ulong firstKey;
    private readonly int width;
    private readonly int lowBits;
    private readonly int upper;

    private ListHalf(ReadOnlySpan<byte> half, ulong firstKey, int count, int width)
    {
        this.half = half;
        this.firstKey = firstKey;
        this.width = width;
        Count = count;
        lowBits = ListPageLayout.LowOffset(count) * 8;
        upper = ListPageLayout.UpperOffset(count, width);
    }

    /// <summary>How many entries, 1 to 2,716.</summary>
    public int Count { get; }

    /// <summary>The split that the half names, read without a look at the rest; zero when the right half is empty.</summary>
    /// <param name="source">Half a page.</param>
    public static ulong SplitOf(ReadOnlySpan<byte> source) => AllowListIndexLayout.ReadKey(source[ListPageLayout.SplitOffset..]);

    /// <summary>Reads the head of a half. <see cref="TryDecode"/> checks the rest.</summary>
    /// <param name="source">Exactly half a page.</param>
    /// <param name="firstKey">The first key: from the index for the left half, the split for the right one.</param>
    /// <param name="half">The half.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool TryOpen(ReadOnlySpan<byte> source, ulong firstKey, out ListHalf half, out PageFault fault)
    {
        half = default;
        fault = PageFault.WrongSize;
        if (source.Length != ListPageLayout.HalfSize) return false;

        int count = BinaryPrimitives.ReadUInt16BigEndian(source[ListPageLayout.CountOffset..]);
        int lowWidth = source[ListPageLayout.WidthOffset];
        fault = PageFault.BadCount;
        if (count is 0 or > ListPageLayout.HalfEntriesMax) return false;
        fault = PageFault.BadWidth;
        if (lowWidth > ListPageLayout.WidthMax) return false;
        fault = PageFault.NotZero;
        if (source[ListPageLayout.ReservedOffset] != 0) return false;
        fault = PageFault.BadCount;
        if (!ListPageLayout.Fits(count, lowWidth, 0)) return false;

        fault = PageFault.None;
        half = new ListHalf(source, firstKey, count, lowWidth);
        return true;
    }

    /// <summary>Finds one key: skips to its upper part by counting zeros, then compares the few low parts there. The
    /// position in the half counts only when it is found.</summary>
    public PageSearch Find(ulong key, out int index, out ListValue value)
    {
        index = 0;
        value = default;
        if (key < firstKey) return PageSearch.NotFound;
        var offset = key - firstKey;
        var high = offset >> width;
        var low = offset - (high << width);
        var end = (half.Length - upper) * 8;
        if (high > (ulong)end) return PageSearch.NotFound;

        var zeros = (int)high;
        for (var position = AfterZeros(zeros); position < end && IsUpperSet(position); position++)
        {
            index = position - zeros;
            if (index >= Count) break;
            var found = BitString.Read(half, lowBits + (index * width), width);
            if (found == low) return ListPageValue.TryRead(Code(index), out value) ? PageSearch.Found : PageSearch.Broken;
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
        var end = (half.Length - upper) * 8;
        var position = 0;
        var offset = 0UL;
        for (var index = 0; index < Count; index++)
        {
            while (position < end && !IsUpperSet(position)) position++;
            if (position == end) return false;
            var high = (ulong)(position - index);
            if (high >> (SubjectKey.PageBits - width) != 0) return false;
            var next = (high << width) | BitString.Read(half, lowBits + (index * width), width);
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
        if (Count % 2 != 0 && Code(Count) != 0) return false;
        var padding = lowBits + (Count * width);
        if (BitString.Read(half, padding, (upper * 8) - padding) != 0) return false;
        for (; (position & 7) != 0; position++)
        {
            if (IsUpperSet(position)) return false;
        }

        return !half[(upper + (position / 8))..].ContainsAnyExcept((byte)0);
    }

    private bool TryDecodeValues(Span<ListValue> values, out PageFault fault)
    {
        fault = PageFault.BadValue;
        for (var index = 0; index < Count; index++)
        {
            if (!ListPageValue.TryRead(Code(index), out values[index])) return false;
        }

        fault = PageFault.None;
        return true;
    }

    private byte Code(int index)
    {
        var pair = half[ListPageLayout.ValuesOffset + (index / 2)];
        return (byte)(index % 2 == 0 ? pair >> 4 : pair & 0xF);
    }

    private bool IsUpperSet(int position) => BitString.IsSet(half, (upper * 8) + position);

    // The position after so many zeros of the upper bits; past the end when there are fewer.
    private int AfterZeros(int zeros)
    {
        if (zeros == 0) return 0;
        for (var at = upper; at < half.Length; at += sizeof(ulong))
        {
            var blanks = ~BitString.Window(half, at);
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
