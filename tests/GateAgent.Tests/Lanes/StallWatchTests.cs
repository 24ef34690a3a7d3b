using GateAgent.Health;
using GateAgent.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Lanes;

public sealed class StallWatchTests
{
    private readonly HealthBoard health = new(new FakeTimeProvider());
    private TimeSpan? lookedBefore;
    private TimeSpan? busyFor;
    private readonly List<bool> told = [];

    [Fact]
    public void Nothing_is_told_of_a_chip_that_never_hung()
    {
        var watch = Watch();
        (lookedBefore, busyFor) = (StallWatch.StalledAfter - TimeSpan.FromTicks(1), null);

        watch.Review();

        Assert.Empty(health.Items);
    }

    [Theory]
    [InlineData(true, false, "Its inputs are not read for more than a second")]
    [InlineData(true, true, "Its inputs are not read for more than a second")]
    [InlineData(false, true, "It takes no order for more than a second")]
    public void A_chip_that_hangs_is_told_of_until_it_goes_on(bool isDeaf, bool isBusy, string expected)
    {
        var watch = Watch();
        (lookedBefore, busyFor) = (isDeaf ? StallWatch.StalledAfter : TimeSpan.Zero, isBusy ? StallWatch.StalledAfter : null);

        watch.Review();
        var failed = Assert.Single(health.Items);
        (lookedBefore, busyFor) = (TimeSpan.Zero, null);
        watch.Review();

        Assert.Equal(("chip metro-1", "failed"), (failed.Component, failed.State));
        Assert.StartsWith(expected, failed.Text, StringComparison.Ordinal);
        Assert.Equal("well", Assert.Single(health.Items).State);
        Assert.Equal(isDeaf ? [true, false] : [], told);
    }

    private StallWatch Watch() => new("metro-1", () => lookedBefore, () => busyFor, told.Add, health, new FakeTimeProvider());
}
