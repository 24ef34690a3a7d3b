using System.Collections.Immutable;
using System.Diagnostics;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>What a step makes.</summary>
internal readonly record struct Step(LaneState State, ImmutableArray<Order> Orders);

/// <summary>
/// The behaviour of a lane as one pure function. Rules:
/// <list type="number">
/// <item>Only a verdict that admits, for the presentation that is being judged, drives the relay.</item>
/// <item>A late verdict, or one for another presentation, does nothing.</item>
/// <item>While the way is free or a person is being judged, what others show waits for its turn.</item>
/// <item>A repeat shows the last signal again: never a second edge, never a second record.</item>
/// <item>Stopping rests the relay from every state.</item>
/// </list>
/// <code>
///            Presented  Repeated  VerdictReady          DeadlinePassed  PulseEnded  SignalEnded  Stopping
/// Idle       Judging    -         -                     -               -           -            Idle
/// Judging    -          -         Open or Showing       Showing         -           -            Idle
/// Open       -          show      -                     -               Showing     -            Idle
/// Showing    Judging    show      -                     -               -           Idle         Idle
/// </code>
/// </summary>
internal static class LaneStep
{
    /// <summary>The next state and what to do for it.</summary>
    /// <param name="state">The state now.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="kind">The kind of lane, from the signed site document.</param>
    /// <param name="now">Monotonic time since the agent started.</param>
    /// <param name="sequence">The number the next record will have: it becomes part of the reference shown.</param>
    public static Step Next(LaneState state, LaneEvent happened, LaneKind kind, TimeSpan now, long sequence) =>
        happened switch
        {
            LaneEvent.Presented => OnPresented(state, now),
            LaneEvent.Repeated => OnRepeated(state),
            LaneEvent.VerdictReady ready => OnVerdict(state, ready, kind, now, sequence),
            LaneEvent.DeadlinePassed passed => OnDeadline(state, passed, sequence),
            LaneEvent.PulseEnded when state.Phase == LanePhase.Open =>
                new Step(state with { Phase = LanePhase.Showing }, [new Order.Rest()]),
            LaneEvent.SignalEnded when state.Phase == LanePhase.Showing => Idle(state),
            LaneEvent.Stopping => new Step(LaneState.AtRest, [new Order.Rest(), new Order.Show(Signal.OutOfOrder, default)]),
            LaneEvent.PulseEnded or LaneEvent.SignalEnded => Nothing(state),
            _ => throw new UnreachableException("LaneEvent is a closed set."),
        };

    /// <summary>True when the lane can take a presentation now.</summary>
    public static bool TakesPresentations(LaneState state) => state.Phase is LanePhase.Idle or LanePhase.Showing;

    private static Step OnPresented(LaneState state, TimeSpan now)
    {
        if (!TakesPresentations(state)) return Nothing(state);
        var earlier = now - state.EvidenceAt <= Evidence.KeptFor ? state.Evidence : Evidence.None;
        var judging = state with { Phase = LanePhase.Judging, Ticket = state.Ticket + 1, Evidence = earlier };
        return new Step(judging, [new Order.Judge(judging.Ticket, earlier)]);
    }

    private static Step OnRepeated(LaneState state) =>
        state.Phase is LanePhase.Open or LanePhase.Showing
            ? new Step(state, [new Order.Show(state.Signal, state.Reference)])
            : Nothing(state);

    private static Step OnVerdict(
        LaneState state, LaneEvent.VerdictReady ready, LaneKind kind, TimeSpan now, long sequence)
    {
        if (state.Phase != LanePhase.Judging || ready.Ticket != state.Ticket) return Nothing(state);
        var verdict = ready.Judgement.Verdict;
        var damaged = verdict.Reason == Reason.Undecodable ? state.DamagedInRow + 1 : 0;
        var answered = state with
        {
            DamagedInRow = damaged,
            Evidence = ready.Judgement.Evidence,
            EvidenceAt = now,
        };
        return Answer(answered, verdict, SignalPlan.Of(verdict, damaged), verdict.IsAdmission && HasRelay(kind), sequence);
    }

    private static Step OnDeadline(LaneState state, LaneEvent.DeadlinePassed passed, long sequence)
    {
        if (state.Phase != LanePhase.Judging || passed.Ticket != state.Ticket) return Nothing(state);
        var late = new Verdict(Outcome.Refer, Reason.TooLate, Condition.None, default, default);
        return Answer(state, late, SignalPlan.Of(late, damagedInRow: 0), isOpened: false, sequence);
    }

    private static Step Answer(LaneState state, Verdict verdict, Signal signal, bool isOpened, long sequence)
    {
        var reference = Reference.Of(verdict.Reason, sequence);
        var next = state with
        {
            Phase = isOpened ? LanePhase.Open : LanePhase.Showing,
            Signal = signal,
            Reference = reference,
        };
        Order show = new Order.Show(signal, reference);
        Order record = new Order.Record(verdict, signal, isOpened);
        return isOpened ? new Step(next, [new Order.Open(), show, record]) : new Step(next, [show, record]);
    }

    private static Step Idle(LaneState state) =>
        new(state with { Phase = LanePhase.Idle, Signal = Signal.Idle, Reference = default },
            [new Order.Show(Signal.Idle, default)]);

    private static Step Nothing(LaneState state) => new(state, []);

    // An attended reader only signals: a driver or shopkeeper lets people in.
    private static bool HasRelay(LaneKind kind) => kind is LaneKind.Turnstile or LaneKind.Door or LaneKind.FreeFlow;
}
