using System.Diagnostics;
using FaultyDisk;
using LocalApi;
using Verifier.AllowList;

namespace EndToEnd.Tests.Faults;

/// <summary>The published agent while its disk stalls, gives errors or is full: what people see, what the barrier does, what the
/// journal has and what status says, during the fault and after it.</summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class FaultyDiskTests
{
    private const int TooLate = 66;
    private const int ListUnreadable = 64;
    private const int Green = 10;
    private const int AnswersWhileStalled = 7;
    private const int TurnsMax = 4;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);

    // Time for a start, and for some of what fails to be tried again.
    private static readonly TimeSpan Tried = TimeSpan.FromSeconds(3);

    // The lane's own limits are 100 ms to judge, 50 ms for fire and 5 ms for a relay; the rest is a busy machine of tests.
    private static readonly TimeSpan JudgedWithin = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan FreedWithin = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData("read state/targets/*.gal stall")]
    [InlineData("write,fsync state/journal* stall")]
    [InlineData("* * stall")]
    public async Task A_stall_of_ten_seconds_keeps_nobody_waiting_and_holds_no_barrier(string rule)
    {
        await using var disk = await Disk.MountAsync();
        await using var gate = await FaultyGate.StartAsync(disk);
        Assert.Equal(Green, (await gate.AnswerAsync(0)).Reason);
        await Task.Delay(TimeSpan.FromMilliseconds(2 * FaultyGate.PulseMs), TimeProvider.System);
        var isListStalled = !rule.Contains("journal", StringComparison.Ordinal);
        var threads = gate.Threads;

        var shownAt = Stopwatch.GetTimestamp();
        Assert.Equal(Green, (await gate.AnswerAsync(1)).Reason);
        disk.Break(rule);
        var began = Stopwatch.GetTimestamp();
        var (opened, closed) = (await gate.EdgeAsync(1, isHigh: true, shownAt), await gate.EdgeAsync(1, isHigh: false, shownAt));
        Assert.InRange(closed - opened, TimeSpan.FromMilliseconds(FaultyGate.PulseMs) - Late, TimeSpan.FromMilliseconds(FaultyGate.PulseMs) + Late);

        // Whoever asks for the journal waits with it, and takes nothing from the lanes.
        var asking = Enumerable.Range(0, 10).Select(_ => Record.ExceptionAsync(gate.JournalAsync).AsTask()).ToList();
        for (var turn = 0; turn < AnswersWhileStalled; turn++)
        {
            for (var lane = 0; lane < 2; lane++)
            {
                var answer = await gate.AnswerAsync(lane);
                Assert.Equal(isListStalled ? TooLate : Green, answer.Reason);
                Assert.Equal(!isListStalled, answer.IsOpened);
                Assert.True(answer.Microseconds < JudgedWithin.TotalMicroseconds, $"Answered after {answer.Microseconds} µs.");
                Assert.Contains(answer.Signal, isListStalled ? ["readAgain", "seeStaff"] : (string[])["pass"]);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2 * FaultyGate.PulseMs), TimeProvider.System);
            await CheckFireAsync(gate, turn % 2);
            await CheckExitAsync(gate, 1 - (turn % 2));
        }

        Assert.NotEmpty(disk.Hits);
        var left = Stall - Stopwatch.GetElapsedTime(began);
        if (left > TimeSpan.Zero) await Task.Delay(left, TimeProvider.System);
        Assert.InRange(gate.Threads, 1, threads + 40);
        disk.Mend();

        Assert.Equal(Green, (await UntilAdmittedAsync(gate, 0)).Reason);
        await Task.WhenAll(asking);
        await gate.UntilItemAsync("journal", "well", TimeSpan.FromSeconds(5));
        Assert.Equal("well", (await gate.ItemAsync("list"))?.State ?? "well");
        await AssertJournalHasAllAsync(gate);
        await gate.UntilAsync(status => status.IsWell, TimeSpan.FromSeconds(5));
        await FaultyGate.UntilAsync(() => gate.Threads <= threads + 12, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_page_that_the_disk_does_not_give_sends_its_people_to_staff_and_others_pass()
    {
        await using var disk = await Disk.MountAsync();
        await using var gate = await FaultyGate.StartAsync(disk);
        const int Bad = 2;
        var half = (Bad + 1) * ListPageLayout.PageSize;
        disk.Break($"read state/targets/*.gal@{half} EIO", $"read state/targets/*.gal@{half + ListPageLayout.HalfSize} EIO", "write state/targets/*.gal* note");

        for (var turn = 0; turn < 3; turn++)
        {
            var refused = await gate.AnswerAsync(0, static page => page == Bad);
            Assert.Equal((ListUnreadable, "seeStaff", false), (refused.Reason, refused.Signal, refused.IsOpened));
            Assert.True(refused.Microseconds < JudgedWithin.TotalMicroseconds);
            Assert.Equal(Green, (await gate.AnswerAsync(1, static page => page != Bad)).Reason);
            await Task.Delay(TimeSpan.FromMilliseconds(2 * FaultyGate.PulseMs), TimeProvider.System);
        }

        var item = await gate.UntilItemAsync("list", "degraded", TimeSpan.FromSeconds(10));
        Assert.Contains("Page 2 of the list is bad again after it was written", item.Text, StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        Assert.Equal(1, disk.Hits.Count(static hit => hit.StartsWith("write", StringComparison.Ordinal)));
        disk.Mend();

        Assert.Equal(Green, (await UntilAdmittedAsync(gate, 0, static page => page == Bad)).Reason);
        await gate.UntilItemAsync("list", "well", TimeSpan.FromSeconds(80));
        await AssertJournalHasAllAsync(gate);
        await gate.UntilAsync(static status => status.IsWell, TimeSpan.FromSeconds(5));
        var began = Stopwatch.GetTimestamp();
        string[] incidents = [];
        while (incidents.Length < 2 && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5))
        {
            await Task.Delay(AskEvery, TimeProvider.System);
            var page = await gate.Client.IncidentsAsync("limit=100", CancellationToken.None);
            incidents = [.. page.Incidents.Where(static one => one.Incident is 21 or 22).Select(static one => $"{one.Incident} {one.By}").Order(StringComparer.Ordinal)];
        }

        Assert.Equal(["21 2", "22 2"], incidents);
    }

    [Theory]
    [InlineData("write state/journal* EIO")]
    [InlineData("fsync state/journal* EIO")]
    [InlineData("write,truncate state/journal* ENOSPC")]
    [InlineData("* state/journal* EIO")]
    public async Task A_journal_that_cannot_be_written_keeps_nobody_out_and_loses_nothing(string rule)
    {
        await using var disk = await Disk.MountAsync();
        await using var gate = await FaultyGate.StartAsync(disk);
        Assert.Equal(Green, (await gate.AnswerAsync(0)).Reason);
        disk.Break(rule);

        for (var turn = 0; turn < 4; turn++)
        {
            Assert.Equal((Green, true), (await gate.AnswerAsync(turn % 2)) is var answer ? (answer.Reason, answer.IsOpened) : default);
            await Task.Delay(TimeSpan.FromMilliseconds(2 * FaultyGate.PulseMs), TimeProvider.System);
        }

        var item = await gate.UntilItemAsync("journal", "failed", TimeSpan.FromSeconds(5));
        Assert.Contains("The journal cannot be written", item.Text, StringComparison.Ordinal);
        disk.Mend();

        await gate.UntilItemAsync("journal", "well", TimeSpan.FromSeconds(5));
        await AssertJournalHasAllAsync(gate);
        await gate.StopAsync(TimeSpan.FromSeconds(5));
        gate.Start();
        await gate.UntilItemAsync("journal", "well", TimeSpan.FromSeconds(20));
        await AssertJournalHasAllAsync(gate);
    }

    [Fact]
    public async Task An_update_that_a_full_disk_ends_is_told_and_taken_when_there_is_room()
    {
        await using var disk = await Disk.MountAsync();
        await using var gate = await FaultyGate.StartAsync(disk);
        disk.Break($"{Disk.Full} state/metadata* ENOSPC", $"{Disk.Full} state/targets* ENOSPC 3");
        gate.Publish(2);

        var item = await gate.UntilItemAsync("updates", "degraded", TimeSpan.FromSeconds(80));
        Assert.Contains("No space left on device", item.Text, StringComparison.Ordinal);
        Assert.Contains("What this gate has goes on counting", item.Text, StringComparison.Ordinal);
        Assert.Equal(Green, (await gate.AnswerAsync(0)).Reason);
        disk.Mend();

        await gate.UntilAsync(static status => status.PolicyVersion == 2, TimeSpan.FromSeconds(80));
        await gate.UntilItemAsync("updates", "well", TimeSpan.FromSeconds(5));
        Assert.Equal(Green, (await UntilAdmittedAsync(gate, 1)).Reason);
        Assert.Empty(Directory.GetFiles(disk.Behind, "*.new", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("read,getattr,open,readdir state/targets* EIO")]
    [InlineData("read,getattr,open,readdir state/metadata* EIO")]
    [InlineData("read,getattr,open state/device.key EIO")]
    [InlineData("read,getattr,open state/root.json EIO")]
    [InlineData("change * EIO")]
    [InlineData("change * EROFS")]
    [InlineData(Disk.Full + " * ENOSPC")]
    [InlineData("read,getattr,open state/journal* EIO")]
    [InlineData("* state* EIO")]
    [InlineData("read state/targets/* stall")]
    [InlineData("* * stall")]
    public async Task A_start_on_a_disk_that_fails_opens_nothing_says_why_and_recovers(string rule)
    {
        await using var disk = await Disk.MountAsync();
        await using (var before = await FaultyGate.StartAsync(disk))
        {
            Assert.Equal(Green, (await before.AnswerAsync(0)).Reason);
            await before.StopAsync(TimeSpan.FromSeconds(5));
            disk.Break(rule);
            var since = Stopwatch.GetTimestamp();
            before.Start();
            await Task.Delay(rule.EndsWith("stall", StringComparison.Ordinal) ? Stall : Tried, TimeProvider.System);

            Assert.False(before.HasEnded, before.Log);
            Assert.DoesNotContain(before.Scope.Edges, edge => edge.Nanoseconds >= since && edge.IsHigh && (edge.Pin == FaultyGate.RelayOf(0) || edge.Pin == FaultyGate.RelayOf(1)));
            if (!rule.EndsWith("stall", StringComparison.Ordinal))
                await before.UntilAsync(static status => !status.IsWell, TimeSpan.FromSeconds(5));
            if (rule.StartsWith("change", StringComparison.Ordinal) || rule.StartsWith(Disk.Full, StringComparison.Ordinal))
            {
                // All that is needed can be read: people pass.
                await before.WatchAsync();
                Assert.Equal(Green, (await before.AnswerAsync(0)).Reason);
            }

            disk.Mend();

            await before.UntilAsync(FaultyGate.IsReady, TimeSpan.FromSeconds(90));
            await before.UntilItemAsync("journal", "well", TimeSpan.FromSeconds(30));
            if (before.IsEndOfWatch) await before.WatchAsync();
            Assert.Equal(Green, (await UntilAdmittedAsync(before, 1)).Reason);
        }
    }

    private static async Task CheckFireAsync(FaultyGate gate, int lane)
    {
        var since = Stopwatch.GetTimestamp();
        gate.SetFire(lane, isActive: true);
        Assert.InRange(await gate.EdgeAsync(lane, isHigh: true, since), TimeSpan.Zero, FreedWithin);
        since = Stopwatch.GetTimestamp();
        gate.SetFire(lane, isActive: false);
        Assert.InRange(await gate.EdgeAsync(lane, isHigh: false, since), TimeSpan.Zero, FreedWithin);
    }

    private static async Task CheckExitAsync(FaultyGate gate, int lane)
    {
        var since = Stopwatch.GetTimestamp();
        await gate.PressExitAsync(lane);
        var freed = await gate.EdgeAsync(lane, isHigh: true, since);
        Assert.InRange(freed, TimeSpan.Zero, FreedWithin);
        Assert.InRange(await gate.EdgeAsync(lane, isHigh: false, since) - freed, TimeSpan.FromMilliseconds(FaultyGate.ExitMs) - Late, TimeSpan.FromMilliseconds(FaultyGate.ExitMs) + Late);
    }

    // The first after a stall may find the worker busy with what was asked before, and the first after a start no reader yet.
    private static async Task<PassageEvent> UntilAdmittedAsync(FaultyGate gate, int lane, Func<int, bool>? fits = null)
    {
        for (var turn = 0; turn < TurnsMax; turn++)
        {
            var before = gate.Seen.Count;
            gate.Show(lane, fits ?? (static _ => true));
            for (var waited = 0; waited < 20 && gate.Seen.Count == before; waited++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            if (gate.Seen.Count > before && gate.Seen[before].Reason == Green) return gate.Seen[before];
        }

        throw new TimeoutException($"Nobody of {TurnsMax} was admitted: {gate.Log}");
    }

    private static async Task AssertJournalHasAllAsync(FaultyGate gate)
    {
        var told = gate.Seen.Select(static one => one.Sequence).Order().ToList();
        IReadOnlyList<PassageEvent> kept = [];
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5) && kept.Count < told.Count)
        {
            await Task.Delay(AskEvery, TimeProvider.System);
            kept = await gate.JournalAsync();
        }

        Assert.Equal(told, kept.Select(static one => one.Sequence).Order().ToList());
    }
}
