using System.Collections.Immutable;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>
/// The part of <see cref="LaneStep"/> that answers a person and lets them, or their family, pass. Pure. Only here does a
/// state come about that is open for someone, and only from a verdict that admits.
/// </summary>
internal static class LaneAnswer
{
    /// <summary>How long a wish for more time is kept.</summary>
    public static readonly TimeSpan LongerAskedFor = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The worker answered.</summary>
    public static Step OnVerdict(LaneState state, LaneEvent.VerdictReady ready, LanePlan plan, long sequence)
    {
        if (state.Phase != LanePhase.Judging || ready.Ticket != state.Ticket) return LaneStep.Nothing(state);
        var judgement = ready.Judgement;
        if (ready.Repeats is { } earlier) return OnSameHolder(state, earlier);
        if (!judgement.IsCredential && SignalPlan.IsPass(state.Signal) && !state.IsSignalOver) return GoBack(state, new Order.Disregard());
        var failed = judgement.Verdict.Reason == Reason.Undecodable ? Math.Min(state.FailedInRow + 1, SignalPlan.FailedBeforeStaff) : 0;
        var next = state with { FailedInRow = failed, Evidence = judgement.Evidence };
        return judgement.Verdict.IsAdmission ? Admit(next, ready, plan, sequence) : Bar(next, judgement.Verdict, plan, sequence, judgement.People);
    }

    /// <summary>The worker did not answer in time.</summary>
    public static Step OnTooLate(LaneState state, LanePlan plan, long sequence)
    {
        if (state.Phase != LanePhase.Judging) return LaneStep.Nothing(state);
        var late = new Verdict(Outcome.Refer, Reason.TooLate, Condition.None, Assurance.None, default);
        var failed = Math.Min(state.FailedInRow + 1, SignalPlan.FailedBeforeStaff);
        return Bar(state with { FailedInRow = failed, Evidence = Evidence.None }, late, plan, sequence, 1);
    }

    /// <summary>Someone passed inwards: the admitted person, or one of their family.</summary>
    public static Step OnPassed(LaneState state, LanePlan plan)
    {
        var passed = state.Passed + 1;
        if (passed >= state.People) return Settle(state, Settlement.Settled, passed);
        var next = state with { Passed = passed, Signal = Signal.NextMember, IsSignalOver = false, IsPulseOver = false, IsCalling = false };
        return new Step(next, [ShowPassing(next, plan), LaneStep.StartSignal(Signal.NextMember), .. PassageClocks(next, plan)]);
    }

    /// <summary>Shows whoever is passing that they may; of a family that is counted, which of them.</summary>
    public static Order.Show ShowPassing(LaneState state, LanePlan plan) => state.People > 1 && plan.SeesPassages
        ? new Order.Show(state.Signal, state.Reference, state.Passed + 1, state.People)
        : new Order.Show(state.Signal, state.Reference);

    /// <summary>An admitted passage comes to its end.</summary>
    public static Step Settle(LaneState state, Settlement settlement, int passed)
    {
        var settled = state with
        {
            Phase = state.IsSignalOver || !LaneBarrier.Judges(state) ? LanePhase.Idle : LanePhase.Showing,
            Passing = 0,
            People = 0,
            Passed = 0,
            IsLong = false,
            IsPulseOver = false,
            IsCalling = false,
            Signal = state.IsCalling ? Signal.SeeStaff : state.Signal,
            Reference = state.IsCalling ? default : state.Reference,
        };
        return new Step(
            settled,
            [new Order.Settle(state.Passing, settlement, passed), new Order.Stop(LaneTimer.Pulse), new Order.Stop(LaneTimer.Passage)]);
    }

    // As a repeat: not over an answer that somebody else is reading.
    private static Step OnSameHolder(LaneState state, Answer earlier)
    {
        var isRead = !state.IsSignalOver && state.Signal != Signal.Idle && state.Reference != earlier.Reference;
        if (isRead) return GoBack(state);
        var shown = state with { Phase = LanePhase.Showing, Signal = earlier.Signal, Reference = earlier.Reference, IsSignalOver = false, IsBarring = false };
        return new Step(shown, [new Order.ShowOn(earlier.Signal, earlier.Reference), new Order.Stop(LaneTimer.Deadline), LaneStep.StartSignal(earlier.Signal)]);
    }

    // What was shown before goes on for what is left of its time.
    private static Step GoBack(LaneState state, params ReadOnlySpan<Order> orders) => new(
        state with { Phase = state.IsSignalOver || state.Signal == Signal.Idle ? LanePhase.Idle : LanePhase.Showing },
        [.. orders, new Order.Stop(LaneTimer.Deadline)]);

    private static Step Admit(LaneState state, LaneEvent.VerdictReady ready, LanePlan plan, long sequence)
    {
        var (verdict, people) = (ready.Judgement.Verdict, ready.Judgement.People);
        var signal = SignalPlan.Of(verdict, state.FailedInRow, ready.CameAgain);
        var next = Shown(state, signal, verdict, sequence) with
        {
            Phase = plan.HasBarrier ? LanePhase.Open : LanePhase.Showing,
            IsPulseOver = false,
            IsLongerAsked = state.IsLongerAsked && !plan.HasBarrier,
            IsLong = plan.HasBarrier && (plan.IsLonger || state.IsLongerAsked || ready.Judgement.IsAssisted),
            Passing = plan.HasBarrier ? sequence : 0,
            People = plan.HasBarrier ? people : 0,
            Passed = 0,
        };
        ImmutableArray<Order> orders = [ShowPassing(next, plan), .. Answered(verdict, signal, plan.HasBarrier, people)];
        if (ready.CameAgain) orders = orders.Add(new Order.Note(Incident.CameAgain));
        if (state.IsLongerAsked && plan.HasBarrier) orders = orders.Add(new Order.Stop(LaneTimer.Longer));
        return new Step(next, plan.HasBarrier ? [.. orders, .. PassageClocks(next, plan)] : orders);
    }

    // Whoever is not admitted is told so. Where it was the lane that failed, again and again, the policy's crowd rule holds.
    private static Step Bar(LaneState state, Verdict verdict, LanePlan plan, long sequence, int people)
    {
        var isTechnical = SignalPlan.IsTechnical(verdict.Reason);
        var failures = isTechnical ? Math.Min(state.Failures + 1, plan.Crowd.Failures) : state.Failures;
        var hasCrowd = isTechnical && failures == plan.Crowd.Failures;
        var isNew = hasCrowd && state.Failures < failures;

        // A free-flow gate rests open: put out of order it would open because it failed, so it calls staff.
        var isOut = isNew && plan.Crowd.Rule == CrowdRule.OutOfOrder && plan.Kind != LaneKind.FreeFlow;
        // While the staff key lets everyone through, that is what is shown, also by a lane that puts itself out of order.
        var signal = isOut ? LaneBarrier.RestingSignal(state with { Mode = LaneMode.OutOfOrder }, plan) : hasCrowd ? Signal.SeeStaff : SignalPlan.Of(verdict, state.FailedInRow, cameAgain: false);
        var next = Shown(state, signal, verdict, sequence) with { Phase = LanePhase.Showing, IsBarring = true, Failures = failures };
        ImmutableArray<Order> orders = [new Order.Show(signal, next.Reference), .. Answered(verdict, signal, isOpened: false, people)];
        if (isTechnical && state.Failures == 0) orders = orders.Add(new Order.Start(LaneTimer.Crowd, Minute));
        if (isNew) orders = orders.Add(new Order.Note(Incident.CrowdWaits));
        if (!isOut) return new Step(next, orders);
        next = next with { Phase = LanePhase.Idle, IsBarring = false, Mode = LaneMode.OutOfOrder };
        return new Step(next, orders.Add(new Order.Start(LaneTimer.Mode, plan.Crowd.Length)));
    }

    private static LaneState Shown(LaneState state, Signal signal, Verdict verdict, long sequence) => state with
    {
        Signal = signal,
        Reference = Reference.Of(verdict.Reason, sequence),
        IsSignalOver = false,
        IsBarring = false,
    };

    private static ImmutableArray<Order> Answered(Verdict verdict, Signal signal, bool isOpened, int people) =>
    [
        new Order.Record(verdict, signal, isOpened, people),
        new Order.Stop(LaneTimer.Deadline),
        LaneStep.StartSignal(signal),
        new Order.Start(LaneTimer.Evidence, Evidence.KeptFor),
    ];

    private static ImmutableArray<Order> PassageClocks(LaneState state, LanePlan plan)
    {
        ImmutableArray<Order> orders = [];
        if (!plan.SeesPassages || !plan.Holds) orders = orders.Add(new Order.Start(LaneTimer.Pulse, plan.PulseFor(state.IsLong, state.People)));
        if (plan.SeesPassages) orders = orders.Add(new Order.Start(LaneTimer.Passage, plan.PassageFor(state.IsLong)));
        return orders;
    }
}
