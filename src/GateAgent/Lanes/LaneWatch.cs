using System.Collections.Immutable;
using System.Diagnostics;
using Verifier.Trust;

namespace GateAgent.Lanes;

/// <summary>
/// The part of <see cref="LaneStep"/> that watches what people, doors and contacts do. Pure. What it sees is written down
/// and shown; it keeps nobody in, and only an admitted person's own passage ends that passage.
/// </summary>
internal static class LaneWatch
{
    /// <summary>An input changed.</summary>
    public static Step OnInput(LaneState state, LaneEvent.InputChanged changed, LanePlan plan)
    {
        var was = state.Inputs.HasFlag(changed.Input);
        if (was == changed.IsActive || !plan.Wired.HasFlag(changed.Input)) return LaneStep.Nothing(state);
        var next = state with { Inputs = changed.IsActive ? state.Inputs | changed.Input : state.Inputs & ~changed.Input };
        return changed.Input switch
        {
            LaneInputs.Passage => changed.IsActive ? OnPassage(next, plan) : LaneStep.Nothing(next),
            LaneInputs.ExitPassage => changed.IsActive ? OnExitPassage(next, plan) : LaneStep.Nothing(next),
            LaneInputs.DoorContact => changed.IsActive ? OnDoorOpened(next, plan) : OnDoorClosed(next),
            LaneInputs.ExitRequest => changed.IsActive ? OnExitRequest(next, plan) : LaneStep.Nothing(next),
            LaneInputs.Fire => OnFire(next, changed.IsActive),
            LaneInputs.FreePassKey => new Step(next, [Note(changed.IsActive ? Incident.FreePassBegan : Incident.FreePassEnded)]),
            LaneInputs.Tamper => new Step(next, changed.IsActive ? [Note(Incident.Tampered)] : []),
            LaneInputs.Help => changed.IsActive ? LaneStep.CallStaff(next, Note(Incident.HelpCalled)) : LaneStep.Nothing(next),
            LaneInputs.Longer => changed.IsActive ? OnLongerAsked(next) : LaneStep.Nothing(next),
            LaneInputs.RelayFeedback => LaneStep.Nothing(next),
            _ => throw new UnreachableException("One input changes at a time."),
        };
    }

    /// <summary>The door has stood open for its time.</summary>
    public static Step OnHeld(LaneState state)
    {
        var isHeld = state.Inputs.HasFlag(LaneInputs.DoorContact) && !LaneBarrier.IsFreed(state) && state.Mode != LaneMode.FreeFlow;
        return isHeld ? LaneStep.CallStaff(state, Note(Incident.DoorHeld)) : LaneStep.Nothing(state);
    }

    /// <summary>Relay and feedback have disagreed for their time: no more pulses.</summary>
    public static Step OnDisagreement(LaneState state, LanePlan plan) =>
        state.IsRelayStuck || !Disagrees(state, LaneBarrier.IsDriven(state, plan), plan)
            ? LaneStep.Nothing(state)
            : new Step(Interrupt(state) with { IsRelayStuck = true }, [Note(Incident.RelayStuck)]);

    /// <summary>The lane lost lines, or has all of them again.</summary>
    public static Step OnLines(LaneState state, bool areHeld)
    {
        if (state.LacksLines != areHeld) return LaneStep.Nothing(state);
        var next = areHeld ? state : Interrupt(state);
        return new Step(next with { LacksLines = !areHeld }, [Note(areHeld ? Incident.LinesHeld : Incident.LinesMissing)]);
    }

    /// <summary>The clock that waits for the relay's second contact: started at each change that leaves them apart,
    /// stopped when they agree or when it is known that they do not.</summary>
    public static ImmutableArray<Order> Feedback(LaneState before, bool wasDriven, LaneState state, bool isDriven, LanePlan plan)
    {
        var disagrees = Disagrees(state, isDriven, plan);
        var hasChanged = isDriven != wasDriven || before.IsRelayStuck != state.IsRelayStuck || before.LacksLines != state.LacksLines || ((before.Inputs ^ state.Inputs) & LaneInputs.RelayFeedback) != LaneInputs.None;
        if (!hasChanged || !plan.Wired.HasFlag(LaneInputs.RelayFeedback)) return [];
        return [disagrees && !state.IsRelayStuck ? new Order.Start(LaneTimer.Feedback, plan.FeedbackWithin) : new Order.Stop(LaneTimer.Feedback)];
    }

    // A contact that is not read says nothing of the relay.
    private static bool Disagrees(LaneState state, bool isDriven, LanePlan plan) =>
        !state.LacksLines && plan.Wired.HasFlag(LaneInputs.RelayFeedback) && state.Inputs.HasFlag(LaneInputs.RelayFeedback) != isDriven;

    private static Step OnPassage(LaneState state, LanePlan plan)
    {
        if (state.Passing != 0) return LaneAnswer.OnPassed(state, plan);
        return LaneBarrier.IsFreed(state) || state.Mode == LaneMode.FreeFlow || state.IsExiting
            ? LaneStep.Nothing(state)
            : LaneStep.CallStaff(state, Note(Incident.Tailgating));
    }

    // Leaving ends its own opening; through a turnstile that was unlocked for someone else staff are called, beside the person who may
    // still pass.
    private static Step OnExitPassage(LaneState state, LanePlan plan)
    {
        if (state.IsExiting) return new Step(state with { IsExiting = false }, [new Order.Stop(LaneTimer.Exit)]);
        if (state.Passing == 0 || plan.Kind != LaneKind.Turnstile) return LaneStep.Nothing(state);
        return LaneStep.CallStaff(state, Note(Incident.WrongDirection));
    }

    private static Step OnDoorOpened(LaneState state, LanePlan plan)
    {
        Order held = new Order.Start(LaneTimer.Held, plan.HeldAfter);
        if (state.Passing != 0 && plan.Kind == LaneKind.Door && !plan.Wired.HasFlag(LaneInputs.Passage))
        {
            var settled = LaneAnswer.Settle(state, Settlement.Settled, state.People);
            return settled with { Orders = settled.Orders.Add(held) };
        }

        return state.Passing != 0 || !plan.HasBarrier || LaneBarrier.IsOpen(state, plan)
            ? new Step(state, [held])
            : LaneStep.CallStaff(state, Note(Incident.DoorForced), held);
    }

    private static Step OnDoorClosed(LaneState state) => new(state, [new Order.Stop(LaneTimer.Held)]);

    private static Step OnExitRequest(LaneState state, LanePlan plan) =>
        new(state with { IsExiting = true }, [new Order.Start(LaneTimer.Exit, plan.ExitFor)]);

    private static Step OnLongerAsked(LaneState state) =>
        new(state with { IsLongerAsked = true }, [new Order.Start(LaneTimer.Longer, LaneAnswer.LongerAskedFor)]);

    private static Step OnFire(LaneState state, bool isActive)
    {
        if (!isActive) return new Step(state, [Note(Incident.FireEnded)]);
        ImmutableArray<Order> orders = [Note(Incident.FireBegan)];
        if (state.Passing != 0) orders = [.. LaneAnswer.Settle(state, Settlement.Unobserved, state.Passed).Orders, .. orders];
        return new Step(Interrupt(state) with { Phase = LanePhase.Idle, Passing = 0, People = 0, Passed = 0, IsLong = false, IsPulseOver = false, IsCalling = false }, orders);
    }

    // Whoever is being judged is judged for nobody; whoever is passing may still pass.
    private static LaneState Interrupt(LaneState state) => state.Phase == LanePhase.Open
        ? state
        : state with { Phase = LanePhase.Idle, IsBarring = false };

    private static Order.Note Note(Incident incident) => new(incident);
}
