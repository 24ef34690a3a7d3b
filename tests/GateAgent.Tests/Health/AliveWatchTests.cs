using GateAgent.Health;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Health;

/// <summary>What the watchdog is told while lanes run, and while there are none.</summary>
public sealed class AliveWatchTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Lanes_that_do_not_come_back_let_the_watchdog_bite()
    {
        var watch = new AliveWatch(time);
        watch.Begin(static () => true);
        time.Advance(TimeSpan.FromDays(1));
        Assert.True(watch.IsAlive());

        watch.End();

        time.Advance(AliveWatch.BeginningMax - TimeSpan.FromTicks(1));
        Assert.True(watch.IsAlive());
        time.Advance(TimeSpan.FromTicks(1));
        Assert.False(watch.IsAlive());
        watch.Begin(static () => true);
        Assert.True(watch.IsAlive());
    }

    [Fact]
    public void Lanes_that_take_no_events_let_it_bite()
    {
        var watch = new AliveWatch(time);

        watch.Begin(static () => false);

        Assert.False(watch.IsAlive());
    }
}
