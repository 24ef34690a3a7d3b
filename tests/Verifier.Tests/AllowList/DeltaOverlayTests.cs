using Verifier.AllowList;

namespace Verifier.Tests.AllowList;

public sealed class DeltaOverlayTests
{
    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void Whichever_way_of_deltas_leads_to_a_state_it_is_the_same_state(ulong seed)
    {
        var random = new SplitMix(seed);
        var world = new ListWorld(seed, 200);
        var hours = Enumerable.Range(0, 24).Select(_ => world.NextHour(20)).ToList();

        for (var way = 0; way < 40; way++)
        {
            var overlay = DeltaOverlay.Start(world.Index);
            while (overlay.Sequence < hours.Count)
            {
                // A rung that begins at this state or before it, and ends anywhere after it.
                var from = random.Below(overlay.Sequence + 1);
                var to = overlay.Sequence + 1 + random.Below(hours.Count - overlay.Sequence);
                var rung = hours[from..to].Aggregate(static (older, newer) => older.Then(newer));
                Assert.True(ListDelta.TryRead(rung.ToBytes(), out var read, out _));
                Assert.Equal((from, to), (read.From, read.To));
                Assert.True(overlay.TryApply(read, out var next, out var fault), $"{fault}");
                overlay = next;
            }

            Assert.Equal(world.Overlay.Hash, overlay.Hash);
            ListDeltaTests.AssertSame(world.Overlay.Changes, overlay.Changes);
        }
    }

    [Theory]
    [InlineData(4UL)]
    [InlineData(5UL)]
    public void A_look_up_over_base_and_deltas_answers_as_a_dictionary_would(ulong seed)
    {
        var world = new ListWorld(seed, 2_000);
        for (var hour = 0; hour < 30; hour++) world.NextHour(40);
        var reader = new AllowListReader(world.Index, world.ReadPage, world.Overlay);

        foreach (var subject in world.Everyone)
        {
            var expected = world.Truth.TryGetValue(subject, out var value)
                ? ListAnswer.Listed(value)
                : ListAnswer.Without(ListAnswerKind.NotListed);
            Assert.Equal(expected, reader.Find(SubjectKind.Person, SubjectKey.FromFull(subject)));
        }

        for (var round = 0; round < 20_000; round++)
        {
            var stranger = SubjectKey.FromFull(world.Stranger());
            Assert.Equal(ListAnswer.Without(ListAnswerKind.NotListed), reader.Find(SubjectKind.Person, stranger));
        }
    }

    [Fact]
    public void An_inserted_key_before_the_first_page_or_over_an_empty_base_is_found()
    {
        var world = new ListWorld(6, 0);
        world.NextHour(30);
        var reader = new AllowListReader(world.Index, world.ReadPage, world.Overlay);

        Assert.NotEmpty(world.Truth);
        foreach (var (subject, value) in world.Truth)
            Assert.Equal(ListAnswer.Listed(value), reader.Find(SubjectKind.Person, SubjectKey.FromFull(subject)));
    }

    [Fact]
    public void A_gap_another_base_another_epoch_an_older_delta_and_a_wrong_result_are_named_and_change_nothing()
    {
        var world = new ListWorld(7, 100);
        var first = world.NextHour(10);
        var second = world.NextHour(10);
        var third = world.NextHour(10);
        var start = DeltaOverlay.Start(world.Index);
        Assert.True(start.TryApply(first, out var one, out _));
        Assert.True(one.TryApply(second, out var two, out _));
        var before = two.Hash.ToArray();

        Assert.Equal(OverlayFault.Gap, FaultOf(start, third));
        Assert.Equal(OverlayFault.Older, FaultOf(two, first));
        Assert.Equal(OverlayFault.WrongBase, FaultOf(two, new ListWorld(8, 100, sequence: 2).NextHour(10)));
        Assert.Equal(OverlayFault.WrongEpoch, FaultOf(two, Forged(third, epoch: 8)));
        Assert.Equal(OverlayFault.WrongResult, FaultOf(two, Forged(third, epoch: 7)));
        Assert.Equal(before, two.Hash);
        Assert.True(two.TryApply(third, out _, out _));
    }

    [Fact]
    public void Applying_the_same_delta_again_changes_nothing()
    {
        var world = new ListWorld(9, 100);
        var hour = world.NextHour(10);

        Assert.True(DeltaOverlay.Start(world.Index).TryApply(hour, out var once, out _));
        Assert.True(once.TryApply(hour, out var twice, out _));
        Assert.Equal(once.Hash, twice.Hash);
    }

    [Fact]
    public void An_overlay_holds_its_limit_and_not_one_more()
    {
        var world = new ListWorld(10, 10);
        var start = DeltaOverlay.Start(world.Index);
        var most = start.With(Inserts(0, ListChanges.InsertsMax), 1, start.AsOf);
        var one = ListDelta.Between(1, most.With(Inserts(0, 1), 2, start.AsOf), Inserts(ListChanges.InsertsMax, 1));

        Assert.Equal(ListChanges.InsertsMax, most.Changes.Inserts.Count);
        Assert.Equal(OverlayFault.TooMany, FaultOf(most, one));
        Assert.Throws<ArgumentException>(() => most.With(Inserts(ListChanges.InsertsMax, 1), 2, start.AsOf));
    }

    [Fact]
    public void The_number_of_entries_follows_what_came_and_went()
    {
        var world = new ListWorld(11, 500);
        for (var hour = 0; hour < 5; hour++) world.NextHour(30);
        var keys = world.Truth.Keys.Select(static subject => SubjectKey.FromFull(subject).Page).ToHashSet();
        var reader = new AllowListReader(world.Index, world.ReadPage, world.Overlay);

        // A key that two subjects share stays an entry while the base lasts, though both are gone.
        Assert.InRange(reader.EntryCount, keys.Count, keys.Count + world.Overlay.Changes.Side.Count);
    }

    [Fact]
    public void A_look_up_over_deltas_allocates_nothing_and_tells_of_a_tampered_page()
    {
        var world = new ListWorld(12, 2_000);
        for (var hour = 0; hour < 5; hour++) world.NextHour(30);
        var tampered = new List<int>();
        var reader = new AllowListReader(world.Index, world.ReadPage, world.Overlay, tampered.Add);
        var keys = world.Everyone.Select(SubjectKey.FromFull).ToArray();
        foreach (var key in keys) reader.Find(SubjectKind.Person, key);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var key in keys) reader.Find(SubjectKind.Person, key);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        Assert.Empty(tampered);
        world.PageFile[(2 * ListPageLayout.PageSize) + 100] ^= 1;
        foreach (var key in keys) reader.Find(SubjectKind.Person, key);
        Assert.Equal([1], tampered.Distinct());
    }

    [Fact]
    public void A_reader_takes_no_overlay_of_another_base() =>
        Assert.Throws<ArgumentException>(() => new AllowListReader(new ListWorld(13, 9).Index, (_, _, _) => false, new ListWorld(14, 9).Overlay));

    private static OverlayFault FaultOf(DeltaOverlay overlay, ListDelta delta)
    {
        Assert.False(overlay.TryApply(delta, out _, out var fault));
        return fault;
    }

    private static ListDelta Forged(ListDelta delta, int epoch) => new(delta.BaseHash.ToArray(), new byte[32])
    {
        Epoch = epoch,
        From = delta.From,
        To = delta.To,
        AsOf = delta.AsOf,
        BaseEntryCount = delta.BaseEntryCount,
        Changes = delta.Changes,
    };

    private static ListChanges Inserts(int first, int count) => ListChanges.Of(
        [], Enumerable.Range(first, count).Select(static key => KeyValuePair.Create((ulong)key, ListValue.Of(Colour.Green))), []);
}
