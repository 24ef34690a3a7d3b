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
/// <item>A repeat gets its own answer again, never another person's: no second edge, no second record, and not over an
/// answer that someone else is reading.</item>
/// <item>The way is shown free for as long as it is free, and no longer.</item>
/// <item>Evidence and failures in a row are dropped after <see cref="Evidence.KeptFor"/>.</item>
/// <item>Stopping rests the relay from every state.</item>
/// </list>
/// <code>
///            Presented  Repeated  VerdictReady     DeadlinePassed  PulseEnded       SignalEnded    EvidenceEnded  Stopping
/// Idle       Judging    Showing   -                -               -                -              forgets        Idle
/// Judging    -          -         Open or Showing  Showing         -                -              -              Idle
/// Open       -          -         -                -               Showing or Idle  marks it over  forgets        Idle
/// Showing    Judging    Showing   -                -               -                Idle           forgets        Idle
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
            LaneEvent.Repeated repeated => OnRepeated(state, repeated),
            LaneEvent.VerdictReady ready => OnVerdict(state, ready, kind, now, sequence),
            LaneEvent.DeadlinePassed passed => OnDeadline(state, passed, now, sequence),
            LaneEvent.PulseEnded => OnPulseEnded(state),
            LaneEvent.SignalEnded => OnSignalEnded(state),
            LaneEvent.EvidenceEnded ended => OnEvidenceEnded(state, ended),
            LaneEvent.Stopping => new Step(LaneState.AtRest, [new Order.Rest(), new Order.Show(Signal.OutOfOrder, default)]),
            _ => throw new UnreachableException("LaneEvent is a closed set."),
        };

    /// <summary>True when the lane can take a presentation now.</summary>
    public static bool TakesPresentations(LaneState state) => state.Phase is LanePhase.Idle or LanePhase.Showing;

    private static Step OnPresented(LaneState state, TimeSpan now)
    {
        if (!TakesPresentations(state)) return Nothing(state);
        var kept = now - state.EvidenceAt < Evidence.KeptFor ? state : Forget(state);
        var judging = kept with { Phase = LanePhase.Judging, Ticket = state.Ticket + 1 };
        return new Step(judging, [new Order.Judge(judging.Ticket, judging.Evidence)]);
    }

    private static Step OnRepeated(LaneState state, LaneEvent.Repeated repeated)
    {
        var isFree = state.Phase == LanePhase.Idle
            || (state.Phase == LanePhase.Showing && state.Reference == repeated.Reference);
        if (!isFree || repeated.Signal == Signal.Idle) return Nothing(state);
        var shown = state with { Phase = LanePhase.Showing, Signal = repeated.Signal, Reference = repeated.Reference };
        return new Step(shown, [new Order.ShowOn(repeated.Signal, repeated.Reference)]);
    }

    private static Step OnPulseEnded(LaneState state)
    {
        if (state.Phase != LanePhase.Open) return Nothing(state);
        if (!state.IsSignalOver) return new Step(state with { Phase = LanePhase.Showing }, [new Order.Rest()]);
        var idle = Idle(state);
        return new Step(idle.State, [new Order.Rest(), .. idle.Orders]);
    }

    private static Step OnSignalEnded(LaneState state) => state.Phase switch
    {
        LanePhase.Showing => Idle(state),
        LanePhase.Open => new Step(state with { IsSignalOver = true }, []),
        _ => Nothing(state),
    };

    // A verdict that is on its way brings its own evidence and its own time.
    private static Step OnEvidenceEnded(LaneState state, LaneEvent.EvidenceEnded ended) =>
        state.Phase != LanePhase.Judging && ended.Ticket == state.Ticket ? Nothing(Forget(state)) : Nothing(state);

    private static Step OnVerdict(
        LaneState state, LaneEvent.VerdictReady ready, LaneKind kind, TimeSpan now, long sequence)
    {
        if (state.Phase != LanePhase.Judging || ready.Ticket != state.Ticket) return Nothing(state);
        var verdict = ready.Judgement.Verdict;
        var failed = verdict.Reason == Reason.Undecodable ? state.FailedInRow + 1 : 0;
        var answered = state with { FailedInRow = failed, Evidence = ready.Judgement.Evidence, EvidenceAt = now };
        return Answer(answered, verdict, SignalPlan.Of(verdict, failed), verdict.IsAdmission && HasRelay(kind), sequence);
    }

    private static Step OnDeadline(LaneState state, LaneEvent.DeadlinePassed passed, TimeSpan now, long sequence)
    {
        if (state.Phase != LanePhase.Judging || passed.Ticket != state.Ticket) return Nothing(state);
        var late = new Verdict(Outcome.Refer, Reason.TooLate, Condition.None, default, default);
        var failed = state.FailedInRow + 1;
        var answered = state with { FailedInRow = failed, Evidence = Evidence.None, EvidenceAt = now };
        return Answer(answered, late, SignalPlan.Of(late, failed), isOpened: false, sequence);
    }

    private static Step Answer(LaneState state, Verdict verdict, Signal signal, bool isOpened, long sequence)
    {
        var reference = Reference.Of(verdict.Reason, sequence);
        var next = state with
        {
            Phase = isOpened ? LanePhase.Open : LanePhase.Showing,
            Signal = signal,
            Reference = reference,
            IsSignalOver = false,
        };
        Order show = new Order.Show(signal, reference);
        Order record = new Order.Record(verdict, signal, isOpened);
        return isOpened ? new Step(next, [new Order.Open(), show, record]) : new Step(next, [show, record]);
    }

    private static Step Idle(LaneState state) =>
        new(state with { Phase = LanePhase.Idle, Signal = Signal.Idle, Reference = default, IsSignalOver = false },
            [new Order.Show(Signal.Idle, default)]);

    private static LaneState Forget(LaneState state) => state with { Evidence = Evidence.None, FailedInRow = 0 };

    private static Step Nothing(LaneState state) => new(state, []);

    // An attended reader only signals: a driver or shopkeeper lets people in.
    private static bool HasRelay(LaneKind kind) => kind is LaneKind.Turnstile or LaneKind.Door or LaneKind.FreeFlow;
}
