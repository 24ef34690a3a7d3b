using System.Text;
using CardReader;
using GateAgent.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Lanes;

/// <summary>What waits at a lane, and for how long.</summary>
public sealed class LaneTurnsTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly LaneTurns turns;

    public LaneTurnsTests() => turns = new LaneTurns(time);

    [Fact]
    public void What_waited_for_its_greatest_age_is_judged_for_nobody_and_cleared()
    {
        var slot = turns.Add();
        var shown = Shown(time.GetTimestamp());
        slot.Put(shown, time.GetTimestamp());

        Assert.Null(Look(takesNew: false).New);
        time.Advance(LaneTurns.AgeMax + Tick);

        Assert.Null(Look(takesNew: true).New);
        Assert.False(turns.IsAnyWaiting);
        Assert.True(shown.Payload.Span.IndexOfAnyExcept((byte)0) < 0, "The payload outlived its age.");
    }

    [Fact]
    public void What_is_not_yet_that_old_is_taken()
    {
        var slot = turns.Add();
        var shown = Shown(time.GetTimestamp());
        slot.Put(shown, time.GetTimestamp());

        time.Advance(LaneTurns.AgeMax);

        Assert.Same(shown, Look(takesNew: true).New);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    public void The_age_is_that_of_the_picture_or_byte_and_a_stamp_from_the_future_makes_nothing_younger(int stampedAfterAges, int passedAges)
    {
        var slot = turns.Add();
        var stamp = time.GetTimestamp() + (long)((LaneTurns.AgeMax + Tick).TotalSeconds * time.TimestampFrequency * (stampedAfterAges < 0 ? -1 : 5));
        slot.Put(Shown(stamp), time.GetTimestamp());

        time.Advance((LaneTurns.AgeMax + Tick) * passedAges);

        Assert.Null(Look(takesNew: true).New);
    }

    public void Dispose() => turns.Dispose();

    private static Presentation Shown(long timestamp) => new("reader", Carrier.Qr, Encoding.UTF8.GetBytes("code"), timestamp);

    private Shown Look(bool takesNew) => turns.Look(0, time.GetElapsedTime(0), takesNew);
}
