using Verifier.Trust;

namespace GateAgent.Lanes;

/// <summary>
/// Where the barrier stands, as a function of the state alone: no step orders the relay by itself. Rules, in order:
/// <list type="number">
/// <item>Fire release opens; nothing overrides it.</item>
/// <item>The staff key opens, and so does leaving, in every mode.</item>
/// <item>A lane that does not have all its lines rests, whatever its mode: what it cannot hear or drive may be what matters.</item>
/// <item>Locked is closed, free flow is open.</item>
/// <item>Maintenance, out of order and a stuck relay leave it at its resting position.</item>
/// <item>A turnstile and a door are open for an admitted person; a free-flow gate is closed for one who was not.</item>
/// </list>
/// A turnstile and a door rest closed, a free-flow gate rests open: at rest the relay is not driven.
/// </summary>
internal static class LaneBarrier
{
    /// <summary>Whether people can go in.</summary>
    public static bool IsOpen(LaneState state, LanePlan plan) =>
        IsFreed(state) || state.IsExiting || (state.Mode switch
        {
            _ when state.LacksLines => plan.Kind == LaneKind.FreeFlow,
            LaneMode.FreeFlow => true,
            LaneMode.Locked => false,
            LaneMode.Normal when !state.IsRelayStuck => plan.Kind == LaneKind.FreeFlow
                ? !state.IsBarring
                : state.Phase == LanePhase.Open && !state.IsPulseOver,
            _ => plan.Kind == LaneKind.FreeFlow,
        });

    /// <summary>Whether the relay is driven.</summary>
    public static bool IsDriven(LaneState state, LanePlan plan) =>
        plan.HasBarrier && IsOpen(state, plan) != (plan.Kind == LaneKind.FreeFlow);

    /// <summary>Whether the permit contact is closed: the health permission for a fare gate or door controller in series.
    /// It is given to an admitted person for as long as the passage may take, and to everyone where everyone may pass.</summary>
    public static bool IsPermitted(LaneState state) => IsFreed(state) || (!state.LacksLines
        && (state.Mode == LaneMode.FreeFlow || (state.Mode == LaneMode.Normal && !state.IsRelayStuck && state.Phase == LanePhase.Open)));

    /// <summary>True while fire release or the staff key lets everyone through.</summary>
    public static bool IsFreed(LaneState state) => (state.Inputs & (LaneInputs.Fire | LaneInputs.FreePassKey)) != LaneInputs.None;

    /// <summary>True while people are judged.</summary>
    public static bool Judges(LaneState state) => state.Mode == LaneMode.Normal && !IsFreed(state) && !state.IsRelayStuck && !state.LacksLines;

    /// <summary>The signal of a lane where nobody is.</summary>
    public static Signal RestingSignal(LaneState state) =>
        IsFreed(state) || (state.Mode == LaneMode.FreeFlow && !state.LacksLines) ? Signal.Free
        : Judges(state) ? Signal.Idle
        : Signal.OutOfOrder;
}
