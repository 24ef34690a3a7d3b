using Distribution.Lists;
using Verifier.AllowList;

namespace Distribution.Tests.Lists;

/// <summary>A gate follows a list from hour to hour, over restarts, damage and weekly bases.</summary>
public sealed class ListLoaderTests : IDisposable
{
    private readonly ListStage stage = new(1, 2_500);

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task A_new_gate_takes_the_base_and_the_rung_from_it()
    {
        for (var hour = 1; hour <= 5; hour++) stage.NextHour(hour, 1);

        using var served = await stage.UpdateAsync();

        Assert.Equal(5, served.Overlay.Sequence);
        Assert.Equal(stage.World.Overlay.AsOf, served.Overlay.AsOf);
        Assert.Null(served.Pending);
        stage.AssertServes(served);
        Assert.Single(Deltas());
    }

    [Fact]
    public async Task Each_hour_costs_the_smallest_rung_that_begins_where_the_gate_is()
    {
        stage.NextHour(1);
        var served = await stage.UpdateAsync();
        for (var hour = 2; hour <= 6; hour++)
        {
            stage.NextHour(hour, Math.Min(3, hour), 1);
            served.Dispose();
            served = await stage.UpdateAsync(served);
            stage.AssertServes(served);
            Assert.Equal([hour - 1], Deltas());
            Assert.DoesNotContain(stage.Repository.Requests, static path => path.EndsWith(".gal", StringComparison.Ordinal));
        }

        for (var hour = 7; hour <= 9; hour++) stage.NextHour(hour, 3, 1);
        served.Dispose();
        served = await stage.UpdateAsync(served);
        Assert.Equal([6], Deltas());
        served.Dispose();
    }

    [Fact]
    public async Task A_restart_rebuilds_the_state_from_the_chain_and_the_signed_result()
    {
        for (var hour = 1; hour <= 6; hour++)
        {
            stage.NextHour(hour, 1);
            (await stage.UpdateAsync()).Dispose();
        }

        using var served = await stage.RestartAsync();

        Assert.Equal(stage.World.Overlay.Hash, served.Overlay.Hash);
        stage.AssertServes(served);
    }

    [Fact]
    public async Task A_gate_that_was_away_finds_its_rung_apart_and_starts_with_it_and_one_that_was_not_reads_nothing_of_that()
    {
        stage.NextHour(1);
        (await stage.UpdateAsync()).Dispose();
        for (var hour = 2; hour <= 6; hour++) stage.NextHourApart(hour - 1, hour);

        (await stage.UpdateAsync()).Dispose();
        var (away, took) = (ReadsApart(), Deltas());
        using var started = await stage.RestartAsync();
        stage.AssertServes(started);
        stage.NextHourApart(6, 7);
        using var served = await stage.UpdateAsync(started);

        Assert.True(away);
        Assert.Equal([1], took);
        Assert.False(ReadsApart());
        Assert.Equal([6], Deltas());
        stage.AssertServes(served);
    }

    [Fact]
    public async Task A_new_gate_finds_the_rung_from_the_base_apart()
    {
        for (var hour = 1; hour <= 5; hour++) stage.NextHourApart(Math.Min(3, hour), hour);

        using var served = await stage.UpdateAsync();

        Assert.Equal([0], Deltas());
        stage.AssertServes(served);
    }

    [Fact]
    public async Task A_delta_that_the_cut_set_did_not_come_to_name_is_left_out_at_the_restart()
    {
        stage.NextHour(1);
        (await stage.UpdateAsync()).Dispose();
        var before = stage.World.Overlay.Hash.ToArray();
        stage.NextHour(2, 1);
        await File.WriteAllBytesAsync(Path.Combine(stage.Chain(stage.World.Index), "1-2"), stage.Hours[1].ToBytes());
        await File.WriteAllBytesAsync(Path.Combine(stage.Chain(stage.World.Index), "0-2"), stage.Hours[0].Then(stage.Hours[1]).ToBytes());

        using var served = await stage.RestartAsync();

        Assert.Equal(before, served.Overlay.Hash);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("cut")]
    [InlineData("changed")]
    [InlineData("all lost")]
    public async Task A_damaged_chain_is_no_list_and_never_the_base_until_a_rung_from_the_base_comes(string damage)
    {
        for (var hour = 1; hour <= 4; hour++)
        {
            stage.NextHour(hour, 1);
            (await stage.UpdateAsync()).Dispose();
        }

        var chain = stage.Chain(stage.World.Index);
        var path = Path.Combine(chain, "1-2");
        var bytes = await File.ReadAllBytesAsync(path);
        if (damage == "lost") File.Delete(path);
        else if (damage == "cut") await File.WriteAllBytesAsync(path, bytes[..^3]);
        else if (damage == "all lost") Directory.Delete(chain, recursive: true);
        else await File.WriteAllBytesAsync(path, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);

        using var broken = await stage.RestartAsync();
        Assert.Contains("damaged", broken.Fault, StringComparison.Ordinal);
        foreach (var subject in stage.World.Everyone)
            Assert.Equal(ListAnswer.Without(ListAnswerKind.NoList), broken.Reader.Find(SubjectKind.Person, SubjectKey.FromFull(subject)));

        using var served = await stage.UpdateAsync(broken);
        Assert.Null(served.Fault);
        Assert.Equal([0], Deltas());
        stage.AssertServes(served);
        using var again = await stage.RestartAsync();
        stage.AssertServes(again);
    }

    [Fact]
    public async Task A_gap_another_base_and_a_damaged_delta_are_refused_and_the_old_state_stays()
    {
        stage.NextHour(1);
        using var served = await stage.UpdateAsync();
        var truth = stage.World.Truth.ToDictionary();
        stage.NextHour(2, 1);
        stage.NextHour(1);
        await RefuseAsync("No signed delta leads");

        var newest = stage.Hours[1].Then(stage.Hours[2]);
        stage.Put(newest, [.. newest.ToBytes(), 0]);
        await RefuseAsync("WrongLength");
        stage.Put(newest, stage.Hours[2].ToBytes());
        await RefuseAsync("holds the changes from 2 to 3");
        using var other = new ListStage(2, 100);
        for (var hour = 0; hour < 3; hour++) other.NextHour(1);
        stage.Put(newest, other.Hours[1].Then(other.Hours[2]).ToBytes());
        await RefuseAsync("WrongBase");
        var bent = newest.ToBytes();
        bent[80] ^= 1;
        stage.Put(newest, bent);
        await RefuseAsync("leads");
        stage.Put(newest, new byte[ListDelta.SizeMax + 1]);
        await RefuseAsync("at most 16777216 are taken");

        using var restarted = await stage.RestartAsync();
        stage.AssertServes(restarted, truth);

        async Task RefuseAsync(string fault)
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => stage.UpdateAsync(served));
            Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
            Assert.Single(Directory.GetFiles(stage.Chain(stage.World.Index)));
            stage.AssertServes(served, truth);
        }
    }

    [Fact]
    public async Task A_weekly_base_is_merged_on_the_gate_with_neither_index_nor_page_on_the_wire()
    {
        for (var hour = 1; hour <= 8; hour++) stage.NextHour(hour, 1);
        using var before = await stage.UpdateAsync();
        var next = stage.NextBase();

        using var bridging = await stage.UpdateAsync(before);
        var index = $"targets/list/{Convert.ToHexStringLower(next.Hash)}.base-7.idx";
        Assert.Equal(Convert.ToHexStringLower(next.Hash), bridging.Pending!.Name);
        Assert.Equal(stage.World.Index.Hash, bridging.Index.Hash);
        stage.AssertServes(bridging);
        Assert.DoesNotContain(index, stage.Repository.Requests);
        using var restarted = await stage.RestartAsync();
        Assert.NotNull(restarted.Pending);
        stage.AssertServes(restarted);

        stage.Repository.Requests.Clear();
        Assert.Equal(new RebaseResult(IsDone: true, 0), await Rebase.RunAsync(bridging, stage.Repository.ReadAsync, pace: null, default));
        Assert.Empty(stage.Repository.Requests);
        Assert.Equal(stage.Repository.Files[$"targets/list/{Convert.ToHexStringLower(next.Hash)}.base-7.gal"], await File.ReadAllBytesAsync(stage.Lists.PagesOf(next)));

        using var after = await stage.UpdateAsync(bridging);
        Assert.Null(after.Pending);
        Assert.Equal(next.Hash, after.Index.Hash);
        stage.AssertServes(after);
        Assert.False(File.Exists(stage.Lists.PagesOf(stage.World.Index)));
        Assert.False(Directory.Exists(stage.Chain(stage.World.Index)));
        using var again = await stage.RestartAsync();
        stage.AssertServes(again);
    }

    [Fact]
    public async Task A_gate_that_was_away_closes_the_week_with_one_rung_and_a_gate_behind_fetches_the_base()
    {
        stage.NextHour(1);
        (await stage.UpdateAsync()).Dispose();
        for (var hour = 2; hour <= 8; hour++) stage.NextHour(hour, 1);
        stage.NextBase();

        using var bridging = await stage.UpdateAsync();
        Assert.NotNull(bridging.Pending);
        stage.AssertServes(bridging);

        using var stranger = new ListStage(1, 2_500);
        for (var hour = 1; hour <= 8; hour++) stranger.NextHour(hour, 1);
        stranger.NextBase();
        using var fresh = await stranger.UpdateAsync();
        Assert.Null(fresh.Pending);
        stranger.AssertServes(fresh);
    }

    [Fact]
    public async Task Where_the_merge_differs_the_index_and_the_pages_that_differ_are_fetched()
    {
        for (var hour = 1; hour <= 3; hour++) stage.NextHour(hour, 1);
        using var before = await stage.UpdateAsync();
        var next = stage.NextBase(static world =>
        {
            var last = world.Truth.Keys.Max();
            world.Truth[last] = ListValue.Of(world.Truth[last].Colour == Colour.Red ? Colour.Green : Colour.Red);
        });
        using var bridging = await stage.UpdateAsync(before);

        var result = await Rebase.RunAsync(bridging, stage.Repository.ReadAsync, pace: null, default);

        var index = stage.Repository.Files[$"targets/list/{Convert.ToHexStringLower(next.Hash)}.base-7.idx"];
        Assert.Equal(new RebaseResult(IsDone: true, index.Length + ListPageLayout.PageSize), result);
        Assert.True(next.PageCount > 3);
        using var after = await stage.UpdateAsync(bridging);
        stage.AssertServes(after);
    }

    [Fact]
    public async Task A_download_that_was_cut_goes_on_where_it_was()
    {
        var path = $"targets/list/{Convert.ToHexStringLower(stage.World.Index.Hash)}.base-7.gal";
        var whole = stage.Repository.Files[path];
        stage.Repository.Files[path] = whole[..(3 * ListPageLayout.PageSize)];
        await Assert.ThrowsAsync<RefusedException>(() => stage.UpdateAsync());
        Assert.False(stage.Lists.HasPages(stage.World.Index));
        await File.WriteAllBytesAsync(stage.Lists.PagesOf(stage.World.Index) + ".part", [.. whole[..(2 * ListPageLayout.PageSize)], .. new byte[700]]);
        stage.Repository.Files[path] = [.. new byte[2 * ListPageLayout.PageSize], .. whole[(2 * ListPageLayout.PageSize)..]];

        using var served = await stage.UpdateAsync();

        stage.AssertServes(served);
        Assert.Equal(whole, await File.ReadAllBytesAsync(stage.Lists.PagesOf(stage.World.Index)));
    }

    [Theory]
    [InlineData("zeroed")]
    [InlineData("swapped")]
    [InlineData("foreign")]
    public async Task A_page_file_that_is_not_what_was_signed_is_not_taken(string how)
    {
        var path = $"targets/list/{Convert.ToHexStringLower(stage.World.Index.Hash)}.base-7.gal";
        var file = (byte[])stage.Repository.Files[path].Clone();
        using var other = new ListStage(9, 2_500);
        var replaced = how switch
        {
            "zeroed" => new byte[ListPageLayout.PageSize],
            "swapped" => file[(2 * ListPageLayout.PageSize)..(3 * ListPageLayout.PageSize)],
            _ => other.World.PageFile[ListPageLayout.PageSize..(2 * ListPageLayout.PageSize)],
        };
        if (how == "swapped") file.AsSpan(ListPageLayout.PageSize, ListPageLayout.PageSize).CopyTo(file.AsSpan(2 * ListPageLayout.PageSize));
        replaced.CopyTo(file, ListPageLayout.PageSize);
        stage.Repository.Files[path] = file;

        var refused = await Assert.ThrowsAsync<RefusedException>(() => stage.UpdateAsync());

        Assert.Contains("Page 0 of the list is not what was signed", refused.Message, StringComparison.Ordinal);
        Assert.False(stage.Lists.HasPages(stage.World.Index));
    }

    private bool ReadsApart() => stage.Repository.Requests.Any(static path => path.EndsWith("list-closing.json", StringComparison.Ordinal));

    // Where the deltas that were asked for begin.
    private List<int> Deltas() =>
        [.. stage.Repository.Requests.Where(static path => path.Contains("delta-7-", StringComparison.Ordinal))
            .Select(static path => int.Parse(path.Split("delta-7-")[1].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture))];
}
