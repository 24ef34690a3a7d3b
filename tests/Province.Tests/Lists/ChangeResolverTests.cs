using Distribution;
using Distribution.Lists;
using Province.Lists;
using Verifier.AllowList;

namespace Province.Tests.Lists;

public sealed class ChangeResolverTests : IDisposable
{
    private static readonly ListValue Green = ListValue.Of(Colour.Green);
    private static readonly ListValue Red = ListValue.Of(Colour.Red);
    private static readonly ListValue Yellow = ListValue.Of(Colour.Yellow, YellowReason.Region);
    private static readonly AllowListHeader Header = new("33", 1, 0, DateTimeOffset.UnixEpoch, [SubjectKind.Person]);

    private readonly string folder = Directory.CreateTempSubdirectory("changes-test-").FullName;
    private readonly ListBase list;
    private readonly PageFile pages;
    private DeltaOverlay state;
    private InsertedKeys inserted = InsertedKeys.None;

    public ChangeResolverTests()
    {
        var files = BaseFiles.Of(folder, 1);
        ListEntry[] entries = [new(Key(10, 1), Green), new(Key(20, 1), Red), new(Key(20, 2), Green), new(Key(30, 1), Green)];
        File.WriteAllBytes(files.Index, AllowListWriter.Write(files.Pages, Header, entries, files.Full));
        list = ListBase.Open(files);
        pages = PageFile.Open(files.Pages);
        state = DeltaOverlay.Start(list.Index);
    }

    [Fact]
    public void A_subject_of_the_base_is_changed_by_its_rank_alone()
    {
        var changes = Take((Key(30, 1), Red));

        Assert.Equal([2], changes.Ranks.Keys.ToArray());
        Assert.Equal((0, 0), (changes.Inserts.Count, changes.Side.Count));
        Assert.Equal(Red, Find(Key(30, 1)));
    }

    [Fact]
    public void A_new_subject_is_inserted_removed_and_inserted_again()
    {
        Take((Key(15, 1), Yellow));
        Assert.Equal(Yellow, Find(Key(15, 1)));

        Take((Key(15, 1), default));
        Assert.Equal(default, Find(Key(15, 1)));

        Take((Key(15, 1), Green));
        Assert.Equal(Green, Find(Key(15, 1)));
        Assert.Equal((1, 0), (state.Changes.Inserts.Count, state.Changes.Side.Count));
    }

    [Fact]
    public void A_subject_that_collides_with_one_of_the_base_leaves_that_one_its_value()
    {
        var changes = Take((Key(10, 2), Red));

        Assert.Equal(ListValue.Ambiguous, changes.Ranks.Values[0]);
        Assert.Equal(2, changes.Side.Count);
        Assert.Equal((Green, Red, default), (Find(Key(10, 1)), Find(Key(10, 2)), Find(Key(10, 3))));
    }

    [Fact]
    public void Subjects_that_collide_where_the_base_has_nothing_are_told_apart_in_one_step_or_in_two()
    {
        Take((Key(40, 1), Green), (Key(40, 2), Red));
        Take((Key(50, 1), Green));
        Take((Key(50, 2), Red));
        Take((Key(50, 3), Yellow));

        Assert.Equal((Green, Red), (Find(Key(40, 1)), Find(Key(40, 2))));
        Assert.Equal((Green, Red, Yellow, default), (Find(Key(50, 1)), Find(Key(50, 2)), Find(Key(50, 3)), Find(Key(50, 4))));
    }

    [Fact]
    public void A_newcomer_never_inherits_the_entry_of_one_who_was_removed()
    {
        Take((Key(10, 1), default));
        Take((Key(10, 2), Red));

        Assert.Equal((default, Red), (Find(Key(10, 1)), Find(Key(10, 2))));
    }

    [Fact]
    public void A_subject_of_an_ambiguous_key_of_the_base_is_changed_in_full()
    {
        var changes = Take((Key(20, 1), Yellow), (Key(20, 3), Red));

        Assert.Equal((0, 2), (changes.Ranks.Count, changes.Side.Count));
        Assert.Equal((Yellow, Green, Red), (Find(Key(20, 1)), Find(Key(20, 2)), Find(Key(20, 3))));
    }

    [Fact]
    public void What_already_holds_is_no_change()
    {
        var changes = Take((Key(10, 1), Green), (Key(20, 2), Green));

        Assert.Equal((0, 0, 0), (changes.Ranks.Count, changes.Inserts.Count, changes.Side.Count));
    }

    [Theory]
    [InlineData(60, 1)]
    [InlineData(10, 2)]
    [InlineData(20, 3)]
    public void Nobody_is_removed_who_is_not_listed(int page, int rest)
    {
        var failure = Assert.Throws<CommandFailure>(() => Take((Key((ulong)page, (ulong)rest), default)));

        Assert.Equal("line 1: removes a subject that is not on the list.", failure.Message);
    }

    [Fact]
    public void A_subject_stands_once_among_the_changes() => Assert.Equal(
        "line 2: the subject of line 1 again. Name each once.",
        Assert.Throws<CommandFailure>(() => Take((Key(10, 1), Red), (Key(10, 1), Green))).Message);

    [Fact]
    public void The_keys_inserted_since_a_base_survive_their_file_and_belong_to_that_base()
    {
        Take((Key(40, 1), Green), (Key(60, 1), Green));
        var path = Path.Combine(folder, "base-1.added");
        inserted.Write(path, list.Index.Hash);

        var read = InsertedKeys.Read(path, list.Index.Hash);

        Assert.Equal(2, read.Count);
        Assert.True(read.TryFind(60, out var full));
        Assert.Equal(Key(60, 1), full);
        Assert.Contains("another base", Assert.Throws<InvalidDataException>(() => InsertedKeys.Read(path, new byte[32])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_histories_give_every_subject_its_last_value_by_any_way_of_deltas()
    {
        var random = new Random4(7);
        var truth = new Dictionary<SubjectKey, ListValue>
        {
            [Key(10, 1)] = Green,
            [Key(20, 1)] = Red,
            [Key(20, 2)] = Green,
            [Key(30, 1)] = Green,
        };
        var steps = new List<ListDelta>();
        var start = state;
        for (var step = 0; step < 40; step++)
        {
            var before = state.Sequence;
            var changes = new Dictionary<SubjectKey, ListValue>();
            for (var count = random.Below(6); count >= 0; count--)
            {
                // Few keys and few rests: subjects meet often.
                var key = Key(10 * (1 + random.Below(6UL)), random.Below(4UL));
                ListValue[] values = [Green, Red, Yellow, default];
                var value = values[random.Below(4)];
                if (value != default || truth.GetValueOrDefault(key) != default) changes[key] = value;
            }

            var made = Take([.. changes.Select(change => (change.Key, change.Value))]);
            foreach (var (key, value) in changes) truth[key] = value;
            steps.Add(ListDelta.Between(before, state, made));
        }

        foreach (var (key, value) in truth) Assert.Equal(value, Find(key));
        for (var from = 0; from < steps.Count; from++)
        {
            var way = steps[..from].Aggregate(start, Apply);
            Assert.Equal(state.Hash.ToArray(), Apply(way, steps[from..].Aggregate(static (older, newer) => older.Then(newer))).Hash.ToArray());
        }
    }

    [Fact]
    public void The_next_base_knows_whose_each_of_its_entries_is()
    {
        Take((Key(10, 2), Red), (Key(15, 1), Green), (Key(40, 1), Green), (Key(40, 2), Yellow));
        Take((Key(10, 1), default), (Key(20, 2), default), (Key(15, 1), default), (Key(50, 1), Green));
        var files = BaseFiles.Of(Directory.CreateDirectory(Path.Combine(folder, "next")).FullName, 1);
        var index = ListMerge.Write(files.Pages, list.Index, pages.TryRead, state, Header with { Sequence = state.Sequence });
        File.WriteAllBytes(files.Index, index);
        using var nextPages = PageFile.Open(files.Pages);

        FullKeyRebase.Write(files.Full, list, state, inserted, index, nextPages.TryRead);

        using var next = ListBase.Open(files);
        Assert.Equal((Key(10, 2), Red), Of(10));
        Assert.Equal((Key(20, 1), Red), Of(20));
        Assert.Equal((Key(30, 1), Green), Of(30));
        Assert.Equal((default, ListValue.Ambiguous), Of(40));
        Assert.Equal((Key(50, 1), Green), Of(50));
        Assert.Equal(BaseEntry.None, next.Find(15));

        (SubjectKey Subject, ListValue Value) Of(ulong key) => (next.Find(key).Subject, next.Find(key).Value);
    }

    public void Dispose()
    {
        list.Dispose();
        pages.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static DeltaOverlay Apply(DeltaOverlay to, ListDelta delta)
    {
        Assert.True(ListDelta.TryRead(delta.ToBytes(), out var read, out var fault), fault.ToString());
        Assert.True(to.TryApply(read, out var next, out var refused), refused.ToString());
        return next;
    }

    private ListChanges Take(params (SubjectKey Key, ListValue Value)[] changes)
    {
        var resolved = ChangeResolver.Resolve(
            list, state, inserted, changes.Select(static (change, index) => new SubjectChange(change.Key, change.Value, index + 1)));
        state = state.With(resolved.Changes, state.Sequence + 1, state.AsOf);
        inserted = resolved.Inserted;
        return resolved.Changes;
    }

    private ListValue Find(SubjectKey key) => new AllowListReader(list.Index, pages.TryRead, state).Find(SubjectKind.Person, key).Value;

    private static SubjectKey Key(ulong page, ulong rest) => SubjectKey.FromFull(((UInt128)page << 72) | rest);

    private sealed class Random4(ulong seed)
    {
        private ulong state = seed;

        public ulong Below(ulong bound)
        {
            state = unchecked((state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407);
            return (state >> 33) % bound;
        }

        public int Below(int bound) => (int)Below((ulong)bound);
    }
}
