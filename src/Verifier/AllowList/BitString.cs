using System.Buffers.Binary;
using System.Diagnostics;

namespace Verifier.AllowList;

/// <summary>
/// Bits in bytes, most significant bit first, so that a bit string reads in the order of its bytes like every other
/// number of the list files. Reading past the end gives zeros: a hostile offset can mislead, never over-read.
/// </summary>
internal static class BitString
{
    /// <summary>Greatest number of bits moved at once: with up to 7 bits of misalignment they fit 64.</summary>
    public const int CountMax = 56;

    /// <summary>The 64 bits that begin at a byte, zeros after the end.</summary>
    public static ulong Window(ReadOnlySpan<byte> source, int byteOffset)
    {
        if (byteOffset <= source.Length - sizeof(ulong)) return BinaryPrimitives.ReadUInt64BigEndian(source[byteOffset..]);
        var window = 0UL;
        for (var index = 0; index < sizeof(ulong); index++)
        {
            var value = byteOffset + index < source.Length ? source[byteOffset + index] : (byte)0;
            window = (window << 8) | value;
        }

        return window;
    }

    /// <summary>Reads 0 to 56 bits.</summary>
    public static ulong Read(ReadOnlySpan<byte> source, int bitOffset, int count)
    {
        Debug.Assert(count is >= 0 and <= CountMax, "At most 56 bits at once.");
        if (count == 0) return 0;
        return (Window(source, bitOffset >> 3) << (bitOffset & 7)) >> (64 - count);
    }

    /// <summary>Reads one bit.</summary>
    public static bool IsSet(ReadOnlySpan<byte> source, int bitOffset) =>
        (bitOffset >> 3) < source.Length && ((source[bitOffset >> 3] >> (7 - (bitOffset & 7))) & 1) != 0;

    /// <summary>Sets one bit.</summary>
    public static void Set(Span<byte> target, int bitOffset) => target[bitOffset >> 3] |= (byte)(0x80 >> (bitOffset & 7));

    /// <summary>Writes 0 to 56 bits into zeroed bytes.</summary>
    public static void Write(Span<byte> target, int bitOffset, ulong value, int count)
    {
        Debug.Assert(count is >= 0 and <= CountMax && value >> count == 0, "The value fits its bits, and they fit a window.");
        if (count == 0) return;
        var at = bitOffset >> 3;
        var window = value << (64 - count - (bitOffset & 7));
        if (at <= target.Length - sizeof(ulong))
        {
            var eight = target.Slice(at, sizeof(ulong));
            BinaryPrimitives.WriteUInt64BigEndian(eight, BinaryPrimitives.ReadUInt64BigEndian(eight) | window);
            return;
        }

        for (; window != 0; window <<= 8) target[at++] |= (byte)(window >> 56);
    }
}
