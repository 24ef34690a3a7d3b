using GateAgent.Lanes;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

/// <summary>Single steps that a reader would ask about; <see cref="LaneExplorationTests"/> takes all of them.</summary>
public sealed class LaneStepTests
{
    private const long Sequence = 42;
    private static readonly LanePlan Turnstile = new() { Kind = LaneKind.Turnstile, Wired = LaneInputs.Passage | LaneInputs.Fire };
    private static readonly Reference Shown = Reference.Of(Reason.Green, 41);

    [Fact]
    public void Only_an_admission_for_the_judged_presentation_opens_whatever_the_state()
    {
        foreach (var phase in Enum.GetValues<LanePhase>())
        {
            foreach (var verdict in EveryVerdict())
            {
                foreach (var ticket in new[] { 6L, 7L, 8L })
                {
                    var state = LaneState.AtRest with { Phase = phase, Ticket = 7 };
                    var wasOpen = LaneBarrier.IsOpen(state, Turnstile);

                    var step = LaneStep.Next(state, new LaneEvent.VerdictReady(ticket, new Judgement(verdict, Evidence.None)), Turnstile, Sequence);

                    var mayOpen = phase == LanePhase.Judging && ticket == 7 && verdict.IsAdmission;
                    Assert.Equal(mayOpen, !wasOpen && LaneBarrier.IsOpen(step.State, Turnstile));
                    Assert.Equal(mayOpen, step.Orders.Contains(new Order.Relay(IsDriven: true)));
                }
            }
        }
    }

    [Theory]
    [InlineData(Reason.WrongCode)]
    [InlineData(Reason.OutsideScope)]
    [InlineData(Reason.Undecodable)]
    public void What_is_no_credential_leaves_a_pass_that_is_shown_as_it_is_and_calls_nobody(Reason reason)
    {
        var showing = LaneState.AtRest with { Phase = LanePhase.Showing, Ticket = 6, Signal = Signal.Pass, Reference = Shown, FailedInRow = 1 };
        var judging = LaneStep.Next(showing, new LaneEvent.Presented(), Turnstile, Sequence);
        var noCredential = new Judgement(Of(Outcome.Refer, reason), Evidence.None) { IsCredential = false };

        var step = LaneStep.Next(judging.State, new LaneEvent.VerdictReady(7, noCredential), Turnstile, Sequence);

        Assert.Equal(showing with { Ticket = 7 }, step.State);
        Assert.Equal([new Order.Disregard(), new Order.Stop(LaneTimer.Deadline)], step.Orders);
        Assert.DoesNotContain(new Order.Stop(LaneTimer.Signal), judging.Orders);
    }

    [Fact]
    public void What_is_no_credential_is_answered_once_the_pass_has_gone_out()
    {
        var judging = Judging() with { Signal = Signal.Pass, Reference = Shown };
        var over = LaneStep.Next(judging, new LaneEvent.TimeUp(LaneTimer.Signal), Turnstile, Sequence).State;
        var wrong = new Judgement(Of(Outcome.Refer, Reason.WrongCode), Evidence.None) { IsCredential = false };

        var step = LaneStep.Next(over, new LaneEvent.VerdictReady(7, wrong), Turnstile, Sequence);

        Assert.Equal(Signal.WrongCode, step.State.Signal);
        Assert.Contains(step.Orders, static order => order is Order.Record);
    }

    [Fact]
    public void A_second_text_of_who_was_just_admitted_opens_nothing_and_is_answered_as_the_first()
    {
        var renewed = new LaneEvent.VerdictReady(7, new Judgement(Of(Outcome.Admit, Reason.Green), Evidence.None)) { Repeats = new Answer(Signal.Pass, Shown) };

        var alone = LaneStep.Next(Judging(), renewed, Turnstile, Sequence);
        var beside = LaneStep.Next(Judging() with { Signal = Signal.Refused, Reference = Reference.Of(Reason.Red, 40) }, renewed, Turnstile, Sequence);

        Assert.Equal((LanePhase.Showing, Signal.Pass, Shown), (alone.State.Phase, alone.State.Signal, alone.State.Reference));
        Assert.Equal((LanePhase.Showing, Signal.Refused), (beside.State.Phase, beside.State.Signal));
        Assert.All([.. alone.Orders, .. beside.Orders], static order => Assert.False(order is Order.Relay or Order.Permit or Order.Record));
    }

    [Fact]
    public void The_relay_is_ordered_before_permit_lamp_and_record()
    {
        var step = LaneStep.Next(Judging(), Answer(Outcome.Admit, Reason.Green), Turnstile, Sequence);

        Assert.Equal(
            ["Relay", "Permit", "Show", "Record"], step.Orders.Take(4).Select(static order => order.GetType().Name));
        Assert.Equal(Reference.Of(Reason.Green, Sequence), step.Orders.OfType<Order.Show>().Single().Reference);
    }

    [Fact]
    public void A_repeat_never_shows_one_person_the_answer_of_another()
    {
        var refused = LaneState.AtRest with { Phase = LanePhase.Showing, Signal = Signal.Refused, Reference = Reference.Of(Reason.Red, 40) };

        var step = LaneStep.Next(refused, new LaneEvent.Repeated(Signal.Pass, Shown), Turnstile, Sequence);

        Assert.Empty(step.Orders);
        Assert.Equal(Signal.Refused, step.State.Signal);
    }

    [Fact]
    public void The_green_lamp_does_not_outlive_a_passage_that_took_longer_than_the_signal()
    {
        var open = LaneStep.Next(Judging(), Answer(Outcome.Admit, Reason.Green), Turnstile, Sequence).State;
        var signalOver = LaneStep.Next(open, new LaneEvent.TimeUp(LaneTimer.Signal), Turnstile, Sequence).State;

        var passed = LaneStep.Next(signalOver, new LaneEvent.InputChanged(LaneInputs.Passage, IsActive: true), Turnstile, Sequence);

        Assert.Equal(LanePhase.Idle, passed.State.Phase);
        Assert.Contains(new Order.Settle(Sequence, Settlement.Settled, 1), passed.Orders);
        Assert.Contains(new Order.Show(Signal.Idle, default), passed.Orders);
    }

    [Theory]
    [InlineData(Reason.Undecodable)]
    [InlineData(Reason.TooLate)]
    public void What_cannot_be_judged_is_read_again_once_and_the_second_time_staff_come(object failure)
    {
        var state = LaneState.AtRest;
        var signals = new List<Signal>();

        for (var round = 0; round < 2; round++)
        {
            state = LaneStep.Next(state, new LaneEvent.Presented(), Turnstile, Sequence).State;
            LaneEvent answer = (Reason)failure == Reason.TooLate
                ? new LaneEvent.TimeUp(LaneTimer.Deadline)
                : new LaneEvent.VerdictReady(state.Ticket, new Judgement(Of(Outcome.Refer, Reason.Undecodable), Evidence.None));
            state = LaneStep.Next(state, answer, Turnstile, Sequence).State;
            signals.Add(state.Signal);
        }

        Assert.Equal([Signal.ReadAgain, Signal.SeeStaff], signals);
    }

    [Fact]
    public void A_failure_counts_for_as_long_as_evidence_is_kept_and_not_against_the_next_person()
    {
        var failed = LaneState.AtRest with { FailedInRow = 1 };

        var later = LaneStep.Next(failed, new LaneEvent.TimeUp(LaneTimer.Evidence), Turnstile, Sequence);

        Assert.Equal(0, later.State.FailedInRow);
    }

    [Theory]
    [InlineData(Outcome.Admit, Signal.PassAgain)]
    [InlineData(Outcome.AdmitOnCondition, Signal.PassAgainWithCondition)]
    public void Who_came_again_is_admitted_like_anyone_and_only_signalled_otherwise(object outcome, object signal)
    {
        var first = LaneStep.Next(Judging(), Answer((Outcome)outcome, Reason.Green), Turnstile, Sequence);

        var again = LaneStep.Next(Judging(), Answer((Outcome)outcome, Reason.Green) with { CameAgain = true }, Turnstile, Sequence);

        Assert.Equal(first.State with { Signal = (Signal)signal }, again.State);
        Assert.Equal(new Order.Show((Signal)signal, first.State.Reference), Assert.Single(again.Orders.OfType<Order.Show>()));
        Assert.Contains(new Order.Note(Incident.CameAgain), again.Orders);
        Assert.Equal(first.Orders.Where(static one => one is not (Order.Show or Order.Record)), again.Orders.Where(static one => one is not (Order.Show or Order.Record or Order.Note)));
    }

    [Fact]
    public void A_lane_that_puts_itself_out_of_order_shows_that_everyone_may_pass_while_the_staff_key_is_turned()
    {
        var plan = Turnstile with { Wired = LaneInputs.FreePassKey, Crowd = new CrowdRules(2, CrowdRule.OutOfOrder, TimeSpan.FromMinutes(1)) };
        var judging = Judging() with { Failures = 1, Inputs = LaneInputs.FreePassKey };

        var step = LaneStep.Next(judging, Answer(Outcome.Refer, Reason.PageTampered), plan, Sequence);

        Assert.Equal(LaneMode.OutOfOrder, step.State.Mode);
        Assert.Equal(Signal.Free, Assert.Single(step.Orders.OfType<Order.Show>()).Signal);
        Assert.Equal(Signal.Free, step.State.Signal);
    }

    [Theory]
    [InlineData(nameof(LaneInputs.Fire))]
    [InlineData(nameof(LaneInputs.FreePassKey))]
    [InlineData(nameof(LaneInputs.ExitRequest))]
    public void A_lane_that_something_holds_open_is_not_free_to_begin_again(string input)
    {
        var plan = Turnstile with { Wired = Enum.Parse<LaneInputs>(input) };
        Assert.True(LaneBarrier.MayRest(LaneState.AtRest, plan));

        var held = LaneStep.Next(LaneState.AtRest, new LaneEvent.InputChanged(plan.Wired, IsActive: true), plan, Sequence).State;
        var released = LaneStep.Next(held, new LaneEvent.InputChanged(plan.Wired, IsActive: false), plan, Sequence).State;
        var after = LaneStep.Next(released, new LaneEvent.TimeUp(LaneTimer.Exit), plan, Sequence).State;

        Assert.True(LaneBarrier.IsDriven(held, plan));
        Assert.False(LaneBarrier.MayRest(held, plan));
        Assert.Equal(!LaneBarrier.IsDriven(released, plan), LaneBarrier.MayRest(released, plan));
        Assert.True(LaneBarrier.MayRest(after, plan));
    }

    [Theory]
    [InlineData("FreeFlow", "Locked")]
    [InlineData("Turnstile", "FreeFlow")]
    [InlineData("Door", "FreeFlow")]
    public void A_lane_that_its_mode_drives_is_not_quiet_until_the_mode_ends_by_itself(string kind, string mode)
    {
        var plan = new LanePlan { Kind = Enum.Parse<LaneKind>(kind) };
        var driven = LaneStep.Next(LaneState.AtRest, new LaneEvent.ModeSet(Enum.Parse<LaneMode>(mode), TimeSpan.FromMinutes(1)), plan, Sequence).State;
        var normal = LaneStep.Next(driven, new LaneEvent.TimeUp(LaneTimer.Mode), plan, Sequence).State;
        var forGood = LaneStep.Next(driven, new LaneEvent.Ended(Enum.Parse<LaneMode>(mode)), plan, Sequence).State;

        Assert.False(LaneBarrier.IsQuiet(driven, plan));
        Assert.False(LaneBarrier.MayRest(driven, plan));
        Assert.True(LaneBarrier.IsQuiet(normal, plan));
        Assert.True(LaneBarrier.MayRest(forGood, plan));
    }

    [Fact]
    public void A_free_flow_gate_that_is_closed_for_someone_refused_does_not_rest_under_them()
    {
        var plan = Turnstile with { Kind = LaneKind.FreeFlow };

        var refused = LaneStep.Next(Judging(), Answer(Outcome.Refuse, Reason.Red), plan, Sequence).State;
        var gone = LaneStep.Next(refused, new LaneEvent.TimeUp(LaneTimer.Signal), plan, Sequence).State;

        Assert.True(LaneBarrier.IsDriven(refused, plan));
        Assert.False(LaneBarrier.MayRest(refused, plan));
        Assert.True(LaneBarrier.MayRest(gone, plan));
    }

    [Theory]
    [InlineData("Locked", false, false)]
    [InlineData("Maintenance", false, false)]
    [InlineData("OutOfOrder", false, false)]
    [InlineData("FreeFlow", false, false)]
    [InlineData("Normal", true, false)]
    [InlineData("Normal", false, true)]
    public void Help_calls_staff_also_where_nobody_is_judged_and_the_resting_signal_returns(string mode, bool lacksLines, bool isStuck)
    {
        var plan = Turnstile with { Wired = LaneInputs.Help };
        var resting = LaneStep.Next(LaneState.AtRest with { LacksLines = lacksLines, IsRelayStuck = isStuck }, new LaneEvent.ModeSet(Enum.Parse<LaneMode>(mode), TimeSpan.FromMinutes(1)), plan, Sequence).State;

        var called = LaneStep.Next(resting, new LaneEvent.InputChanged(LaneInputs.Help, IsActive: true), plan, Sequence);
        var after = LaneStep.Next(called.State, new LaneEvent.TimeUp(LaneTimer.Signal), plan, Sequence);

        Assert.Equal([Signal.SeeStaff], called.Orders.OfType<Order.Show>().Select(static show => show.Signal));
        Assert.Contains(LaneStep.StartSignal(Signal.SeeStaff), called.Orders);
        Assert.Empty(called.Orders.OfType<Order.Relay>());
        Assert.Equal([new Order.Show(resting.Signal, default)], after.Orders);
    }

    [Fact]
    public void Who_comes_the_wrong_way_calls_staff_and_the_admitted_person_may_still_pass()
    {
        var plan = Turnstile with { Wired = LaneInputs.Passage | LaneInputs.ExitPassage };
        var open = LaneStep.Next(Judging(), Answer(Outcome.Admit, Reason.Green), plan, Sequence).State;

        var wrong = LaneStep.Next(open, new LaneEvent.InputChanged(LaneInputs.ExitPassage, IsActive: true), plan, Sequence);
        var passed = LaneStep.Next(wrong.State, new LaneEvent.InputChanged(LaneInputs.Passage, IsActive: true), plan, Sequence);

        Assert.Equal([Signal.SeeStaff], wrong.Orders.OfType<Order.Show>().Select(static show => show.Signal));
        Assert.True(LaneBarrier.IsDriven(wrong.State, plan));
        Assert.Contains(new Order.Settle(Sequence, Settlement.Settled, 1), passed.Orders);
        Assert.Equal(Signal.SeeStaff, passed.State.Signal);
    }

    [Theory]
    [InlineData(nameof(LaneInputs.ExitPassage))]
    [InlineData(nameof(LaneInputs.Help))]
    public void Staff_are_called_beside_whoever_is_passing_who_is_then_shown_again_that_the_way_is_free(string input)
    {
        var plan = Turnstile with { Wired = LaneInputs.Passage | Enum.Parse<LaneInputs>(input) };
        var open = LaneStep.Next(Judging(), Answer(Outcome.AdmitOnCondition, Reason.YellowWithMask), plan, Sequence).State;

        var called = LaneStep.Next(open, new LaneEvent.InputChanged(Enum.Parse<LaneInputs>(input), IsActive: true), plan, Sequence);
        var again = LaneStep.Next(called.State, new LaneEvent.TimeUp(LaneTimer.Signal), plan, Sequence);

        Assert.Equal([Signal.SeeStaff], called.Orders.OfType<Order.Show>().Select(static show => show.Signal));
        Assert.Equal(
            [new Order.Show(Signal.PassWithCondition, open.Reference), LaneStep.StartSignal(Signal.PassWithCondition)], again.Orders);
        Assert.Equal(LaneBarrier.IsDriven(open, plan), LaneBarrier.IsDriven(again.State, plan));
    }

    [Theory]
    [InlineData(Outcome.Admit)]
    [InlineData(Outcome.Refuse)]
    public void Help_that_is_called_while_someone_is_judged_is_shown_after_their_answer(object outcome)
    {
        var plan = Turnstile with { Wired = LaneInputs.Passage | LaneInputs.Help };

        var called = LaneStep.Next(Judging(), new LaneEvent.InputChanged(LaneInputs.Help, IsActive: true), plan, Sequence);
        var answered = LaneStep.Next(called.State, Answer((Outcome)outcome, Reason.Red), plan, Sequence);

        Assert.Empty(called.Orders.OfType<Order.Show>());
        Assert.Equal([(Outcome)outcome == Outcome.Admit ? Signal.Pass : Signal.Refused, Signal.SeeStaff], answered.Orders.OfType<Order.Show>().Select(static show => show.Signal));
        Assert.Equal((Outcome)outcome == Outcome.Admit, LaneBarrier.IsDriven(answered.State, plan));
    }

    [Fact]
    public void A_state_prints_nothing_of_its_evidence() =>
        Assert.Contains("Evidence = Evidence }", LaneState.AtRest.ToString(), StringComparison.Ordinal);

    private static LaneState Judging() => LaneState.AtRest with { Phase = LanePhase.Judging, Ticket = 7 };

    private static LaneEvent.VerdictReady Answer(Outcome outcome, Reason reason) => new(7, new Judgement(Of(outcome, reason), Evidence.None));

    private static Verdict Of(Outcome outcome, Reason reason) => new(outcome, reason, default, Assurance.Signed, new SnapshotVersions(1, 1, 1));

    private static IEnumerable<Verdict> EveryVerdict() =>
        from outcome in Enum.GetValues<Outcome>()
        where outcome != Outcome.None
        from reason in Enum.GetValues<Reason>()
        select Of(outcome, reason);
}
