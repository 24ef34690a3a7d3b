using System.Buffers.Binary;

namespace CardReader.Camera;

/// <summary>
/// What gate-camera tells the agent; docs/formats/camera-link.md. All integers little-endian.
/// <code>
/// 0  2  length of what follows, 8 to 4,304
/// 2  8  when the frame was taken, CLOCK_MONOTONIC nanoseconds
/// 10 n  the text of a code, UTF-8, 0 to 4,296 bytes; none is a sign of life
/// </code>
/// </summary>
public static class CameraFrame
{
    /// <summary>Size of the length field.</summary>
    public const int LengthSize = 2;

    /// <summary>Size of the time stamp.</summary>
    public const int StampSize = 8;

    /// <summary>Greatest frame, length field included.</summary>
    public const int SizeMax = LengthSize + StampSize + Presentation.PayloadMax;

    /// <summary>A camera that has told nothing for so long gives a sign of life with its next frame. Less than the shortest
    /// frame rate's second, so that two frames never fall into one silence.</summary>
    public static readonly TimeSpan SignOfLifeEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a silence is a dead camera.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(2);

    /// <summary>Writes a frame.</summary>
    /// <returns>Its size.</returns>
    /// <exception cref="ArgumentException">The text is over its limit or the destination too small.</exception>
    public static int Write(long nanoseconds, ReadOnlySpan<byte> text, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, Presentation.PayloadMax);
        BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)(StampSize + text.Length));
        BinaryPrimitives.WriteInt64LittleEndian(destination[LengthSize..], nanoseconds);
        text.CopyTo(destination[(LengthSize + StampSize)..]);
        return LengthSize + StampSize + text.Length;
    }

    /// <summary>Reads one frame from the front of what has come. Never throws.</summary>
    /// <param name="source">What has come.</param>
    /// <param name="nanoseconds">The time stamp.</param>
    /// <param name="text">The text, a part of the source.</param>
    /// <param name="used">Bytes of the frame; 0 while it is not complete.</param>
    /// <returns>False when no frame can begin so: the peer is broken or hostile.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out long nanoseconds, out ReadOnlySpan<byte> text, out int used)
    {
        nanoseconds = 0;
        text = [];
        used = 0;
        if (source.Length < LengthSize) return true;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(source);
        if (length is < StampSize or > StampSize + Presentation.PayloadMax) return false;
        if (source.Length < LengthSize + length) return true;
        nanoseconds = BinaryPrimitives.ReadInt64LittleEndian(source[LengthSize..]);
        text = source.Slice(LengthSize + StampSize, length - StampSize);
        used = LengthSize + length;
        return nanoseconds >= 0;
    }
}
