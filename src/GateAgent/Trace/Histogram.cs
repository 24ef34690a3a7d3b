using System.Numerics;

namespace GateAgent.Trace;

/// <summary>
/// Counts durations in buckets an eighth of a power of two wide: a quantile is at most 12.5 % too long. 1 us to 17 s; what is
/// longer counts as the longest. One thread adds, any may read.
/// </summary>
internal sealed class Histogram
{
    private const int SubBits = 3;
    private const int Subs = 1 << SubBits;
    private const int BitsMax = 24;
    private readonly long[] counts = new long[(BitsMax - SubBits + 1) * Subs];
    private long count;
    private long longest;

    /// <summary>How many were counted.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>The longest, in microseconds.</summary>
    public long Longest => Volatile.Read(ref longest);

    /// <summary>Counts one.</summary>
    public void Add(long microseconds)
    {
        var index = IndexOf(Math.Clamp(microseconds, 0, (1L << BitsMax) - 1));
        Volatile.Write(ref counts[index], counts[index] + 1);
        Volatile.Write(ref count, count + 1);
        if (microseconds > longest) Volatile.Write(ref longest, microseconds);
    }

    /// <summary>The duration that a share of all does not exceed, in microseconds; 0 where nothing was counted.</summary>
    /// <param name="share">0 to 1.</param>
    public long Quantile(double share)
    {
        var rank = (long)Math.Ceiling(Count * share);
        if (rank == 0) return 0;
        var seen = 0L;
        for (var index = 0; index < counts.Length; index++)
        {
            seen += Volatile.Read(ref counts[index]);
            if (seen >= rank) return Math.Min(EndOf(index), Longest);
        }

        return Longest;
    }

    // Below 8 us each microsecond has its bucket; above, each power of two has eight.
    private static int IndexOf(long value)
    {
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)value);
        if (bits <= SubBits) return (int)value;
        var shift = bits - SubBits - 1;
        return ((shift + 1) * Subs) + (int)(value >> shift) - Subs;
    }

    private static long EndOf(int index)
    {
        if (index < Subs) return index;
        var shift = (index / Subs) - 1;
        return ((Subs + (index % Subs) + 1L) << shift) - 1;
    }
}
