using Verifier.Trust;

namespace GateAgent.Lanes;

/// <summary>
/// Where the barrier stands, as a function of the state alone: no step orders the relay by itself. Rules, in order:
/// <list type="number">
/// <item>Fire release opens; nothing overrides it.</item>
/// <item>The staff key opens, and so does leaving, in every mode.</item>
/// <item>A lane that does not have all its lines rests, whatever its mode: what it cannot hear or drive may be what matters. So does
/// one that no signed site document names.</item>
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
            _ when Rests(state, plan) => plan.RestsOpen,
            LaneMode.FreeFlow => true,
            LaneMode.Locked => false,
            LaneMode.Normal when !state.IsRelayStuck => plan.RestsOpen
                ? !state.IsBarring
                : state.Phase == LanePhase.Open && !state.IsPulseOver,
            _ => plan.RestsOpen,
        });

    /// <summary>Whether the relay is driven.</summary>
    public static bool IsDriven(LaneState state, LanePlan plan) =>
        plan.DrivesRelay && IsOpen(state, plan) != plan.RestsOpen;

    /// <summary>Whether the permit contact is closed: the health permission for a fare gate or door controller in series.
    /// It is given to an admitted person for as long as the passage may take, and to everyone where everyone may pass.</summary>
    public static bool IsPermitted(LaneState state, LanePlan plan) => IsFreed(state) || (!Rests(state, plan)
        && (state.Mode == LaneMode.FreeFlow || (state.Mode == LaneMode.Normal && !state.IsRelayStuck && state.Phase == LanePhase.Open)));

    /// <summary>True while fire release or the staff key lets everyone through.</summary>
    public static bool IsFreed(LaneState state) => (state.Inputs & (LaneInputs.Fire | LaneInputs.FreePassKey)) != LaneInputs.None;

    /// <summary>True while people are judged.</summary>
    public static bool Judges(LaneState state) => state.Mode == LaneMode.Normal && !IsFreed(state) && !state.IsRelayStuck && !state.LacksLines;

    /// <summary>True while the agent may begin again, for which everything rests a moment: nobody is judged, passing or leaving, and
    /// neither relay nor permit is driven. A mode that never ends is not waited for.</summary>
    public static bool MayRest(LaneState state, LanePlan plan) =>
        state is { Phase: not (LanePhase.Judging or LanePhase.Open), Passing: 0, IsExiting: false } && !IsFreed(state)
        && (state.IsEnded || (!IsDriven(state, plan) && !IsPermitted(state, plan)));

    /// <summary>True while it may rest and nobody is at it.</summary>
    public static bool IsQuiet(LaneState state, LanePlan plan) =>
        state is { Phase: LanePhase.Idle, Inputs: LaneInputs.None } && MayRest(state, plan);

    /// <summary>The signal of a lane where nobody is. Free is shown only where it is known how the relay opens, or none is wired: an
    /// invitation to a closed gate is worse than none.</summary>
    public static Signal RestingSignal(LaneState state, LanePlan plan) =>
        IsFreed(state) && plan.HasRelay && plan.BarrierKind == LaneKind.None ? Signal.OutOfOrder
        : IsFreed(state) || (state.Mode == LaneMode.FreeFlow && !Rests(state, plan)) ? Signal.Free
        : Judges(state) ? Signal.Idle
        : Signal.OutOfOrder;

    private static bool Rests(LaneState state, LanePlan plan) => state.LacksLines || !plan.IsNamed;
}
