using GateAgent.Timekeeping;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Timekeeping;

public sealed class TrustedClockTests
{
    private static readonly DateTimeOffset BuiltAt = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(0, true)]
    public void Wall_time_below_the_floor_is_believed_within_five_minutes_only(int secondsFromFloor, bool isBelieved)
    {
        var clock = new TrustedClock(new FakeTimeProvider(BuiltAt.AddSeconds(secondsFromFloor)), BuiltAt);

        Assert.Equal(isBelieved, clock.Now().IsBelieved);
    }

    [Fact]
    public void A_signed_time_raises_the_floor_and_an_older_one_does_not_lower_it()
    {
        var clock = new TrustedClock(new FakeTimeProvider(BuiltAt), BuiltAt);

        clock.Raise(BuiltAt.AddDays(20));
        clock.Raise(BuiltAt.AddDays(10));

        Assert.Equal(BuiltAt.AddDays(20), clock.Floor);
        Assert.False(clock.Now().IsBelieved);
    }

    [Fact]
    public void A_wall_clock_far_ahead_never_raises_the_floor()
    {
        var time = new FakeTimeProvider(BuiltAt.AddYears(50));
        var clock = new TrustedClock(time, BuiltAt);

        Assert.True(clock.Now().IsBelieved);
        Assert.Equal(BuiltAt, clock.Floor);
    }
}
