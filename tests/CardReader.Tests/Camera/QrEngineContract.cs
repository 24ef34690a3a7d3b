using System.Text;
using CardReader.Camera;

namespace CardReader.Tests.Camera;

/// <summary>What every QR engine keeps. An engine whose library is not installed is skipped.</summary>
public abstract class QrEngineContract
{
    private const string Text = "ZJ1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8WY04AC*WIFN0AHCD8KD97TK0F90KECTHGWJC0FDC:5AIA%G7X+AQB9";

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_code_is_read_at_the_sizes_it_is_shown(int scale)
    {
        using var engine = Open();

        // Two pixels a module are the library's own matter: a wrong text would be the fault.
        var texts = engine.Read(Pictures.Code(Text, scale));

        if (scale > 2) Assert.Single(texts);
        Assert.All(texts, text => Assert.Equal(Text, Encoding.UTF8.GetString(text)));
    }

    [Fact]
    public void A_light_code_on_dark_is_read()
    {
        using var engine = Open();

        Assert.Equal(Text, Encoding.UTF8.GetString(Assert.Single(engine.Read(Pictures.Code(Text, 4).Inverted()))));
    }

    [Fact]
    public void Pictures_without_a_code_give_nothing()
    {
        using var engine = Open();

        for (var seed = 0ul; seed < 5; seed++) Assert.Empty(engine.Read(Pictures.Snow(320, 240, seed)));
        Assert.Empty(engine.Read(new LumaFrame(640, 480, new byte[640 * 480])));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 480)]
    [InlineData(3, 2)]
    public void Tiny_frames_are_frames(int width, int height)
    {
        using var engine = Open();

        Assert.Empty(engine.Read(new LumaFrame(width, height, new byte[width * height])));
    }

    [Fact]
    public void Frames_in_a_row_do_not_mix_their_texts()
    {
        using var engine = Open();

        for (var person = 0; person < 20; person++)
        {
            var text = FormattableString.Invariant($"{Text}{person:000}");
            Assert.Equal(text, Encoding.UTF8.GetString(Assert.Single(engine.Read(Pictures.Code(text, 4)))));
            Assert.Empty(engine.Read(new LumaFrame(64, 64, new byte[64 * 64])));
        }
    }

    [Fact]
    public void A_text_beyond_ASCII_comes_as_UTF8()
    {
        using var engine = Open();

        Assert.Equal("健康码 码", Encoding.UTF8.GetString(Assert.Single(engine.Read(Pictures.Code("健康码 码", 6)))));
    }

    /// <summary>The engine's name in the catalog.</summary>
    protected abstract string Name { get; }

    private QrEngine Open()
    {
        QrEngine? engine = null;
        var missing = Record.Exception(() => engine = QrEngineCatalog.Open(Name));
        Assert.SkipWhen(missing is NotSupportedException, $"The engine {Name} is not installed here: {missing?.Message}");
        Assert.Null(missing);
        Assert.Equal(Name, engine!.Name);
        return engine;
    }
}

public sealed class ZBarEngineTests : QrEngineContract
{
    protected override string Name => "zbar";
}

public sealed class ZXingEngineTests : QrEngineContract
{
    protected override string Name => "zxing";
}

#if OWNER_PACKAGES
public sealed class ZXingNetEngineTests : QrEngineContract
{
    protected override string Name => "zxing.net";
}
#endif

public sealed class QrEngineCatalogTests
{
    [Fact]
    public void The_best_engine_is_first_and_zbar_is_always_known() =>
        Assert.Equal(["zxing", "zbar"], QrEngineCatalog.Names.Take(2));

    [Fact]
    public void An_engine_that_is_not_known_is_refused_with_those_that_are()
    {
        var wrong = Assert.Throws<NotSupportedException>(() => QrEngineCatalog.Open("quirc"));

        Assert.Contains("quirc", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("zxing, zbar", wrong.Message, StringComparison.Ordinal);
    }
}
