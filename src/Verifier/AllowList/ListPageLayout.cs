using System.Numerics;

namespace Verifier.AllowList;

/// <summary>
/// Where things stand in one page of <c>base-EPOCH.gal</c>; docs/formats/allow-list.md. A page is two halves of 2,048 bytes,
/// each hashed and read alone, and each laid out like this:
/// <code>
/// 0        2  count n, big-endian, 1 to 2,716
/// 2        1  low-bit width l, 0 to 55
/// 3        1  zero
/// 4        7  split: the first key of the right half, in both halves; zero when the right half is empty
/// 11       .  values of four bits, in key order, from the high bits down, then zero bits to the next byte
/// .        .  n low parts of l bits each, then zero bits to the next byte
/// .        .  upper bits: for entry i the bit (offset_i >> l) + i is one, all others are zero, to the end of the half
/// </code>
/// offset_i is the key less the first key of the half: for the left half that of the page, which stands in the index, for
/// the right half the split; offset_0 is 0. An empty right half is all zeros.
/// </summary>
public static class ListPageLayout
{
    /// <summary>Size of a page in bytes; also of the header page of the file.</summary>
    public const int PageSize = 2 * HalfSize;

    /// <summary>Size of half a page in bytes.</summary>
    public const int HalfSize = 2_048;

    /// <summary>Greatest number of entries of a page.</summary>
    public const int EntriesMax = 2 * HalfEntriesMax;

    /// <summary>Greatest number of entries of a half: consecutive keys cost 4 value bits and 2 upper bits each.</summary>
    internal const int HalfEntriesMax = 2_716;

    internal const int CountOffset = 0;
    internal const int WidthOffset = 2;
    internal const int ReservedOffset = 3;
    internal const int SplitOffset = 4;
    internal const int ValuesOffset = SplitOffset + AllowListIndexLayout.KeySize;
    internal const int WidthMax = SubjectKey.PageBits - 1;

    /// <summary>The left or the right half of a page.</summary>
    internal static ReadOnlySpan<byte> Half(ReadOnlySpan<byte> page, bool isRight) => page.Slice(isRight ? HalfSize : 0, HalfSize);

    /// <summary>
    /// The low-bit width of the smallest half; of two that are equally small the narrower. The only one that is valid,
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

    /// <summary>The byte at which the low parts begin.</summary>
    internal static int LowOffset(int count) => ValuesOffset + ((count + 1) / 2);

    /// <summary>The byte at which the upper bits begin.</summary>
    internal static int UpperOffset(int count, int width) => LowOffset(count) + (((count * width) + 7) / 8);

    /// <summary>True when the entries fit a half.</summary>
    internal static bool Fits(int count, int width, ulong lastOffset)
    {
        var room = (HalfSize - UpperOffset(count, width)) * 8L;
        return room >= count && lastOffset >> width <= (ulong)(room - count);
    }
}
