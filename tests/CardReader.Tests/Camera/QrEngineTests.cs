using System.Text;
using CardReader.Camera;
using QRCoder;

namespace CardReader.Tests.Camera;

public sealed class QrEngineTests
{
    private const string Absent = "libzbar0 is not installed.";
    private const string Corpus = "The folder ../shared/vectors/qr is not beside this checkout.";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_code_is_read_and_an_inverted_one_too(bool isInverted)
    {
        using var engine = Open();
        var frame = Draw("ZJ1:GREEN");

        var texts = engine.Read(isInverted ? frame.Inverted() : frame);

        Assert.Equal("ZJ1:GREEN", Encoding.UTF8.GetString(Assert.Single(texts)));
    }

    [Fact]
    public void A_frame_without_a_code_gives_nothing()
    {
        using var engine = Open();

        Assert.Empty(engine.Read(new LumaFrame(64, 64, new byte[64 * 64])));
    }

    [Fact]
    public void At_least_74_of_the_87_public_pictures_are_read_right_and_none_wrongly()
    {
        using var engine = Open();
        var folder = Path.Combine(Checkout(), "..", "shared", "vectors", "qr");
        if (!Directory.Exists(folder)) Assert.Skip(Corpus);
        var (right, withCode, wrong) = (0, 0, 0);
        foreach (var line in File.ReadLines(Path.Combine(folder, "expected.tsv")).Skip(1))
        {
            var row = line.Split('\t');
            var accepted = row[5].Split('|', StringSplitOptions.RemoveEmptyEntries).Select(text => Normal(Convert.FromBase64String(text))).ToList();
            Assert.True(PictureFile.TryRead(Path.Combine(folder, "images", row[0]), out var frame));
            var texts = engine.Read(frame!).Select(Normal).ToList();
            withCode += accepted.Count > 0 ? 1 : 0;
            right += texts.Exists(accepted.Contains) ? 1 : 0;
            wrong += accepted.Count == 0 ? texts.Count : 0;
        }

        Assert.Equal((87, 0), (withCode, wrong));
        Assert.InRange(right, 74, 87);
    }

    [Fact]
    public void A_picture_cut_short_anywhere_is_no_picture_or_a_poorer_one_and_never_a_crash()
    {
        var path = Path.GetTempFileName();
        var whole = Png("ZJ1:GREEN");
        for (var length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            PictureFile.TryRead(path, out var frame);
            if (length < 33) Assert.Null(frame);
        }

        File.WriteAllBytes(path, whole);
        Assert.True(PictureFile.TryRead(path, out _));
        File.Delete(path);
    }

    [Fact]
    public void An_engine_that_nobody_knows_is_named_with_those_there_are()
    {
        var fault = Assert.Throws<NotSupportedException>(() => QrEngineCatalog.Open("magic"));

        Assert.Contains("zbar", fault.Message, StringComparison.Ordinal);
    }

    private static QrEngine Open()
    {
        try
        {
            return QrEngineCatalog.Open("zbar");
        }
        catch (NotSupportedException)
        {
            Assert.Skip(Absent);
            throw;
        }
    }

    private static LumaFrame Draw(string text)
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, Png(text));
        Assert.True(PictureFile.TryRead(path, out var frame));
        File.Delete(path);
        return frame!;
    }

    private static byte[] Png(string text)
    {
        using var generator = new QRCodeGenerator();
        using var matrix = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(matrix);
        return picture.GetGraphic(5);
    }

    private static string Normal(byte[] text) => Encoding.UTF8.GetString(text).Replace("\r\n", "\n", StringComparison.Ordinal).Trim();

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gate.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
