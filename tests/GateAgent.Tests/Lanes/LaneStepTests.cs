using GateAgent.Lanes;
using Verifier.Credentials;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

public sealed class LaneStepTests
{
    private const long Ticket = 7;
    private const long Sequence = 42;
    private static readonly TimeSpan Now = TimeSpan.FromMinutes(1);
    private static readonly Reference Shown = Reference.Of(Reason.Green, 41);

    // Every state by every event, those too that must do nothing. Orders by name, in order.
    [Theory]
    [InlineData("Idle", "Presented", "Judging", "Judge")]
    [InlineData("Idle", "Repeated", "Showing", "ShowOn")]
    [InlineData("Idle", "RepeatedUnanswered", "Idle", "")]
    [InlineData("Idle", "Admit", "Idle", "")]
    [InlineData("Idle", "Refuse", "Idle", "")]
    [InlineData("Idle", "LateAdmit", "Idle", "")]
    [InlineData("Idle", "Deadline", "Idle", "")]
    [InlineData("Idle", "PulseEnded", "Idle", "")]
    [InlineData("Idle", "SignalEnded", "Idle", "")]
    [InlineData("Idle", "EvidenceEnded", "Idle", "")]
    [InlineData("Idle", "Stopping", "Idle", "Rest Show")]
    [InlineData("Judging", "Presented", "Judging", "")]
    [InlineData("Judging", "Repeated", "Judging", "")]
    [InlineData("Judging", "RepeatedUnanswered", "Judging", "")]
    [InlineData("Judging", "Admit", "Open", "Open Show Record")]
    [InlineData("Judging", "Refuse", "Showing", "Show Record")]
    [InlineData("Judging", "LateAdmit", "Judging", "")]
    [InlineData("Judging", "Deadline", "Showing", "Show Record")]
    [InlineData("Judging", "PulseEnded", "Judging", "")]
    [InlineData("Judging", "SignalEnded", "Judging", "")]
    [InlineData("Judging", "EvidenceEnded", "Judging", "")]
    [InlineData("Judging", "Stopping", "Idle", "Rest Show")]
    [InlineData("Open", "Presented", "Open", "")]
    [InlineData("Open", "Repeated", "Open", "")]
    [InlineData("Open", "RepeatedUnanswered", "Open", "")]
    [InlineData("Open", "Admit", "Open", "")]
    [InlineData("Open", "Refuse", "Open", "")]
    [InlineData("Open", "LateAdmit", "Open", "")]
    [InlineData("Open", "Deadline", "Open", "")]
    [InlineData("Open", "PulseEnded", "Showing", "Rest")]
    [InlineData("Open", "SignalEnded", "Open", "")]
    [InlineData("Open", "EvidenceEnded", "Open", "")]
    [InlineData("Open", "Stopping", "Idle", "Rest Show")]
    [InlineData("Showing", "Presented", "Judging", "Judge")]
    [InlineData("Showing", "Repeated", "Showing", "ShowOn")]
    [InlineData("Showing", "RepeatedUnanswered", "Showing", "")]
    [InlineData("Showing", "Admit", "Showing", "")]
    [InlineData("Showing", "Refuse", "Showing", "")]
    [InlineData("Showing", "LateAdmit", "Showing", "")]
    [InlineData("Showing", "Deadline", "Showing", "")]
    [InlineData("Showing", "PulseEnded", "Showing", "")]
    [InlineData("Showing", "SignalEnded", "Idle", "Show")]
    [InlineData("Showing", "EvidenceEnded", "Showing", "")]
    [InlineData("Showing", "Stopping", "Idle", "Rest Show")]
    public void Every_state_answers_every_event(string phase, string happened, string next, string orders)
    {
        var step = LaneStep.Next(State(phase), Event(happened), LaneKind.Turnstile, Now, Sequence);

        Assert.Equal(next, step.State.Phase.ToString());
        Assert.Equal(orders, string.Join(' ', step.Orders.Select(order => order.GetType().Name)));
    }

    [Fact]
    public void The_table_names_every_phase_and_every_kind_of_event()
    {
        var rows = typeof(LaneStepTests).GetMethod(nameof(Every_state_answers_every_event))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>()
            .Select(row => (Phase: (string)row.Data[0]!, Event: Event((string)row.Data[1]!).GetType())).ToHashSet();

        var kinds = typeof(LaneEvent).GetNestedTypes(System.Reflection.BindingFlags.NonPublic);

        var expected = Enum.GetNames<LanePhase>().SelectMany(phase => kinds.Select(kind => (phase, kind))).ToHashSet();
        Assert.Equal(expected.Count, rows.Count);
        Assert.Subset(rows, expected);
    }

    [Theory]
    [InlineData(LaneKind.Turnstile, true)]
    [InlineData(LaneKind.Door, true)]
    [InlineData(LaneKind.FreeFlow, true)]
    [InlineData(LaneKind.Attended, false)]
    [InlineData(LaneKind.None, false)]
    public void Only_a_lane_with_a_relay_of_its_kind_opens(object kind, bool opens)
    {
        var step = LaneStep.Next(State("Judging"), Event("Admit"), (LaneKind)kind, Now, Sequence);

        Assert.Equal(opens, step.Orders.Any(order => order is Order.Open));
        Assert.Equal(opens, step.Orders.OfType<Order.Record>().Single().IsOpened);
    }

    [Fact]
    public void Only_an_admission_for_the_judged_presentation_opens_whatever_the_state()
    {
        foreach (var phase in Enum.GetNames<LanePhase>())
        {
            foreach (var verdict in EveryVerdict())
            {
                foreach (var ticket in new[] { Ticket - 1, Ticket, Ticket + 1 })
                {
                    var happened = new LaneEvent.VerdictReady(ticket, new Judgement(verdict, Evidence.None));

                    var step = LaneStep.Next(State(phase), happened, LaneKind.Turnstile, Now, Sequence);

                    var mayOpen = phase == "Judging" && ticket == Ticket && verdict.IsAdmission;
                    Assert.Equal(mayOpen, step.Orders.Any(order => order is Order.Open));
                }
            }
        }
    }

    [Fact]
    public void The_relay_is_ordered_before_lamp_and_record()
    {
        var step = LaneStep.Next(State("Judging"), Event("Admit"), LaneKind.Turnstile, Now, Sequence);

        Assert.IsType<Order.Open>(step.Orders[0]);
        Assert.Equal(Reference.Of(Reason.Green, Sequence), ((Order.Show)step.Orders[1]).Reference);
    }

    [Fact]
    public void A_repeat_never_shows_one_person_the_answer_of_another()
    {
        var refused = State("Showing") with { Signal = Signal.Refused, Reference = Reference.Of(Reason.Red, 40) };

        var step = LaneStep.Next(refused, new LaneEvent.Repeated(Signal.Pass, Shown), LaneKind.Attended, Now, Sequence);

        Assert.Empty(step.Orders);
        Assert.Equal(Signal.Refused, step.State.Signal);
    }

    [Fact]
    public void A_repeat_after_the_signal_went_out_shows_it_again_without_an_edge_or_a_record()
    {
        var step = LaneStep.Next(LaneState.AtRest, new LaneEvent.Repeated(Signal.Refused, Shown), LaneKind.Turnstile, Now, Sequence);

        Assert.Equal(new Order.ShowOn(Signal.Refused, Shown), Assert.Single(step.Orders));
    }

    [Fact]
    public void The_green_lamp_does_not_outlive_a_pulse_that_was_longer_than_the_signal()
    {
        var open = LaneStep.Next(State("Open"), new LaneEvent.SignalEnded(), LaneKind.Turnstile, Now, Sequence);

        var rested = LaneStep.Next(open.State, new LaneEvent.PulseEnded(), LaneKind.Turnstile, Now, Sequence);

        Assert.Equal(LanePhase.Idle, rested.State.Phase);
        Assert.Equal([new Order.Rest(), new Order.Show(Signal.Idle, default)], rested.Orders);
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
            state = LaneStep.Next(state, new LaneEvent.Presented(), LaneKind.Turnstile, Now, Sequence).State;
            LaneEvent answer = (Reason)failure == Reason.TooLate
                ? new LaneEvent.DeadlinePassed(state.Ticket)
                : new LaneEvent.VerdictReady(state.Ticket, Refer(Reason.Undecodable));
            var step = LaneStep.Next(state, answer, LaneKind.Turnstile, Now, Sequence);
            signals.Add(step.State.Signal);
            state = step.State;
        }

        Assert.Equal([Signal.ReadAgain, Signal.SeeStaff], signals);
    }

    [Fact]
    public void A_failure_counts_for_as_long_as_evidence_is_kept_and_not_against_the_next_person()
    {
        var failed = State("Idle") with { FailedInRow = 1, EvidenceAt = Now };

        var inTime = LaneStep.Next(failed, new LaneEvent.Presented(), LaneKind.Turnstile, Now + Evidence.KeptFor - TimeSpan.FromTicks(1), Sequence);
        var later = LaneStep.Next(failed, new LaneEvent.Presented(), LaneKind.Turnstile, Now + Evidence.KeptFor, Sequence);
        var timed = LaneStep.Next(failed, new LaneEvent.EvidenceEnded(Ticket), LaneKind.Turnstile, Now, Sequence);

        Assert.Equal(1, inTime.State.FailedInRow);
        Assert.Equal(0, later.State.FailedInRow);
        Assert.Equal(0, timed.State.FailedInRow);
    }

    [Fact]
    public void A_state_prints_nothing_of_its_evidence()
    {
        var text = LaneState.AtRest.ToString();

        Assert.Contains("Evidence = Evidence,", text, StringComparison.Ordinal);
    }

    private static LaneState State(string phase) => LaneState.AtRest with
    {
        Phase = Enum.Parse<LanePhase>(phase),
        Ticket = Ticket,
        Signal = phase is "Open" or "Showing" ? Signal.Pass : Signal.Idle,
        Reference = phase is "Open" or "Showing" ? Shown : default,
        EvidenceAt = Now,
    };

    private static LaneEvent Event(string name) => name switch
    {
        "Presented" => new LaneEvent.Presented(),
        "Repeated" => new LaneEvent.Repeated(Signal.Pass, Shown),
        "RepeatedUnanswered" => new LaneEvent.Repeated(Signal.Idle, default),
        "Admit" => new LaneEvent.VerdictReady(Ticket, new Judgement(Of(Outcome.Admit, Reason.Green), Evidence.None)),
        "Refuse" => new LaneEvent.VerdictReady(Ticket, new Judgement(Of(Outcome.Refuse, Reason.Red), Evidence.None)),
        "LateAdmit" => new LaneEvent.VerdictReady(Ticket - 1, new Judgement(Of(Outcome.Admit, Reason.Green), Evidence.None)),
        "Deadline" => new LaneEvent.DeadlinePassed(Ticket),
        "PulseEnded" => new LaneEvent.PulseEnded(),
        "SignalEnded" => new LaneEvent.SignalEnded(),
        "EvidenceEnded" => new LaneEvent.EvidenceEnded(Ticket),
        "Stopping" => new LaneEvent.Stopping(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No event of this name."),
    };

    private static Verdict Of(Outcome outcome, Reason reason) => new(outcome, reason, default, Assurance.Signed, new SnapshotVersions(1, 1, 1));

    private static Judgement Refer(Reason reason) => new(Of(Outcome.Refer, reason), Evidence.None);

    private static IEnumerable<Verdict> EveryVerdict() =>
        from outcome in Enum.GetValues<Outcome>()
        where outcome != Outcome.None
        from reason in Enum.GetValues<Reason>()
        select Of(outcome, reason);
}
