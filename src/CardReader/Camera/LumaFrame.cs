namespace CardReader.Camera;

/// <summary>One picture in grey, eight bits a pixel, rows of <see cref="Width"/> bytes.</summary>
public sealed class LumaFrame
{
    /// <summary>Greatest width and height.</summary>
    public const int SideMax = 4_096;

    /// <summary>Wraps pixels.</summary>
    /// <exception cref="ArgumentException">A side is out of range, or the pixels are not as many as the sides say.</exception>
    public LumaFrame(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, SideMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, SideMax);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, width * height);
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The pixels, row by row.</summary>
    public byte[] Pixels { get; }

    /// <summary>Light for dark.</summary>
    public LumaFrame Inverted()
    {
        var inverted = new byte[Pixels.Length];
        for (var index = 0; index < inverted.Length; index++) inverted[index] = (byte)(255 - Pixels[index]);
        return new LumaFrame(Width, Height, inverted);
    }

    /// <summary>Half the size: each pixel the mean of four.</summary>
    public LumaFrame Halved()
    {
        var (width, height) = (Width / 2, Height / 2);
        if (width == 0 || height == 0) return this;
        var half = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            var upper = Pixels.AsSpan(2 * y * Width, Width);
            var lower = Pixels.AsSpan(((2 * y) + 1) * Width, Width);
            for (var x = 0; x < width; x++)
                half[(y * width) + x] = (byte)((upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x] + lower[(2 * x) + 1] + 2) / 4);
        }

        return new LumaFrame(width, height, half);
    }
}
