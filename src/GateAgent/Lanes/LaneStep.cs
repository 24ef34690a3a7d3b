using System.Collections.Immutable;
using System.Diagnostics;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>What a step makes.</summary>
internal readonly record struct Step(LaneState State, ImmutableArray<Order> Orders);

/// <summary>
/// The behaviour of a lane as one pure function; docs/lane.md draws it. Rules:
/// <list type="number">
/// <item>Relay and permit follow the state (<see cref="LaneBarrier"/>); only a verdict that admits, for the presentation that
/// is being judged, makes a state that is open for one person.</item>
/// <item>A late verdict, or one for another presentation, does nothing.</item>
/// <item>While someone passes or is being judged, what others show waits for its turn.</item>
/// <item>A repeat gets its own answer again, never another person's: no second edge, no second record, and not over an
/// answer that someone else is reading. Another text of a holder who was just admitted is a repeat.</item>
/// <item>What is no credential does not replace a pass that is being shown.</item>
/// <item>An admitted passage comes to one end: settled, annulled or unobserved. A family is one passage of several people.</item>
/// <item>Fire release ends whatever a lane is doing.</item>
/// <item>A signal stays for its time; the way is shown free for as long as it is free, but for the time of a call for
/// staff, and no longer.</item>
/// <item>Stopping rests the relay from every state.</item>
/// </list>
/// </summary>
internal static class LaneStep
{
    /// <summary>How long judging may take before the person is asked to try again.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(100);

    /// <summary>The next state and what to do for it.</summary>
    /// <param name="state">The state now.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="plan">What the lane is.</param>
    /// <param name="sequence">The number the next record will have: it becomes part of the reference shown.</param>
    public static Step Next(LaneState state, LaneEvent happened, LanePlan plan, long sequence)
    {
        if (happened is LaneEvent.Stopping) return OnStopping(state);
        var step = happened switch
        {
            LaneEvent.Presented => OnPresented(state),
            LaneEvent.Repeated repeated => OnRepeated(state, repeated),
            LaneEvent.VerdictReady ready => LaneAnswer.OnVerdict(state, ready, plan, sequence),
            LaneEvent.InputChanged changed => LaneWatch.OnInput(state, changed, plan),
            LaneEvent.LinesChanged lines => LaneWatch.OnLines(state, lines.AreHeld),
            LaneEvent.TimeUp up => OnTimeUp(state, up.Timer, plan, sequence),
            LaneEvent.ModeSet set => state.IsEnded ? Nothing(state) : OnMode(state, set.Mode, set.Length, new Order.Note(Incident.ModeSet, set.By)),
            LaneEvent.ModeResumed resumed => state.IsEnded ? Nothing(state) : OnMode(state, resumed.Mode, resumed.Length, new Order.Note(Incident.ModeResumed)),
            LaneEvent.Ended ended => state.IsEnded ? Nothing(state) : OnMode(state with { IsEnded = true }, ended.Mode, Timeout.InfiniteTimeSpan, new Order.Note(Incident.JudgingEnded)),
            _ => throw new UnreachableException("LaneEvent is a closed set."),
        };
        return Complete(state, step, plan);
    }

    /// <summary>True when the lane can take a presentation now.</summary>
    public static bool TakesPresentations(LaneState state) =>
        LaneBarrier.Judges(state) && state.Phase is LanePhase.Idle or LanePhase.Showing;

    /// <summary>Nothing happens.</summary>
    public static Step Nothing(LaneState state) => new(state, []);

    /// <summary>Staff are called, in every mode, unless fire or the staff key lets everyone through: beside whoever is passing, and
    /// after the answer of whoever is being judged.</summary>
    public static Step CallStaff(LaneState state, params ReadOnlySpan<Order> first)
    {
        if (LaneBarrier.IsFreed(state)) return new Step(state, [.. first]);
        if (state.Phase == LanePhase.Judging) return new Step(state with { IsCalling = true }, [.. first]);
        var called = state.Phase == LanePhase.Open
            ? state with { IsCalling = true, IsSignalOver = false }
            : state with { Phase = LanePhase.Showing, Signal = Signal.SeeStaff, Reference = default, IsSignalOver = false };
        return new Step(called, [.. first, new Order.Show(Signal.SeeStaff, default), StartSignal(Signal.SeeStaff)]);
    }

    // What follows from every state alike: relay, permit, their feedback, the signal of a lane where nobody is, and a call for staff
    // that waited for an answer.
    private static Step Complete(LaneState before, Step step, LanePlan plan)
    {
        if (before is { Phase: LanePhase.Judging, IsCalling: true } && step.State.Phase != LanePhase.Judging)
            step = CallStaff(step.State with { IsCalling = false }, step.Orders.AsSpan());
        var state = step.State;
        var orders = step.Orders;
        if (state.Phase == LanePhase.Idle && state.Signal != LaneBarrier.RestingSignal(state, plan))
        {
            state = state with { Signal = LaneBarrier.RestingSignal(state, plan), Reference = default, IsSignalOver = false, IsBarring = false };
            orders = [new Order.Show(state.Signal, default), .. orders];
        }

        if (LaneBarrier.IsPermitted(state, plan) is var isPermitted && isPermitted != LaneBarrier.IsPermitted(before, plan))
            orders = [new Order.Permit(isPermitted), .. orders];
        var isDriven = LaneBarrier.IsDriven(state, plan);
        var wasDriven = LaneBarrier.IsDriven(before, plan);
        if (isDriven != wasDriven) orders = [new Order.Relay(isDriven), .. orders];
        return new Step(state, [.. orders, .. LaneWatch.Feedback(before, wasDriven, state, isDriven, plan)]);
    }

    private static Step OnPresented(LaneState state)
    {
        if (!TakesPresentations(state)) return Nothing(state);
        var judging = state with { Phase = LanePhase.Judging, Ticket = state.Ticket + 1 };
        return new Step(
            judging,
            [
                new Order.Judge(judging.Ticket, judging.Evidence), new Order.Start(LaneTimer.Deadline, Deadline),
            ]);
    }

    private static Step OnRepeated(LaneState state, LaneEvent.Repeated repeated)
    {
        var isFree = TakesPresentations(state)
            && (state.Phase == LanePhase.Idle || state.Reference == repeated.Reference);
        if (!isFree || repeated.Signal == Signal.Idle) return Nothing(state);
        var shown = state with { Phase = LanePhase.Showing, Signal = repeated.Signal, Reference = repeated.Reference, IsSignalOver = false };
        return new Step(shown, [new Order.ShowOn(repeated.Signal, repeated.Reference), StartSignal(repeated.Signal)]);
    }

    private static Step OnTimeUp(LaneState state, LaneTimer timer, LanePlan plan, long sequence) => timer switch
    {
        LaneTimer.Deadline => LaneAnswer.OnTooLate(state, plan, sequence),
        LaneTimer.Pulse when state.Phase != LanePhase.Open => Nothing(state),
        LaneTimer.Pulse when plan.SeesPassages => new Step(state with { IsPulseOver = true }, []),
        LaneTimer.Pulse => LaneAnswer.Settle(state, Settlement.Unobserved, state.Passed),
        LaneTimer.Passage => state.Phase == LanePhase.Open ? LaneAnswer.Settle(state, Settlement.Annulled, state.Passed) : Nothing(state),
        LaneTimer.Signal => OnSignalOver(state, plan),
        LaneTimer.Evidence => new Step(state with { Evidence = Evidence.None, FailedInRow = 0 }, []),
        LaneTimer.Exit => OnExitOver(state),
        LaneTimer.Held => LaneWatch.OnHeld(state),
        LaneTimer.Feedback => LaneWatch.OnDisagreement(state, plan),
        LaneTimer.Mode => OnModeOver(state),
        LaneTimer.Longer => new Step(state with { IsLongerAsked = false }, []),
        LaneTimer.Crowd => new Step(state with { Failures = 0 }, []),
        _ => throw new UnreachableException("LaneTimer is a closed set."),
    };

    // Whoever may still pass is shown so again when staff were called meanwhile.
    private static Step OnSignalOver(LaneState state, LanePlan plan) => state.Phase switch
    {
        LanePhase.Open when state.IsCalling && LaneBarrier.IsPermitted(state, plan) =>
            new Step(state with { IsCalling = false }, [LaneAnswer.ShowPassing(state, plan), StartSignal(state.Signal)]),
        LanePhase.Showing => new Step(state with { Phase = LanePhase.Idle }, []),
        LanePhase.Open or LanePhase.Judging => new Step(state with { IsSignalOver = true }, []),
        _ => Nothing(state),
    };

    private static Step OnExitOver(LaneState state)
    {
        if (!state.IsExiting) return Nothing(state);
        var isHeld = state.Inputs.HasFlag(LaneInputs.ExitRequest);
        return new Step(state with { IsExiting = false }, isHeld ? [new Order.Note(Incident.ExitHeld)] : []);
    }

    // Whoever is being judged is judged for nobody; whoever is passing may pass while the barrier still lets them.
    private static Step OnMode(LaneState state, LaneMode mode, TimeSpan length, Order.Note note)
    {
        var next = state with { Mode = mode, IsRelayStuck = state.IsRelayStuck && mode != LaneMode.Maintenance };
        if (mode != LaneMode.Normal && next.Phase is LanePhase.Judging or LanePhase.Showing)
            next = next with { Phase = LanePhase.Idle, IsBarring = false };
        var isUnending = mode == LaneMode.Normal || length == Timeout.InfiniteTimeSpan;
        return new Step(next, [note, isUnending ? new Order.Stop(LaneTimer.Mode) : new Order.Start(LaneTimer.Mode, length)]);
    }

    private static Step OnModeOver(LaneState state) => state.Mode == LaneMode.Normal || state.IsEnded
        ? Nothing(state)
        : new Step(state with { Mode = LaneMode.Normal }, [new Order.Note(Incident.ModeEnded)]);

    private static Step OnStopping(LaneState state)
    {
        ImmutableArray<Order> orders =
            [new Order.Relay(IsDriven: false), new Order.Permit(IsClosed: false), new Order.Show(Signal.OutOfOrder, default)];
        return new Step(
            LaneState.AtRest,
            state.Passing == 0 ? orders : orders.Add(new Order.Settle(state.Passing, Settlement.Unobserved, state.Passed)));
    }

    /// <summary>The clock of a signal.</summary>
    public static Order.Start StartSignal(Signal signal) => new(LaneTimer.Signal, SignalPlan.StaysFor(signal));
}
