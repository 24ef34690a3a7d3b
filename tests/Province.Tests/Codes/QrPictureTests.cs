using System.Buffers.Binary;
using Province.Codes;

namespace Province.Tests.Codes;

public sealed class QrPictureTests
{
    private const int QuietZone = 4;
    private static readonly string Text = DomesticCodeWriter.Write(ValidVectors.Green, VectorKey.Key);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(QrPicture.ModulePixelsMax)]
    public void A_picture_is_a_png_of_whole_modules_with_a_quiet_zone(int modulePixels)
    {
        var picture = QrPicture.Draw(Text, modulePixels);

        var width = BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16));
        var modules = (width / modulePixels) - (2 * QuietZone);
        Assert.Equal([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'], picture[..8]);
        Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20)));
        Assert.Equal(0, width % modulePixels);
        Assert.Equal(1, modules % 4);
    }

    [Fact]
    public void The_same_text_gives_the_same_picture() => Assert.Equal(QrPicture.Draw(Text), QrPicture.Draw(Text));

    [Theory]
    [InlineData(0)]
    [InlineData(QrPicture.ModulePixelsMax + 1)]
    public void A_module_outside_its_limits_is_refused(int modulePixels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => QrPicture.Draw(Text, modulePixels));
}
