using System.Text;
using CardReader;
using GateAgent.Lanes;
using Microsoft.Extensions.Time.Testing;
using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Verdicts;
using Carrier = CardReader.Carrier;

namespace GateAgent.Tests.Lanes;

/// <summary>What a lane makes of a verdict by what was shown before, at two lanes of one agent.</summary>
public sealed class LaneMemoryTests : IDisposable
{
    private static readonly SubjectKey Staff = SubjectKey.FromFull(1);
    private static readonly SubjectKey Person = SubjectKey.FromFull(2);
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly GateMemory gate;
    private readonly LaneTurns turns;
    private readonly LaneTurns otherTurns;
    private readonly PresentationSlot slot;
    private readonly LaneMemory lane;
    private readonly LaneMemory other;

    public LaneMemoryTests()
    {
        gate = new GateMemory(time);
        (turns, otherTurns) = (new LaneTurns(time), new LaneTurns(time));
        slot = turns.Add();
        (lane, other) = (new LaneMemory(gate, turns), new LaneMemory(gate, otherTurns));
    }

    private TimeSpan Now => gate.Now;

    [Theory]
    [InlineData(Outcome.Refuse, Reason.Red)]
    [InlineData(Outcome.Refuse, Reason.YellowBarred)]
    [InlineData(Outcome.Refer, Reason.RedAtHome)]
    public void No_badge_opens_any_lane_within_two_minutes_of_a_refusal_at_one(Outcome outcome, Reason reason)
    {
        lane.Hear(Ready(outcome, reason), Now);

        foreach (var one in (LaneMemory[])[lane, other])
        {
            var badge = one.Weigh(Badge(), TimeSpan.Zero, Now).Judgement.Verdict;
            Assert.Equal((Outcome.Refer, Reason.StaffNotAccepted, Condition.None), (badge.Outcome, badge.Reason, badge.Condition));
        }

        time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.False(other.Weigh(Badge(), TimeSpan.Zero, Now).Judgement.Verdict.IsAdmission);
        Assert.True(other.Weigh(Ready(Outcome.Admit, Reason.Green), TimeSpan.Zero, Now).Judgement.Verdict.IsAdmission);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(other.Weigh(Badge(), TimeSpan.Zero, Now).Judgement.Verdict.IsAdmission);
    }

    [Fact]
    public void Somebody_who_is_sent_to_staff_for_another_cause_keeps_no_badge_out()
    {
        lane.Hear(Ready(Outcome.Refer, Reason.NotListed), Now);

        Assert.True(lane.Weigh(Badge(), TimeSpan.Zero, Now).Judgement.Verdict.IsAdmission);
    }

    [Fact]
    public void A_renewed_code_of_who_was_just_admitted_is_a_repeat_and_of_who_turned_away_none()
    {
        Take("first", Ready(Outcome.Admit, Reason.Green), 5, isOpened: true);
        lane.Settle(new Order.Settle(5, Settlement.Settled, 1), TimeSpan.Zero, Now);
        Assert.Equal(Signal.Pass, Look("renewed", Ready(Outcome.Admit, Reason.Green)).Repeats?.Signal);

        time.Advance(RepeatGuard.Window * 2);
        Take("second", Ready(Outcome.Admit, Reason.Green), 6, isOpened: true);
        lane.Settle(new Order.Settle(6, Settlement.Annulled, 0), TimeSpan.Zero, Now);
        Assert.Null(Look("third", Ready(Outcome.Admit, Reason.Green)).Repeats);
    }

    [Fact]
    public void Who_was_refused_is_judged_again_by_a_renewed_code()
    {
        Take("yellow", Ready(Outcome.Refuse, Reason.YellowBarred), 5, isOpened: false);

        var renewed = Look("green", Ready(Outcome.Admit, Reason.Green));

        Assert.True(renewed.Judgement.Verdict.IsAdmission);
        Assert.Null(renewed.Repeats);
    }

    [Fact]
    public void What_was_left_waiting_dies_with_who_turned_away()
    {
        Take("first", Ready(Outcome.Admit, Reason.Green), 5, isOpened: true);
        slot.Put(Shown("waiting"), time.GetTimestamp());

        lane.Settle(new Order.Settle(5, Settlement.Annulled, 0), TimeSpan.Zero, Now);

        Assert.False(turns.IsAnyWaiting);
    }

    public void Dispose()
    {
        gate.Dispose();
        turns.Dispose();
        otherTurns.Dispose();
    }

    private static LaneEvent.VerdictReady Ready(Outcome outcome, Reason reason) =>
        new(1, new Judgement(new Verdict(outcome, reason, Condition.None, Assurance.Signed, default), Evidence.None) { Person = Person, Holder = Person });

    private static LaneEvent.VerdictReady Badge() => new(
        1, new Judgement(new Verdict(Outcome.AdmitOnCondition, Reason.ConfirmedByStaff, Condition.Mask, Assurance.Signed, default), Evidence.None) { Holder = Staff });

    private Presentation Shown(string text) => new("reader", Carrier.Qr, Encoding.UTF8.GetBytes(text), time.GetTimestamp());

    // Shown, taken from its slot and judged.
    private LaneEvent.VerdictReady Look(string text, LaneEvent.VerdictReady ready)
    {
        slot.Put(Shown(text), time.GetTimestamp());
        Assert.NotNull(turns.Look(0, Now, takesNew: true).New);
        return lane.Weigh(ready, TimeSpan.Zero, Now);
    }

    private void Take(string text, LaneEvent.VerdictReady ready, long sequence, bool isOpened)
    {
        var verdict = Look(text, ready).Judgement.Verdict;
        lane.Answered(new Order.Record(verdict, SignalPlan.Of(verdict, 0, cameAgain: false), isOpened, 1), sequence, Now);
    }
}
