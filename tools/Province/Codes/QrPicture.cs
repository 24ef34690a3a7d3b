using QRCoder;

namespace Province.Codes;

/// <summary>A QR code as an 8-bit PNG: error correction M, quiet zone of four modules.</summary>
internal static class QrPicture
{
    /// <summary>Greatest size of one module in pixels.</summary>
    public const int ModulePixelsMax = 64;

    /// <summary>Draws a text.</summary>
    public static byte[] Draw(string text, int modulePixels = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(modulePixels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(modulePixels, ModulePixelsMax);
        using var generator = new QRCodeGenerator();
        using var matrix = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(matrix);
        return picture.GetGraphic(modulePixels);
    }
}
