using Distribution.Floor;
using GateAgent.Timekeeping;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Timekeeping;

public sealed class TrustedClockTests : IDisposable
{
    private static readonly DateTimeOffset BuiltAt = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(0, true)]
    public void Wall_time_below_the_floor_is_believed_within_five_minutes_only(int secondsFromFloor, bool isBelieved)
    {
        var clock = new TrustedClock(new FakeTimeProvider(BuiltAt.AddSeconds(secondsFromFloor)), BuiltAt);

        Assert.Equal(isBelieved, clock.Now().IsBelieved);
        Assert.Equal(isBelieved, clock.Wall is not null);
    }

    [Fact]
    public void A_signed_time_raises_the_floor_and_an_older_one_does_not_lower_it()
    {
        var clock = new TrustedClock(new FakeTimeProvider(BuiltAt), BuiltAt);

        clock.Follow(Signed(BuiltAt.AddDays(20)), isNewest: true);
        clock.Follow(Signed(BuiltAt.AddDays(10)), isNewest: true);
        clock.Follow(Signed(BuiltAt.AddDays(-10)), isNewest: true);

        Assert.Equal(BuiltAt.AddDays(20), clock.Floor);
        Assert.False(clock.Now().IsBelieved);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(50)]
    [InlineData(7_973)]
    public void A_jump_of_years_forward_raises_no_floor_and_is_undone_by_setting_the_clock_right(int years)
    {
        Open(BuiltAt.AddDays(30)).Follow(Signed(BuiltAt.AddDays(29)), isNewest: true);
        var ahead = Open(BuiltAt.AddYears(years));
        ahead.Follow(Signed(BuiltAt.AddDays(29)), isNewest: true);

        Assert.True(ahead.Now().IsBelieved);
        Assert.Equal(BuiltAt.AddDays(29), ahead.Floor);
        Assert.True(Open(BuiltAt.AddDays(30)).Now().IsBelieved);
    }

    [Theory]
    [InlineData(1970)]
    [InlineData(1)]
    public void A_jump_of_years_back_is_in_doubt_and_is_undone_by_setting_the_clock_right(int year)
    {
        var behind = Open(new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.False(behind.Now().IsBelieved);
        Assert.Null(behind.Wall);
        Assert.True(Open(BuiltAt).Now().IsBelieved);
    }

    [Fact]
    public void A_restart_remembers_the_newest_signed_time_and_its_loss_or_damage_costs_only_that()
    {
        Open(BuiltAt).Follow(Signed(BuiltAt.AddDays(20)), isNewest: true);
        Assert.Equal(BuiltAt.AddDays(20), Open(BuiltAt).Floor);

        var bytes = File.ReadAllBytes(folder.At("clock.floor"));
        bytes[30] ^= 0xFF;
        File.WriteAllBytes(folder.At("clock.floor"), bytes);
        Assert.Equal(BuiltAt, Open(BuiltAt).Floor);
        File.Delete(folder.At("clock.floor"));
        Assert.Equal(BuiltAt, Open(BuiltAt).Floor);
    }

    [Fact]
    public void A_time_signed_by_keys_that_a_newer_root_withdrew_bricks_nothing()
    {
        var clock = Open(BuiltAt.AddDays(1));
        clock.Follow(Signed(BuiltAt.AddYears(100)), isNewest: true);
        Assert.False(clock.Now().IsBelieved);

        clock.Follow(new VersionFloor(Line: 8, Root: 2, Timestamp: 1, Snapshot: 1, BuiltAt.ToUnixTimeSeconds()), isNewest: true);

        Assert.True(clock.Now().IsBelieved);
        Assert.True(Open(BuiltAt.AddDays(1)).Now().IsBelieved);
    }

    [Fact]
    public void While_an_old_card_could_have_been_put_back_no_time_is_believed_and_expiry_is_still_judged()
    {
        var clock = Open(BuiltAt.AddDays(1));

        clock.Follow(Signed(BuiltAt), isNewest: false);
        Assert.False(clock.Now().IsBelieved);
        Assert.Equal(BuiltAt.AddDays(1), clock.Wall);
        clock.Follow(Signed(BuiltAt), isNewest: true);

        Assert.True(clock.Now().IsBelieved);
    }

    [Fact]
    public void A_floor_that_cannot_be_kept_holds_all_the_same_and_is_told()
    {
        var clock = TrustedClock.Open(new FakeTimeProvider(BuiltAt), BuiltAt, folder.At("missing"));

        clock.Follow(Signed(BuiltAt.AddDays(20)), isNewest: true);

        Assert.Equal(BuiltAt.AddDays(20), clock.Floor);
        Assert.Contains("could not be kept", clock.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_proven_time_is_the_newest_signed_time_and_the_monotonic_time_since_whatever_the_wall_clock_says()
    {
        var time = new SkewedTime(BuiltAt.AddDays(30));
        var clock = TrustedClock.Open(time, BuiltAt, folder.Path);
        Assert.Equal(BuiltAt, clock.Proven);

        clock.Follow(Signed(BuiltAt.AddDays(20)), isNewest: true);
        time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(BuiltAt.AddDays(20).AddHours(3), clock.Proven);

        time.WallError = TimeSpan.FromDays(43 * 365);
        Assert.Equal(BuiltAt.AddDays(20).AddHours(3), clock.Proven);
        clock.Follow(Signed(BuiltAt.AddDays(20).AddHours(1)), isNewest: true);
        Assert.Equal(BuiltAt.AddDays(20).AddHours(3), clock.Proven);
        Assert.Equal(BuiltAt.AddDays(20).AddHours(1), TrustedClock.Open(time, BuiltAt, folder.Path).Proven);
    }

    [Fact]
    public void A_time_signed_by_keys_that_a_newer_root_withdrew_proves_nothing()
    {
        var clock = Open(BuiltAt.AddDays(1));
        clock.Follow(Signed(BuiltAt.AddYears(100)), isNewest: true);

        clock.Follow(new VersionFloor(Line: 8, Root: 2, Timestamp: 1, Snapshot: 1, BuiltAt.ToUnixTimeSeconds()), isNewest: true);

        Assert.Equal(BuiltAt, clock.Proven);
    }

    private static VersionFloor Signed(DateTimeOffset time) => new(7, 1, 1, 1, Math.Max(0, time.ToUnixTimeSeconds()));

    private TrustedClock Open(DateTimeOffset wall) => TrustedClock.Open(new FakeTimeProvider(wall), BuiltAt, folder.Path);
}
