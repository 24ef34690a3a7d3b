using CardReader.Camera;

namespace CardReader.Tests.Camera;

public sealed class PictureFileTests
{
    [Fact]
    public void A_PNG_of_a_code_is_read_as_grey()
    {
        using var folder = new Folder();
        File.WriteAllBytes(folder["code.png"], Pictures.Png("text", 3));

        Assert.True(PictureFile.TryRead(folder["code.png"], out var frame));

        Assert.Equal(frame!.Width, frame.Height);
        Assert.Equal(frame.Width * frame.Height, frame.Pixels.Length);
        Assert.Contains((byte)0, frame.Pixels);
        Assert.Contains((byte)255, frame.Pixels);
    }

    [Fact]
    public void A_picture_cut_or_changed_anywhere_is_a_picture_or_none_and_never_an_exception()
    {
        using var folder = new Folder();
        var whole = Pictures.Png("text", 2);
        var noise = new Noise(4_296);
        for (var round = 0; round < 1_500; round++)
        {
            var bytes = whole[..(int)(1 + (noise.Next() % whole.Length))];
            for (var change = noise.Next() % 4; change > 0; change--) bytes[noise.Next() % bytes.Length] = (byte)(noise.Next() & 0xFF);
            File.WriteAllBytes(folder["code.png"], bytes);

            if (PictureFile.TryRead(folder["code.png"], out var frame)) Assert.InRange(frame!.Width, 1, LumaFrame.SideMax);
        }
    }

    [Theory]
    [InlineData(4_096, 1, true)]
    [InlineData(4_097, 1, false)]
    [InlineData(1, 4_097, false)]
    [InlineData(int.MaxValue, int.MaxValue, false)]
    public void Sides_have_a_limit_that_is_checked_before_pixels_are_made(int width, int height, bool isPicture)
    {
        using var folder = new Folder();
        File.WriteAllBytes(folder["picture.png"], PngOf(width, height));

        Assert.Equal(isPicture, PictureFile.TryRead(folder["picture.png"], out _));
    }

    [Fact]
    public void A_file_has_a_limit()
    {
        using var folder = new Folder();
        var whole = Pictures.Png("text", 2);
        File.WriteAllBytes(folder["code.png"], whole);
        using (var file = File.OpenWrite(folder["code.png"])) file.SetLength(PictureFile.SizeMax);
        Assert.True(PictureFile.TryRead(folder["code.png"], out _));

        using (var file = File.OpenWrite(folder["code.png"])) file.SetLength(PictureFile.SizeMax + 1);
        Assert.False(PictureFile.TryRead(folder["code.png"], out _));

        File.WriteAllBytes(folder["code.png"], []);
        Assert.False(PictureFile.TryRead(folder["code.png"], out _));
    }

    // A grey PNG whose pixels are there only where they are few. The reader checks no checksum, so it has none.
    private static byte[] PngOf(int width, int height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest))
            zlib.Write(new byte[width > LumaFrame.SideMax || height > 1 ? 16 : 1 + width]);
        byte[] header = [.. BigEndian(width), .. BigEndian(height), 8, 0, 0, 0, 0];
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content) => [.. BigEndian(content.Length), .. type, .. content, 0, 0, 0, 0];

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[sizeof(int)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}

public sealed class LumaFrameTests
{
    [Fact]
    public void Half_the_size_is_the_mean_of_four_and_an_odd_edge_falls_away()
    {
        var frame = new LumaFrame(3, 2, [0, 10, 99, 20, 30, 99]);

        var half = frame.Halved();

        Assert.Equal((1, 1), (half.Width, half.Height));
        Assert.Equal([15], half.Pixels);
    }

    [Fact]
    public void What_cannot_be_halved_stays() => Assert.Equal(1, new LumaFrame(1, 5, new byte[5]).Halved().Width);

    [Fact]
    public void Inverted_twice_is_the_same() =>
        Assert.Equal([0, 1, 128, 255], new LumaFrame(2, 2, [0, 1, 128, 255]).Inverted().Inverted().Pixels);

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(2, 2, 3)]
    [InlineData(2, 2, 5)]
    [InlineData(4_097, 1, 4_097)]
    public void Sides_and_pixels_must_agree_and_be_within_limits(int width, int height, int size) =>
        Assert.ThrowsAny<ArgumentException>(() => new LumaFrame(width, height, new byte[size]));
}
