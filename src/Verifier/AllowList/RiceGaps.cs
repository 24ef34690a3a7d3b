using System.Numerics;

namespace Verifier.AllowList;

/// <summary>
/// Rising numbers below a bound, as Rice-coded gaps: each gap is the number less the one before it less one (the first:
/// the number), as (gap >> w) zeros, a one, and the low w bits. w follows from the bound and the count, so that one set of
/// numbers has one coding, and any set needs at most count x (w + 3) bits.
/// </summary>
internal static class RiceGaps
{
    /// <summary>The low-bit width: within 0.1 bit per number of the best for numbers that lie at random.</summary>
    /// <param name="bound">Every number is below; at least <paramref name="count"/>, at most 2^56.</param>
    /// <param name="count">How many, from 1.</param>
    public static int Width(ulong bound, int count) => BitOperations.Log2(bound / (ulong)count);

    /// <summary>Adds numbers that rise strictly.</summary>
    public static void Write(BitWriter bits, ulong bound, ReadOnlySpan<ulong> numbers)
    {
        var width = Width(bound, numbers.Length);
        var least = 0UL;
        foreach (var number in numbers)
        {
            var gap = number - least;
            var high = gap >> width;
            bits.AddZeros((int)high);
            bits.Add(gap - (high << width), width);
            least = number + 1;
        }
    }

    /// <summary>Takes as many numbers as there is room for. False when bits end or a number is not below the bound.</summary>
    public static bool TryRead(ref BitReader bits, ulong bound, Span<ulong> numbers)
    {
        var width = Width(bound, numbers.Length);
        var least = 0UL;
        for (var index = 0; index < numbers.Length; index++)
        {
            if (!bits.TryReadZeros(bound >> width, out var high) || !bits.TryRead(width, out var low)) return false;
            var number = least + (high << width) + low;
            if (number >= bound) return false;
            numbers[index] = number;
            least = number + 1;
        }

        return true;
    }
}
