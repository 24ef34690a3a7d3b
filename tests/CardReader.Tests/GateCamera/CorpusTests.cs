using System.Text;
using CardReader.Camera;
using CardReader.Tests.Camera;
using GateCamera;

namespace CardReader.Tests.GateCamera;

public sealed class CorpusTests
{
    [Fact]
    public void Right_wrong_missed_and_false_are_counted_by_set_and_in_all()
    {
        using var engine = OpenEngine(null);
        using var folder = new Folder();
        Directory.CreateDirectory(folder["images"]);
        File.WriteAllBytes(folder["images/one.png"], Pictures.Png("one", 6));
        File.WriteAllBytes(folder["images/two.png"], Pictures.Png("two", 6));
        File.WriteAllLines(folder["expected.tsv"],
        [
            "file\tset\twidth\theight\tsource\texpected",
            Row("one.png", "a", "other", " one\r\n"),
            Row("two.png", "a", "not two"),
            Row("two.png", "b"),
        ]);

        var result = Corpus.Measure(folder.Path, engine);

        Assert.Equal(["a", "b"], result.Sets.Select(set => set.Set));
        Assert.Equal((1, 2, 0, 0), Counts(result.Sets[0]));
        Assert.Equal((0, 0, 1, 1), Counts(result.Sets[1]));
        Assert.Equal((1, 2, 1, 1), Counts(result.Total));
    }

    [Fact]
    public void A_folder_that_is_laid_out_otherwise_is_refused()
    {
        using var engine = OpenEngine(null);
        using var folder = new Folder();
        Assert.ThrowsAny<IOException>(() => Corpus.Measure(folder.Path, engine));

        File.WriteAllLines(folder["expected.tsv"], ["heading"]);
        Assert.Throws<InvalidDataException>(() => Corpus.Measure(folder.Path, engine));

        File.WriteAllLines(folder["expected.tsv"], ["heading", "one.png\ta\t1"]);
        Assert.Throws<InvalidDataException>(() => Corpus.Measure(folder.Path, engine));

        File.WriteAllLines(folder["expected.tsv"], ["heading", "one.png\ta\t1\t1\ts\tnot base64"]);
        Assert.Throws<InvalidDataException>(() => Corpus.Measure(folder.Path, engine));
    }

    [Theory]
    [InlineData("zbar", 78)]
    [InlineData("zxing", 84)]
#if OWNER_PACKAGES
    [InlineData("zxing.net", 64)]
#endif
    public void The_vectors_beside_the_checkout_are_read_as_well_as_the_bare_libraries_read_them(string name, int rightMin)
    {
        using var engine = OpenEngine(name);

        var result = Corpus.Measure(FindVectors(), engine);

        Assert.Equal((87, 7), (result.Total.WithCode, result.Total.Negatives));
        Assert.True(result.Total.Right >= rightMin, $"{result.Total.Right} of 87 are right; {rightMin} were.");
        Assert.Equal(0, result.Total.FalseDetections);
    }

    private static (int Right, int WithCode, int False, int Negatives) Counts(CorpusSet set) =>
        (set.Right, set.WithCode, set.FalseDetections, set.Negatives);

    private static string Row(string file, string set, params string[] texts) =>
        $"{file}\t{set}\t1\t1\ttests\t{string.Join('|', texts.Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text))))}";

    private static QrEngine OpenEngine(string? name)
    {
        QrEngine? engine = null;
        var missing = Record.Exception(() => engine = QrEngineCatalog.Open(name));
        Assert.SkipWhen(missing is NotSupportedException, $"No picture can be read here: {missing?.Message}");
        return engine!;
    }

    private static string FindVectors()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Gate.slnx"))) continue;
            var vectors = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "vectors", "qr"));
            Assert.SkipUnless(Directory.Exists(vectors), "The folder ../shared/vectors/qr is not beside the checkout.");
            return vectors;
        }

        throw new DirectoryNotFoundException("The checkout was not found above the test program.");
    }
}
