using Distribution;
using Distribution.Lists;
using Verifier.AllowList;

namespace Verifier.Tests.AllowList;

public sealed class ListMergeTests
{
    [Theory]
    [InlineData(1UL, 3_000)]
    [InlineData(2UL, 3_000)]
    [InlineData(3UL, 1)]
    [InlineData(4UL, 0)]
    public void A_base_and_its_changes_merge_into_what_the_writer_makes_of_the_same_subjects(ulong seed, int people)
    {
        var world = new ListWorld(seed, people);
        for (var hour = 0; hour < 30; hour++) world.NextHour(40);
        var header = world.Index.Header with { Sequence = world.Overlay.Sequence, AsOf = world.Overlay.AsOf };
        var paths = new[] { Path.GetTempFileName(), Path.GetTempFileName() };

        var merged = ListMerge.Write(paths[0], world.Index, world.ReadPage, world.Overlay, header);
        var written = AllowListWriter.Write(paths[1], header, world.Truth
            .OrderBy(static pair => pair.Key).Select(static pair => new ListEntry(SubjectKey.FromFull(pair.Key), pair.Value)));

        var files = Array.ConvertAll(paths, File.ReadAllBytes);
        Array.ForEach(paths, File.Delete);
        Assert.Equal(written, merged);
        Assert.Equal(files[1], files[0]);
    }

    [Fact]
    public void A_page_that_was_changed_is_not_merged()
    {
        var world = new ListWorld(5, 2_000);
        world.PageFile[(3 * ListPageLayout.PageSize) + 9] ^= 1;

        var merge = new ListMerge(world.Index, world.ReadPage, world.Overlay, world.Index.Header with { Sequence = 9 });

        Assert.Equal((MergeFault.PageTampered, 3), Run(merge));
    }

    [Fact]
    public void A_page_that_cannot_be_read_is_not_merged()
    {
        var world = new ListWorld(6, 2_000);

        var merge = new ListMerge(world.Index, (page, offset, target) => page != 1 && world.ReadPage(page, offset, target), world.Overlay, world.Index.Header);

        Assert.Equal((MergeFault.PageUnreadable, 2), Run(merge));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_999)]
    public void An_inserted_key_that_stands_in_the_base_is_a_fault(int subject)
    {
        var world = new ListWorld(7, 2_000);
        var key = SubjectKey.FromFull(world.Everyone.Order().ElementAt(subject)).Page;
        var changes = ListChanges.Of([], [KeyValuePair.Create(key, ListValue.Of(Colour.Red))], []);

        var merge = new ListMerge(world.Index, world.ReadPage, world.Overlay.With(changes, 1, world.Overlay.AsOf), world.Index.Header);

        Assert.Equal(MergeFault.InsertInBase, Run(merge).Fault);
    }

    [Fact]
    public void More_subjects_that_share_a_key_than_a_side_table_holds_are_a_fault()
    {
        var world = new ListWorld(8, 0);
        var side = Enumerable.Range(0, ListChanges.SideMax).Select(static full => KeyValuePair.Create((UInt128)full, ListValue.Of(Colour.Red)));
        var most = ListChanges.Of([], [KeyValuePair.Create(0UL, ListValue.Ambiguous)], side);
        var full = new ListWorld(9, 20);

        Assert.Equal(MergeFault.None, Run(new ListMerge(world.Index, world.ReadPage, world.Overlay.With(most, 1, world.Overlay.AsOf), world.Index.Header)).Fault);
        Assert.True(full.Index.SideEntryCount > 0, "This seed has subjects that share a key.");
        Assert.Equal(MergeFault.TooMany, Run(new ListMerge(full.Index, full.ReadPage, full.Overlay.With(most, 1, full.Overlay.AsOf), full.Index.Header)).Fault);
    }

    private static (MergeFault Fault, int PagesRead) Run(ListMerge merge)
    {
        var page = new byte[ListPageLayout.PageSize];
        while (merge.TryWritePage(page)) Assert.Equal(MergeFault.None, merge.Fault);
        return (merge.Fault, merge.PagesRead);
    }
}
