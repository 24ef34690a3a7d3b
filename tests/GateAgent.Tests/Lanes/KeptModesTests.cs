using Distribution.Floor;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Timekeeping;
using Microsoft.Extensions.Time.Testing;
using Verifier.Trust;

namespace GateAgent.Tests.Lanes;

/// <summary>What a lane goes on with after a restart, by what is left of its time and what the clock knows of it.</summary>
public sealed class KeptModesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(Now);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(LaneMode.FreeFlow, true)]
    [InlineData(LaneMode.FreeFlow, false)]
    [InlineData(LaneMode.Locked, false)]
    public async Task A_mode_goes_on_for_what_is_left_also_while_an_old_card_could_have_been_put_back(LaneMode mode, bool isProven)
    {
        var resumed = await FindAsync(new ModeRecord("metro-1", mode, Now + TimeSpan.FromMinutes(1), Hour), isProven);

        Assert.Equal(TimeSpan.FromMinutes(1), resumed!.Length);
    }

    [Fact]
    public async Task A_mode_whose_time_is_over_does_not_go_on_whatever_is_in_doubt()
    {
        Assert.Null(await FindAsync(new ModeRecord("metro-1", LaneMode.FreeFlow, Now - TimeSpan.FromMinutes(1), Hour), isProven: false));
    }

    [Fact]
    public async Task Below_the_clocks_floor_free_flow_has_ended_and_a_mode_that_lets_nobody_in_has_its_whole_time()
    {
        time.SetUtcNow(Now);
        var floor = Now + TimeSpan.FromDays(1);

        Assert.Null(await FindAsync(new ModeRecord("metro-1", LaneMode.FreeFlow, Now + Hour, Hour), isProven: true, floor));
        Assert.Equal(Hour, (await FindAsync(new ModeRecord("metro-1", LaneMode.Locked, Now + Hour, Hour), isProven: true, floor))!.Length);
    }

    private async Task<LaneEvent.ModeResumed?> FindAsync(ModeRecord record, bool isProven, DateTimeOffset? floor = null)
    {
        using var fresh = new TemporaryFolder();
        var gate = await EnrolledGate.MakeAsync(fresh, "modes", 10, Now);
        var documents = await gate.UpdateAsync(Now);
        using var pages = documents.Pages;
        var clock = new TrustedClock(time, floor ?? (Now - TimeSpan.FromDays(1)));
        clock.Follow(new VersionFloor(), isProven);
        return new KeptModes(new Dictionary<string, ModeRecord>(StringComparer.Ordinal) { ["metro-1"] = record }, clock, documents).Find("metro-1");
    }
}
