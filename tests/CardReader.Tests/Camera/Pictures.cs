using CardReader.Camera;
using QRCoder;

namespace CardReader.Tests.Camera;

/// <summary>Pictures of codes as a camera would see them in good light.</summary>
internal static class Pictures
{
    private const byte Dark = 20;
    private const byte Light = 235;

    /// <summary>A code of a text on a light ground, with the quiet zone of four modules, at some pixels a module.</summary>
    public static LumaFrame Code(string text, int scale)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var side = code.ModuleMatrix.Count * scale;
        var pixels = new byte[side * side];
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
                pixels[(y * side) + x] = code.ModuleMatrix[y / scale][x / scale] ? Dark : Light;
        }

        return new LumaFrame(side, side, pixels);
    }

    /// <summary>The same as a PNG file.</summary>
    public static byte[] Png(string text, int scale)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(code);
        return picture.GetGraphic(scale);
    }

    /// <summary>Nothing but noise.</summary>
    public static LumaFrame Snow(int width, int height, ulong seed)
    {
        var noise = new Noise(seed);
        var pixels = new byte[width * height];
        for (var index = 0; index < pixels.Length; index++) pixels[index] = (byte)(noise.Next() & 0xFF);
        return new LumaFrame(width, height, pixels);
    }
}
