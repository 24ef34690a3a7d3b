using System.Numerics;

namespace Verifier.AllowList;

/// <summary>
/// Where things stand in one page of <c>base-EPOCH.gal</c>; docs/formats/allow-list.md.
/// <code>
/// 0        2  count n, big-endian, 1 to 3,273
/// 2        1  low-bit width l, 0 to 55
/// 3        1  zero
/// 4        n  values, in key order
/// 4+n      .  n low parts of l bits each, then zero bits to the next byte
/// .        .  upper bits: for entry i the bit (offset_i >> l) + i is one, all others are zero, to the end of the page
/// </code>
/// offset_i is the key less the first key of the page, which stands in the index; offset_0 is 0.
/// </summary>
public static class ListPageLayout
{
    /// <summary>Size of a page in bytes; also of the header page of the file.</summary>
    public const int PageSize = 4_096;

    /// <summary>Greatest number of entries: consecutive keys cost 8 value bits and 2 upper bits each.</summary>
    public const int EntriesMax = 3_273;

    internal const int CountOffset = 0;
    internal const int WidthOffset = 2;
    internal const int ReservedOffset = 3;
    internal const int ValuesOffset = 4;
    internal const int WidthMax = SubjectKey.PageBits - 1;

    /// <summary>
    /// The low-bit width of the smallest page; of two that are equally small the narrower. The only one that is valid,
    /// so that the same entries give the same bytes on the publisher and on a gate that rebases.
    /// </summary>
    internal static int Width(int count, ulong lastOffset)
    {
        // A bit more of width costs `count` bits and saves half of the upper zeros, rounded up.
        var width = Math.Max(0, BitOperations.Log2((lastOffset / (ulong)count) | 1) - 2);
        return Width(count, lastOffset, width);
    }

    /// <summary>The same, begun at a guess: the width of one entry less is nearly always it, and saves a division.</summary>
    internal static int Width(int count, ulong lastOffset, int guess)
    {
        var width = guess;
        while (((lastOffset >> width) + 1) / 2 > (ulong)count) width++;
        while (width > 0 && ((lastOffset >> (width - 1)) + 1) / 2 <= (ulong)count) width--;
        return width;
    }

    /// <summary>The byte at which the upper bits begin.</summary>
    internal static int UpperOffset(int count, int width) => ValuesOffset + count + (((count * width) + 7) / 8);

    /// <summary>True when the entries fit a page.</summary>
    internal static bool Fits(int count, int width, ulong lastOffset)
    {
        var room = (PageSize - UpperOffset(count, width)) * 8L;
        return room >= count && lastOffset >> width <= (ulong)(room - count);
    }
}
