using System.Numerics;

namespace Verifier.AllowList;

/// <summary>Takes bits from bytes, in their order. Never reads past the end.</summary>
internal ref struct BitReader
{
    private readonly ReadOnlySpan<byte> source;
    private int position;

    public BitReader(ReadOnlySpan<byte> source) => this.source = source;

    /// <summary>How many bits are left.</summary>
    public readonly int Left => (source.Length * 8) - position;

    /// <summary>Takes 0 to 56 bits.</summary>
    public bool TryRead(int count, out ulong value)
    {
        value = 0;
        if (Left < count) return false;
        value = BitString.Read(source, position, count);
        position += count;
        return true;
    }

    /// <summary>Counts the zeros before the next one, and takes both. False when there is no one, or there are more zeros.</summary>
    public bool TryReadZeros(ulong zerosMax, out ulong zeros)
    {
        zeros = 0;
        while (Left > 0)
        {
            var window = BitString.Window(source, position >> 3) << (position & 7);
            var found = Math.Min(BitOperations.LeadingZeroCount(window), BitString.CountMax);
            zeros += (ulong)found;
            if (zeros > zerosMax) return false;
            position += found;
            if (found == BitString.CountMax) continue;
            position++;
            return true;
        }

        return false;
    }

    /// <summary>Goes to the next whole byte. False when a bit on the way is not zero.</summary>
    public bool TryAlign(out int byteOffset)
    {
        var padding = -position & 7;
        var isZero = BitString.Read(source, position, padding) == 0;
        position += padding;
        byteOffset = position >> 3;
        return isZero;
    }
}
