using System.Globalization;
using Distribution;
using Province.Lists;
using Province.Publishing;
using Verifier.AllowList;

namespace Province.Tests.Publishing;

/// <summary>Two weeks of hourly changes and a weekly base, and gates of every age that find their way.</summary>
public sealed class LadderTests : IDisposable
{
    private const int Entries = 40;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly string folder = Directory.CreateTempSubdirectory("ladder-test-").FullName;
    private readonly List<DeltaOverlay> states = [];

    private ListShelf shelf;
    private DeltaOverlay? lastOfBaseBefore;

    public LadderTests()
    {
        var header = new AllowListHeader("33", 1, 0, Start, [SubjectKind.Person]);
        var entries = Enumerable.Range(1, Entries).Select(static number => new ListEntry(SubjectKey.FromFull((UInt128)number << 80), ListValue.Of(Colour.Green)));
        var index = AllowListWriter.Write(Path.Combine(folder, "base.gal"), header, entries);
        shelf = Open();
        shelf.TakeBase(index, Path.Combine(folder, "base.gal"));
        states.Add(shelf.Newest!);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_gate_of_the_last_week_reaches_the_newest_state_with_one_delta_over_each_base()
    {
        var most = 0;
        for (var hour = 1; hour <= 15 * 24; hour++)
        {
            NextHour(hour);
            if (hour % 168 == 0) Rebase();
            var (list, closing) = shelf.Targets();
            most = Math.Max(most, list.Count);
            List<ListDelta> rungs = [.. Read(list), .. Read(closing).Where(IsOverTheBase)];
            List<ListDelta> bridge = [.. Read(closing).Where(rung => !IsOverTheBase(rung))];
            foreach (var gate in states.Where(state => shelf.Newest!.AsOf - state.AsOf < ListShelf.Week))
                Assert.Equal(shelf.Newest!.Hash, Reach(gate, rungs, bridge).Hash);
        }

        // A base and two rungs, so that the document stays small that every gate reads every hour.
        Assert.Equal(3, most);
    }

    [Fact]
    public void The_ages_are_those_of_the_ladder_and_equal_rungs_stand_once()
    {
        for (var hour = 1; hour <= 30; hour++) NextHour(hour);

        var (list, closing) = shelf.Targets();

        Assert.Equal([29, 28], Read(list).Select(static rung => rung.From).OrderDescending());
        Assert.Equal([27, 26, 25, 24, 18, 12, 6, 0], Read(closing).Select(static rung => rung.From).OrderDescending());
    }

    [Fact]
    public void A_shelf_that_is_opened_again_says_the_same()
    {
        for (var hour = 1; hour <= 9; hour++) NextHour(hour);
        var before = shelf.Targets();

        shelf = Open();

        Assert.Equal(before.List.OrderBy(static file => file.Key).Select(static file => (file.Key, Convert.ToHexString(file.Value))),
            shelf.Targets().List.OrderBy(static file => file.Key).Select(static file => (file.Key, Convert.ToHexString(file.Value))));
    }

    [Fact]
    public void A_base_before_its_week_and_changes_out_of_order_are_refused()
    {
        for (var hour = 1; hour <= 167; hour++) NextHour(hour);

        Assert.Contains("when it is a week old, on 2026-03-08", Assert.Throws<CommandFailure>(() => shelf.Rebase()).Message, StringComparison.Ordinal);
        Assert.Contains("in their order", Assert.Throws<CommandFailure>(() => shelf.TakeChanges(ListChanges.None, Start)).Message, StringComparison.Ordinal);
        NextHour(168);
        shelf.Rebase();
        Assert.Equal(168, shelf.Index!.Header.Sequence);
    }

    [Fact]
    public async Task A_gate_finds_its_rung_in_the_signed_documents_whatever_its_age()
    {
        var province = new ProvinceFolder(Path.Combine(folder, "province"), new ProvinceOptions { Seed = "ladder", People = 30, Now = Start });
        province.Make(1, static _ => { });
        var gates = new List<DeltaOverlay> { province.OpenList().Newest! };
        Publication publication = null!;
        for (var hour = 1; hour <= 8; hour++)
        {
            publication = province.PublishChanges(Changes(hour), Start.AddHours(hour));
            gates.Add(province.OpenList().Newest!);
        }

        var client = await RepositoryClient.RefreshAsync(
            new MetadataMemory(await File.ReadAllBytesAsync(province.RootFile)), FolderFetch.From(province.RepositoryFolder), Start.AddHours(8), Verifier.Trust.SnapshotRule.ConsistentOnly, default);
        foreach (var (gate, from) in gates.Zip([0, 0, 2, 3, 4, 5, 6, 7]))
        {
            var file = await client.FindAsync(string.Create(CultureInfo.InvariantCulture, $"list/delta-1-{from}-8"), default);
            Assert.True(ListDelta.TryRead(await client.ReadAsync(file, ListDelta.SizeMax, default), out var delta, out _));
            Assert.True(gate.TryApply(delta, out var reached, out var fault), fault.ToString());
            Assert.Equal(gates[^1].Hash, reached.Hash);
        }

        TestContext.Current.SendDiagnosticMessage(string.Join(", ", publication.Sizes));
    }

    private static DeltaOverlay? Climb(DeltaOverlay gate, IReadOnlyList<ListDelta> rungs)
    {
        var rung = rungs.Where(rung => rung.From <= gate.Sequence && rung.To > gate.Sequence).MaxBy(static rung => rung.From);
        if (rung is null) return null;
        Assert.True(gate.TryApply(rung, out var next, out var fault), $"{gate.Sequence} by {rung.From}-{rung.To}: {fault}");
        return next;
    }

    private bool IsOverTheBase(ListDelta rung) => rung.BaseHash.SequenceEqual(shelf.Index!.Hash);

    private static ListChanges Changes(int hour) => ListChanges.Of(
        [KeyValuePair.Create(hour % 20, ListValue.Of(hour % 3 == 0 ? Colour.Red : Colour.Green))],
        [KeyValuePair.Create(((ulong)hour << 8) + 1, ListValue.Of(Colour.Green))],
        []);

    private static List<ListDelta> Read(IReadOnlyDictionary<string, byte[]> files)
    {
        var read = new List<ListDelta>();
        foreach (var (path, bytes) in files.Where(static file => file.Key.StartsWith("list/delta-", StringComparison.Ordinal)))
        {
            Assert.True(ListDelta.TryRead(bytes, out var delta, out _));
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"list/delta-{delta.Epoch}-{delta.From}-{delta.To}"), path);
            read.Add(delta);
        }

        return read;
    }

    // One delta, and for a gate on the base before one more, to where the new base begins.
    private DeltaOverlay Reach(DeltaOverlay gate, IReadOnlyList<ListDelta> rungs, IReadOnlyList<ListDelta> bridge)
    {
        if (gate.BaseHash.SequenceEqual(shelf.Index!.Hash)) return Climb(gate, rungs) ?? gate;
        Assert.Equal(lastOfBaseBefore!.Hash, (Climb(gate, bridge) ?? gate).Hash);
        var next = DeltaOverlay.Start(shelf.Index);
        return Climb(next, rungs) ?? next;
    }

    private ListShelf Open() => ListShelf.Open(Path.Combine(folder, "list"), Path.Combine(folder, "repository"), 1);

    private void NextHour(int hour)
    {
        shelf.TakeChanges(Changes(hour), Start.AddHours(hour));
        states.Add(shelf.Newest!);
    }

    private void Rebase()
    {
        lastOfBaseBefore = shelf.Newest;
        shelf.Rebase();
        states.Add(shelf.Newest!);
    }
}
