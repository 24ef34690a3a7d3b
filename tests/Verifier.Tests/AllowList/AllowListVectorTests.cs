using System.Globalization;
using Distribution;
using Distribution.Lists;
using Verifier.AllowList;

namespace Verifier.Tests.AllowList;

/// <summary>The golden files of tests/vectors/allow-list: our writer makes exactly them, our readers say what they say.</summary>
public sealed class AllowListVectorTests
{
    private static readonly DateTimeOffset AsOf = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly AllowListHeader Header = new("33", 7, 5, AsOf, [SubjectKind.Person, SubjectKind.TransitCard]);

    [Fact]
    public void Our_writer_makes_the_base_byte_for_byte()
    {
        var path = Path.GetTempFileName();
        var index = AllowListWriter.Write(path, Header, Entries());
        var pages = System.IO.File.ReadAllBytes(path);
        System.IO.File.Delete(path);

        Assert.Equal(File("base-7.idx"), index);
        Assert.Equal(File("base-7.gal"), pages);
    }

    [Fact]
    public void Our_writer_makes_the_deltas_byte_for_byte()
    {
        var start = DeltaOverlay.Start(Index());
        var six = start.With(Changes("changes-5-6.txt"), 6, AsOf + TimeSpan.FromHours(1));
        var seven = six.With(Changes("changes-6-7.txt"), 7, AsOf + TimeSpan.FromHours(2));
        var first = ListDelta.Between(5, six, Changes("changes-5-6.txt"));
        var second = ListDelta.Between(6, seven, Changes("changes-6-7.txt"));

        Assert.Equal(File("delta-7-5-6"), first.ToBytes());
        Assert.Equal(File("delta-7-6-7"), second.ToBytes());
        Assert.Equal(File("delta-7-5-7"), first.Then(second).ToBytes());
    }

    [Theory]
    [InlineData("delta-7-5-6", "delta-7-6-7")]
    [InlineData("delta-7-5-7")]
    public void Look_ups_after_the_deltas_answer_as_written(params string[] deltas)
    {
        var overlay = DeltaOverlay.Start(Index());
        foreach (var name in deltas)
        {
            Assert.True(ListDelta.TryRead(File(name), out var delta, out _));
            Assert.True(overlay.TryApply(delta, out var next, out _));
            overlay = next;
        }

        var pages = File("base-7.gal");
        var reader = new AllowListReader(Index(), ReadFrom(pages), overlay);
        foreach (var line in Lines("lookups.txt"))
        {
            var expected = line[1] == "-"
                ? ListAnswer.Without(ListAnswerKind.NotListed)
                : ListAnswer.Listed(Value(line[1]));
            Assert.Equal(expected, reader.Find(SubjectKind.Person, SubjectKey.FromFull(Full(line[0]))));
        }
    }

    [Fact]
    public void Base_and_deltas_merge_into_the_next_base_byte_for_byte()
    {
        Assert.True(ListDelta.TryRead(File("delta-7-5-7"), out var delta, out _));
        Assert.True(DeltaOverlay.Start(Index()).TryApply(delta, out var overlay, out _));
        var pages = File("base-7.gal");
        var path = Path.GetTempFileName();

        var index = ListMerge.Write(path, Index(), ReadFrom(pages), overlay, Header with { Sequence = 7, AsOf = overlay.AsOf });

        var merged = System.IO.File.ReadAllBytes(path);
        System.IO.File.Delete(path);
        Assert.Equal(File("next-7.idx"), index);
        Assert.Equal(File("next-7.gal"), merged);
    }

    [Fact]
    public void Each_invalid_file_has_the_fault_that_is_written()
    {
        foreach (var line in Lines("invalid.txt"))
        {
            var bytes = File(line[1]);
            foreach (var edit in line[3..]) bytes = Edit(bytes, edit);
            Assert.Equal((line[0], line[2]), (line[0], FaultOf(bytes, line[1])));
        }
    }

    private static PageRead ReadFrom(byte[] pages) =>
        (page, offset, target) => pages.AsSpan(((page + 1) * ListPageLayout.PageSize) + offset, target.Length).TryCopyTo(target);

    private static string FaultOf(byte[] bytes, string name)
    {
        if (name.EndsWith(".idx", StringComparison.Ordinal)) return AllowListIndex.TryRead(bytes, out _, out var indexFault) ? "None" : $"{indexFault}";
        if (!name.EndsWith(".gal", StringComparison.Ordinal)) return ListDelta.TryRead(bytes, out _, out var deltaFault) ? "None" : $"{deltaFault}";
        var page = bytes.AsSpan(ListPageLayout.PageSize, Math.Min(ListPageLayout.PageSize, bytes.Length - ListPageLayout.PageSize));
        if (!ListPage.TryOpen(page, Index().FirstKey(0), out var opened, out var fault)) return $"{fault}";
        return opened.TryDecode(new ulong[opened.Count], new ListValue[opened.Count], out fault) ? "None" : $"{fault}";
    }

    // "OFFSET=HEX" puts bytes, "length=N" cuts or fills with zeros.
    private static byte[] Edit(byte[] bytes, string edit)
    {
        var parts = edit.Split('=');
        if (parts[0] == "length")
        {
            Array.Resize(ref bytes, int.Parse(parts[1], CultureInfo.InvariantCulture));
            return bytes;
        }

        Convert.FromHexString(parts[1]).CopyTo(bytes, int.Parse(parts[0], CultureInfo.InvariantCulture));
        return bytes;
    }

    private static AllowListIndex Index()
    {
        Assert.True(AllowListIndex.TryRead(File("base-7.idx"), out var index, out _));
        return index;
    }

    private static IEnumerable<ListEntry> Entries() =>
        Lines("entries.txt").Select(static line => new ListEntry(SubjectKey.FromFull(Full(line[0])), Value(line[1])));

    private static ListChanges Changes(string name)
    {
        var lines = Lines(name);
        return ListChanges.Of(
            lines.Where(static line => line[0] == "rank").Select(static line => KeyValuePair.Create(int.Parse(line[1], CultureInfo.InvariantCulture), Value(line[2]))),
            lines.Where(static line => line[0] == "key").Select(static line => KeyValuePair.Create((ulong)Full(line[1]), Value(line[2]))),
            lines.Where(static line => line[0] == "full").Select(static line => KeyValuePair.Create(Full(line[1]), Value(line[2]))));
    }

    private static UInt128 Full(string text) => UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static ListValue Value(string text)
    {
        var code = byte.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (code == 0) return default;
        Assert.True(ListValue.TryRead(code, out var value));
        return value;
    }

    private static byte[] File(string name) => Vectors.Bytes($"allow-list/{name}");

    private static List<string[]> Lines(string name) =>
        [.. System.Text.Encoding.ASCII.GetString(File(name)).Split('\n').Where(static line => line.Length > 0 && line[0] != '#').Select(static line => line.Split(' '))];
}
