using CardReader.Camera;

namespace CardReader.Tests.Camera;

public sealed class CameraFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(4_295)]
    [InlineData(4_296)]
    public void What_is_written_is_read_back(int length)
    {
        var text = new byte[length];
        Array.Fill(text, (byte)'t');
        var frame = new byte[CameraFrame.SizeMax];

        var size = CameraFrame.Write(123_456_789_012, text, frame);

        Assert.True(CameraFrame.TryRead(frame.AsSpan(0, size), out var stamp, out var read, out var used));
        Assert.Equal(size, used);
        Assert.Equal(123_456_789_012, stamp);
        Assert.Equal(text, read.ToArray());
    }

    [Fact]
    public void The_bytes_are_those_of_the_document()
    {
        var frame = new byte[CameraFrame.SizeMax];

        var size = CameraFrame.Write(0x0102030405060708, "AB"u8, frame);

        Assert.Equal("0A00" + "0807060504030201" + "4142", Convert.ToHexString(frame, 0, size));
    }

    [Fact]
    public void A_text_over_the_limit_is_not_written() => Assert.Throws<ArgumentOutOfRangeException>(
        () => CameraFrame.Write(1, new byte[Presentation.PayloadMax + 1], new byte[2 * CameraFrame.SizeMax]));

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(4_304, true)]
    [InlineData(4_305, false)]
    [InlineData(0, false)]
    [InlineData(65_535, false)]
    public void Only_lengths_of_a_stamp_and_a_text_are_frames(int length, bool isFrame)
    {
        byte[] source = [(byte)(length & 0xFF), (byte)(length >> 8)];

        Assert.Equal(isFrame, CameraFrame.TryRead(source, out _, out _, out var used));
        Assert.Equal(0, used);
    }

    [Fact]
    public void A_length_is_two_whole_bytes_little_endian()
    {
        // 0x0108 is 264: read with a shift by two instead of eight, it would be 12.
        byte[] source = [0x08, 0x01, .. new byte[263]];
        Assert.True(CameraFrame.TryRead(source, out _, out _, out var used));
        Assert.Equal(0, used);

        Assert.True(CameraFrame.TryRead([.. source, 0], out _, out var text, out used));
        Assert.Equal(266, used);
        Assert.Equal(256, text.Length);
    }

    [Fact]
    public void A_negative_time_is_no_frame() =>
        Assert.False(CameraFrame.TryRead([8, 0, 0, 0, 0, 0, 0, 0, 0, 0x80], out _, out _, out _));

    [Fact]
    public void A_frame_that_is_not_complete_is_awaited_at_every_length()
    {
        var frame = new byte[CameraFrame.SizeMax];
        var size = CameraFrame.Write(1, "some text"u8, frame);

        for (var length = 0; length < size; length++)
        {
            Assert.True(CameraFrame.TryRead(frame.AsSpan(0, length), out _, out var text, out var used));
            Assert.Equal(0, used);
            Assert.True(text.IsEmpty);
        }
    }

    [Fact]
    public void Whatever_the_bytes_reading_ends_and_stays_within_the_limits()
    {
        var noise = new Noise(20_261);
        Span<byte> source = new byte[2 * CameraFrame.SizeMax];

        for (var round = 0; round < 20_000; round++)
        {
            var length = (int)(noise.Next() % 64);
            for (var index = 0; index < length; index++) source[index] = (byte)(noise.Next() & 0xFF);

            // Half of the rounds begin with a likely length, so that frames are found too.
            if (length > 1 && noise.Next() % 2 == 0) (source[0], source[1]) = ((byte)(noise.Next() % 70), 0);
            for (var at = 0; at < length;)
            {
                if (!CameraFrame.TryRead(source[at..length], out var stamp, out var text, out var used)) break;
                if (used == 0) break;
                Assert.InRange(used, CameraFrame.LengthSize + CameraFrame.StampSize, length - at);
                Assert.Equal(used - CameraFrame.LengthSize - CameraFrame.StampSize, text.Length);
                Assert.True(stamp >= 0);
                at += used;
            }
        }
    }
}
