using Distribution.Lists;

namespace Distribution.Tests.Lists;

/// <summary>What the disk or the server does not give, gives cut or gives damaged: the list serves on, and the rest comes later.</summary>
public sealed class ListFaultTests : IDisposable
{
    // Reading it fails as a bad sector does.
    private const string Unreadable = "/proc/self/mem";
    private readonly ListStage stage = new(1, 2_500);

    public void Dispose() => stage.Dispose();

    [Theory]
    [InlineData("index")]
    [InlineData("1-2")]
    [InlineData("3-4")]
    public async Task What_the_disk_does_not_give_comes_anew_and_keeps_no_update_from_it(string file)
    {
        for (var hour = 1; hour <= 4; hour++)
        {
            stage.NextHour(hour, 1);
            (await stage.UpdateAsync()).Dispose();
        }

        var hash = Convert.ToHexStringLower(stage.World.Index.Hash);
        var path = file == "index" ? stage.Lists.FileOf(hash) : Path.Combine(stage.Chain(stage.World.Index), file);
        File.Delete(path);
        File.CreateSymbolicLink(path, Unreadable);
        await Assert.ThrowsAsync<IOException>(stage.RestartAsync);

        stage.NextHour(5, 1);
        using var served = await stage.UpdateAsync();
        using var restarted = await stage.RestartAsync();

        stage.AssertServes(served);
        stage.AssertServes(restarted);
    }

    [Fact]
    public async Task A_base_of_which_the_index_cannot_be_read_keeps_no_other_from_being_made()
    {
        stage.NextHour(1);
        (await stage.UpdateAsync()).Dispose();
        var path = stage.Lists.FileOf(Convert.ToHexStringLower(stage.World.Index.Hash));
        File.Delete(path);
        File.CreateSymbolicLink(path, Unreadable);
        stage.NextBase();

        using var served = await stage.UpdateAsync();

        Assert.Null(served.Pending);
        stage.AssertServes(served);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_of_the_wrong_size_are_made_again(bool isLonger)
    {
        stage.NextHour(1);
        using var before = await stage.UpdateAsync();
        var next = stage.NextBase();
        using var bridging = await stage.UpdateAsync(before);
        await Rebase.RunAsync(bridging, stage.Repository.ReadAsync, pace: null, default);
        using (var pages = File.OpenHandle(stage.Lists.PagesOf(next), access: FileAccess.Write))
            RandomAccess.SetLength(pages, next.PageFileSize + (isLonger ? 1 : -1));

        using var still = await stage.UpdateAsync(bridging);
        Assert.NotNull(still.Pending);
        Assert.True((await Rebase.RunAsync(still, stage.Repository.ReadAsync, pace: null, default)).IsDone);

        using var after = await stage.UpdateAsync(still);
        Assert.Null(after.Pending);
        stage.AssertServes(after);
    }

    [Fact]
    public async Task A_damaged_index_of_a_base_that_is_being_made_does_not_take_the_one_that_serves()
    {
        stage.NextHour(1);
        using var before = await stage.UpdateAsync();
        var next = stage.NextBase();
        using var bridging = await stage.UpdateAsync(before);
        await Rebase.RunAsync(bridging, stage.Repository.ReadAsync, pace: null, default);
        File.Delete(stage.Lists.PagesOf(next));
        var path = stage.Lists.FileOf(Convert.ToHexStringLower(next.Hash));
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        using var restarted = await stage.RestartAsync();

        Assert.NotNull(restarted.Pending);
        Assert.Null(restarted.Fault);
        stage.AssertServes(restarted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_named_rung_that_the_server_does_not_give_is_asked_for_again_and_the_base_is_not_fetched_instead(bool isDamaged)
    {
        stage.NextHour(1);
        using var before = await stage.UpdateAsync();
        stage.NextHour(1);
        stage.NextBase();
        var rungs = stage.Repository.Files.Where(static file => file.Key.Contains("delta-7-", StringComparison.Ordinal)).ToList();
        foreach (var (path, bytes) in rungs)
        {
            if (isDamaged) stage.Repository.Files[path] = [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];
            else stage.Repository.Files.Remove(path);
        }

        await Assert.ThrowsAsync<RefusedException>(() => stage.UpdateAsync(before));

        Assert.DoesNotContain(stage.Repository.Requests, static path => path.EndsWith(".gal", StringComparison.Ordinal) || path.EndsWith(".idx", StringComparison.Ordinal));
        foreach (var (path, bytes) in rungs) stage.Repository.Files[path] = bytes;
        using var bridging = await stage.UpdateAsync(before);
        Assert.NotNull(bridging.Pending);
        stage.AssertServes(bridging);
    }
}
