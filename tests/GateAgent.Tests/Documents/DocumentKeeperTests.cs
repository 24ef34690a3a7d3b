using System.Net.Sockets;
using LocalApi.Link;
using Microsoft.Extensions.Time.Testing;
using Province.Documents;

namespace GateAgent.Tests.Documents;

public sealed class DocumentKeeperTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newer_set_counts_as_soon_as_gate_link_has_it_and_the_journal_says_so()
    {
        await using var bench = new KeeperBench(TimeProvider.System);
        await bench.OpenWithLinkAsync();
        _ = bench.RunAsync();
        bench.Publish(2);

        var serving = bench.ServeHonestlyAsync(Stop);
        await KeeperBench.UntilAsync(() => bench.PolicyVersion == 2);

        var incident = Assert.Single(await bench.IncidentsAsync());
        Assert.Equal((20, "documentsCount", "2.1.2", string.Empty), (incident.Incident, incident.IncidentWord, incident.By, incident.Lane));
        Assert.Equal(1, bench.Swaps);
        Assert.Equal("well", bench.ItemOf("updates")!.State);
        Assert.Equal("well", bench.ItemOf("link")!.State);
        await bench.DisposeAsync();
        await serving;
    }

    [Theory]
    [InlineData("random")]
    [InlineData("huge")]
    [InlineData("flood")]
    [InlineData("midFrame")]
    [InlineData("endless")]
    [InlineData("garbage")]
    [InlineData("nothing")]
    [InlineData("unavailable")]
    public async Task Whatever_a_hacked_gate_link_says_the_old_set_goes_on_and_an_honest_one_is_heard(string attack)
    {
        await using var bench = new KeeperBench(TimeProvider.System);
        await bench.OpenWithLinkAsync();
        var before = bench.Keeper.Present;
        _ = bench.RunAsync();
        bench.Publish(2);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var attacking = AttackAsync(attack, await bench.ConnectAsync(), ending.Token);
        await KeeperBench.UntilAsync(() => bench.ItemOf("updates") is { State: "degraded", Text.Length: > 0 } || bench.ItemOf("link") is { State: "degraded" } link && !link.Text.Contains("yet", StringComparison.Ordinal));
        Assert.Same(before, bench.Keeper.Present);
        Assert.Equal(0, bench.Swaps);
        await ending.CancelAsync();
        await attacking;

        // Whoever is served now is dropped first: the honest one tries until it is its turn.
        var honest = HonestAsync(bench);
        await KeeperBench.UntilAsync(() => bench.PolicyVersion == 2);
        await bench.DisposeAsync();
        await honest;
    }

    [Fact]
    public async Task A_stranger_is_turned_away_before_a_byte_of_it_is_read()
    {
        await using var bench = new KeeperBench(TimeProvider.System);
        await bench.OpenWithLinkAsync(users: [uint.MaxValue]);
        _ = bench.RunAsync();

        await using var stranger = await bench.ConnectAsync();
        var count = await stranger.ReadAsync(new byte[10], Stop).AsTask().WaitAsync(KeeperBench.Patience, Stop);

        Assert.Equal(0, count);
        await KeeperBench.UntilAsync(() => bench.ItemOf("link strangers") is { State: "degraded" });
    }

    [Fact]
    public async Task A_second_gate_link_is_dropped_while_the_first_is_served()
    {
        await using var bench = new KeeperBench(TimeProvider.System);
        await bench.OpenWithLinkAsync();
        _ = bench.RunAsync();
        var first = bench.ServeHonestlyAsync(Stop);
        await KeeperBench.UntilAsync(() => bench.ItemOf("link") is { State: "well" });

        await using var second = await bench.ConnectAsync();
        var count = await second.ReadAsync(new byte[10], Stop).AsTask().WaitAsync(KeeperBench.Patience, Stop);

        Assert.Equal(0, count);
        Assert.False(first.IsCompleted);
        await bench.DisposeAsync();
        await first;
    }

    [Fact]
    public async Task A_set_that_changes_the_lanes_waits_until_they_are_quiet_and_the_agent_begins_again()
    {
        await using var bench = new KeeperBench(TimeProvider.System);
        await bench.OpenWithLinkAsync();
        bench.AreQuiet = false;
        bench.Publish(2, [new LaneEntry("metro-1", "door", "metro")]);
        var running = bench.RunAsync();

        var serving = bench.ServeHonestlyAsync(Stop);
        await KeeperBench.UntilAsync(() => bench.ItemOf("site") is { State: "degraded" });
        Assert.Equal(1, bench.PolicyVersion);
        Assert.False(running.IsCompleted);
        bench.AreQuiet = true;
        await running.WaitAsync(KeeperBench.Patience, Stop);

        Assert.Equal(1, bench.PolicyVersion);
        Assert.Equal(0, bench.Swaps);
        await bench.Keeper.OpenAsync(Stop);
        Assert.Equal(2, bench.PolicyVersion);
        await bench.DisposeAsync();
        await serving;
    }

    [Fact]
    public async Task Lanes_that_are_never_quiet_keep_a_new_set_out_for_ten_minutes_at_most()
    {
        var time = new FakeTimeProvider(Morning);
        await using var bench = new KeeperBench(time);
        await bench.OpenWithFolderAsync();
        (bench.AreQuiet, bench.MayRest) = (false, false);
        bench.Publish(2, [new LaneEntry("metro-1", "door", "metro")]);
        var running = bench.RunAsync();
        await KeeperBench.UntilAsync(() => Advance(time, TimeSpan.FromSeconds(1)) && bench.ItemOf("site") is { State: "degraded" });

        await KeeperBench.UntilAsync(() => Advance(time, TimeSpan.FromMinutes(1)) && time.GetUtcNow().Hour > 8);
        Assert.False(running.IsCompleted);
        bench.MayRest = true;
        await KeeperBench.UntilAsync(() => Advance(time, TimeSpan.FromSeconds(1)) && running.IsCompleted);

        Assert.Equal(1, bench.PolicyVersion);
    }

    [Fact]
    public async Task A_set_that_ends_a_doubt_and_changes_the_lanes_does_not_let_the_doubted_one_judge_until_then()
    {
        await using var bench = new KeeperBench(TimeProvider.System);
        await bench.OpenWithFolderAsync();
        bench.Clock.Follow(new Distribution.Floor.VersionFloor(), isNewest: false);
        bench.AreQuiet = false;
        bench.Publish(2, [new LaneEntry("metro-1", "door", "metro")]);

        var running = bench.RunAsync();
        await KeeperBench.UntilAsync(() => bench.ItemOf("site") is { State: "degraded" });

        Assert.Null(bench.Keeper.Present);
        bench.AreQuiet = true;
        await running.WaitAsync(KeeperBench.Patience, Stop);
    }

    [Fact]
    public async Task What_is_held_counts_once_it_can_be_read_and_waits_for_nobody_but_who_is_passing()
    {
        var time = new FakeTimeProvider(Morning);
        await using var bench = new KeeperBench(time);
        await bench.OpenWithLinkAsync(canRead: false);
        (bench.AreQuiet, bench.MayRest) = (false, false);
        Assert.Null(bench.Keeper.Present);
        bench.LetRead();
        var running = bench.RunAsync();

        await KeeperBench.UntilAsync(() => Advance(time, TimeSpan.FromSeconds(1)) && bench.ItemOf("site") is { State: "degraded" });
        Advance(time, TimeSpan.FromSeconds(1));
        Assert.False(running.IsCompleted);
        bench.MayRest = true;
        var restsAt = time.GetUtcNow();
        await KeeperBench.UntilAsync(() => Advance(time, TimeSpan.FromSeconds(1)) && running.IsCompleted);

        Assert.True(time.GetUtcNow() - restsAt < TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task What_an_import_is_writing_is_not_swept_while_nothing_counts()
    {
        var time = new FakeTimeProvider(Morning);
        await using var bench = new KeeperBench(time);
        await bench.OpenWithLinkAsync(canRead: false);
        _ = bench.RunAsync();
        var (asked, given) = (new TaskCompletionSource(), new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
        var importing = bench.Keeper.ImportAsync(
            async (_, _, _, _) =>
            {
                asked.TrySetResult();
                return await given.Task;
            },
            isDryRun: true, static _ => null, Stop);
        await asked.Task.WaitAsync(KeeperBench.Patience, TimeProvider.System, Stop);
        await File.WriteAllBytesAsync(bench.HalfWritten, [1], Stop);

        for (var step = 0; step < 30; step++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        }

        Assert.True(File.Exists(bench.HalfWritten));
        given.SetException(new IOException("The stick was drawn."));
        Assert.NotNull((await importing).Fault);
        await KeeperBench.UntilAsync(() => Advance(time, TimeSpan.FromSeconds(10)) && !File.Exists(bench.HalfWritten));
    }

    [Fact]
    public async Task Where_nothing_counts_news_are_asked_for_at_once_and_not_when_a_wait_is_over()
    {
        await using var bench = new KeeperBench(new FakeTimeProvider(Morning));
        await bench.OpenWithLinkAsync(canRead: false);
        var running = bench.RunAsync();

        var serving = bench.ServeHonestlyAsync(Stop);
        await running.WaitAsync(KeeperBench.Patience, TimeProvider.System, Stop);

        Assert.Equal("degraded", bench.ItemOf("site")!.State);
        await bench.DisposeAsync();
        await serving;
    }

    [Theory]
    [InlineData(0, "well", "")]
    [InlineData(3_599, "well", "")]
    [InlineData(3_600, "well", "")]
    [InlineData(86_399, "well", "")]
    [InlineData(86_400, "degraded", "The list is of")]
    [InlineData(604_800, "degraded", "")]
    public async Task Age_is_told_with_the_moment_of_the_next_degradation(int seconds, string state, string text)
    {
        var time = new FakeTimeProvider(Morning);
        await using var bench = new KeeperBench(time);
        await bench.OpenWithFolderAsync();

        time.Advance(TimeSpan.FromSeconds(seconds));
        bench.Keeper.Review();

        var item = bench.ItemOf("documents")!;
        Assert.Equal(state, item.State);
        Assert.Contains(text, item.Text, StringComparison.Ordinal);
        Assert.NotNull(bench.Keeper.Present);
    }

    private static bool Advance(FakeTimeProvider time, TimeSpan step)
    {
        time.Advance(step);
        return true;
    }

    private static async Task HonestAsync(KeeperBench bench)
    {
        while (bench.PolicyVersion != 2)
        {
            try
            {
                await bench.ServeHonestlyAsync(Stop);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private static async Task AttackAsync(string attack, NetworkStream stream, CancellationToken stop)
    {
        try
        {
            await (attack switch
            {
                "random" => PourAsync(stream, Convert.FromHexString("0102030405060708090A0B0C0D0E0F"), stop),
                "huge" => PourAsync(stream, Convert.FromHexString("FFFFFF7F03"), stop),
                "flood" => PourAsync(stream, Convert.FromHexString("0100000007"), stop),
                "midFrame" => EndAmidAsync(stream, stop),
                "endless" => AnswerAsync(stream, static (_, size) => LinkAnswer.Bytes(size), stop),
                "garbage" => AnswerAsync(stream, static (offset, size) => LinkAnswer.Bytes(offset == 0 ? Math.Min(size, 40) : 0), stop),
                "nothing" => AnswerAsync(stream, static (_, _) => LinkAnswer.NoFile, stop),
                _ => AnswerAsync(stream, static (_, _) => LinkAnswer.Unavailable(LinkWhy.TooSlow), stop),
            });
        }
        catch (Exception dropped) when (dropped is IOException or OperationCanceledException)
        {
            // The agent has had enough.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private static async Task PourAsync(NetworkStream stream, byte[] piece, CancellationToken stop)
    {
        while (true) await stream.WriteAsync(piece, stop);
    }

    private static async Task EndAmidAsync(NetworkStream stream, CancellationToken stop)
    {
        await stream.ReadExactlyAsync(new byte[20], stop);
        await stream.WriteAsync(Convert.FromHexString("FF0000000301000000AA"), stop);
    }

    private static async Task AnswerAsync(NetworkStream stream, Func<long, int, LinkAnswer> answer, CancellationToken stop)
    {
        using var answerer = new LinkAnswerer(
            stream, (_, offset, buffer, _, _) => ValueTask.FromResult(answer(offset, buffer.Length)), static () => { });
        await answerer.RunAsync(stop);
    }
}
