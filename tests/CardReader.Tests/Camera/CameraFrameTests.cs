using System.Security.Cryptography;
using CardReader.Camera;

namespace CardReader.Tests.Camera;

public sealed class CameraFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Presentation.PayloadMax)]
    public void A_frame_reads_back_as_it_was_written(int length)
    {
        var text = RandomNumberGenerator.GetBytes(length);
        var frame = new byte[CameraFrame.SizeMax];

        var size = CameraFrame.Write(123_456_789_012, text, frame);

        Assert.True(CameraFrame.TryRead(frame.AsSpan(0, size), out var stamp, out var read, out var used));
        Assert.Equal((123_456_789_012, size), (stamp, used));
        Assert.True(read.SequenceEqual(text));
    }

    [Fact]
    public void A_text_over_the_limit_is_not_written() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => CameraFrame.Write(0, new byte[Presentation.PayloadMax + 1], new byte[2 * CameraFrame.SizeMax]));

    [Theory]
    [InlineData(7)]
    [InlineData(0)]
    [InlineData(CameraFrame.StampSize + Presentation.PayloadMax + 1)]
    [InlineData(ushort.MaxValue)]
    public void A_length_outside_its_range_is_refused_before_anything_is_awaited(int length) =>
        Assert.False(CameraFrame.TryRead([(byte)(length & 0xFF), (byte)(length >> 8)], out _, out _, out _));

    [Fact]
    public void A_frame_that_is_not_complete_is_awaited_and_never_guessed()
    {
        var frame = new byte[CameraFrame.SizeMax];
        var size = CameraFrame.Write(1, "ZJ1:ABC"u8, frame);
        for (var length = 0; length < size; length++)
        {
            Assert.True(CameraFrame.TryRead(frame.AsSpan(0, length), out _, out var text, out var used));
            Assert.Equal((0, 0), (used, text.Length));
        }
    }

    [Fact]
    public void Whatever_the_bytes_no_text_is_longer_than_its_limit_and_nothing_is_read_outside()
    {
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = RandomNumberGenerator.GetBytes(round % 64);
            if (!CameraFrame.TryRead(bytes, out _, out var text, out var used)) continue;
            Assert.InRange(used, 0, bytes.Length);
            Assert.InRange(text.Length, 0, Presentation.PayloadMax);
        }
    }
}
