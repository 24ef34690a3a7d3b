using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Timekeeping;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Lanes;

/// <summary>A sensor that never sees anybody, as one that is stuck low.</summary>
public sealed class LaneRecordsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Ten_in_a_row_whom_nobody_saw_pass_are_a_health_item_until_somebody_is_seen()
    {
        var health = new HealthBoard(time);
        await using var journal = PassageJournal.Open(folder.Path, new PassageFeed(), health, time);
        var records = new LaneRecords("metro-1", journal, health, new TrustedClock(time, time.GetUtcNow()), time);
        string State() => health.Items.Single(static item => item.Component == "passages metro-1").State;

        for (var person = 1; person < LaneRecords.UnseenMax; person++) records.Settle(new Order.Settle(person, Settlement.Annulled, 0));
        Assert.Equal("well", State());
        records.Settle(new Order.Settle(10, Settlement.Unobserved, 0));
        Assert.Equal("well", State());
        records.Settle(new Order.Settle(11, Settlement.Annulled, 0));
        Assert.Equal("degraded", State());
        records.Settle(new Order.Settle(12, Settlement.Annulled, 1));
        Assert.Equal("well", State());
        records.Settle(new Order.Settle(13, Settlement.Annulled, 0));
        Assert.Equal("well", State());
    }
}
