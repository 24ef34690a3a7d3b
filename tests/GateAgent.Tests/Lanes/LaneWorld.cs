using System.Collections.Immutable;
using GateAgent.Lanes;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

/// <summary>
/// A lane as the world outside sees it: levels, running clocks, the light that is on, who is under way. It is built from
/// events and orders alone and never from the lane's state, so what it holds a lane to is independent of the table.
/// </summary>
internal sealed record LaneWorld
{
    public bool Relay { get; init; }

    public bool Permit { get; init; }

    public Signal Shown { get; init; }

    public int Clocks { get; init; }

    public bool IsJudging { get; init; }

    public bool IsPending { get; init; }

    /// <summary>Staff were called while someone is judged.</summary>
    public bool IsCalling { get; init; }

    /// <summary>What those under way were shown last; idle where nobody is.</summary>
    public Signal Passes { get; init; }

    public bool IsStuck { get; init; }

    public bool LacksLines { get; init; }

    public bool IsEnded { get; init; }

    /// <summary>How many of those under way have not been seen to pass.</summary>
    public int Left { get; init; }

    /// <summary>How many were admitted together.</summary>
    public int People { get; init; }

    /// <summary>Technical failures within the minute, at most what the crowd rule names.</summary>
    public int Failures { get; init; }

    public bool IsLongerAsked { get; init; }

    public int Failed { get; init; }

    public LaneMode Mode { get; init; }

    public LaneInputs Inputs { get; init; }

    public bool Has(LaneInputs input) => (Inputs & input) != LaneInputs.None;

    public bool Runs(LaneTimer timer) => (Clocks & (1 << (int)timer)) != 0;

    public bool IsFreed => Has(LaneInputs.Fire | LaneInputs.FreePassKey);

    public bool Judges => Mode == LaneMode.Normal && !IsFreed && !IsStuck && !LacksLines;

    public bool IsOpen(LaneKind kind) => kind == LaneKind.FreeFlow ? !Relay : Relay;

    /// <summary>The world after an event and what was ordered for it.</summary>
    public LaneWorld After(LaneEvent happened, ImmutableArray<Order> orders, LanePlan plan)
    {
        var world = happened switch
        {
            LaneEvent.InputChanged { Input: LaneInputs.Fire, IsActive: true } when plan.Wired.HasFlag(LaneInputs.Fire) =>
                this with { Inputs = Inputs | LaneInputs.Fire, IsJudging = false },
            LaneEvent.InputChanged changed when plan.Wired.HasFlag(changed.Input) => this with
            {
                Inputs = changed.IsActive ? Inputs | changed.Input : Inputs & ~changed.Input,
            },
            LaneEvent.TimeUp up => Without(up.Timer) with
            {
                Mode = up.Timer == LaneTimer.Mode ? LaneMode.Normal : Mode,
                Failed = up.Timer == LaneTimer.Evidence ? 0 : Failed,
                Failures = up.Timer == LaneTimer.Crowd ? 0 : Failures,
                IsLongerAsked = IsLongerAsked && up.Timer != LaneTimer.Longer,
            },
            LaneEvent.VerdictReady { Repeats: not null, Ticket: LaneExplorer.Ticket } => this with { IsJudging = false },
            LaneEvent.LinesChanged lines => this with { LacksLines = !lines.AreHeld, IsJudging = IsJudging && lines.AreHeld },
            LaneEvent.ModeSet set => IsEnded ? this : In(set.Mode),
            LaneEvent.ModeResumed resumed => IsEnded ? this : In(resumed.Mode),
            LaneEvent.Ended ended => IsEnded ? this : In(ended.Mode) with { IsEnded = true },
            LaneEvent.Stopping => new LaneWorld { Relay = Relay, Permit = Permit, IsPending = IsPending },
            _ => this,
        };
        if (happened is LaneEvent.InputChanged { Input: LaneInputs.Longer, IsActive: true } && plan.Wired.HasFlag(LaneInputs.Longer) && !Has(LaneInputs.Longer))
            world = world with { IsLongerAsked = true };
        if (PassesIn(happened, plan)) world = world with { Left = Math.Max(0, Left - 1) };
        foreach (var order in orders) world = world.After(order, plan);
        var isCalling = world.IsJudging && (IsCalling || (IsJudging && !IsFreed && Calls(orders)));
        return isCalling == world.IsCalling ? world : world with { IsCalling = isCalling };
    }

    /// <summary>Whether someone under way passes, and is not the last of them.</summary>
    public bool PassesIn(LaneEvent happened, LanePlan plan) => IsPending && plan.Wired.HasFlag(LaneInputs.Passage)
        && happened is LaneEvent.InputChanged { Input: LaneInputs.Passage, IsActive: true } && !Has(LaneInputs.Passage);

    /// <summary>Whether something was noted for which staff are called.</summary>
    public static bool Calls(ImmutableArray<Order> orders)
    {
        foreach (var order in orders)
        {
            if (order is Order.Note { Incident: Incident.HelpCalled or Incident.DoorForced or Incident.DoorHeld or Incident.Tailgating or Incident.WrongDirection }) return true;
        }

        return false;
    }

    private LaneWorld In(LaneMode mode) => this with
    {
        Mode = mode,
        IsStuck = IsStuck && mode != LaneMode.Maintenance,
        IsJudging = IsJudging && mode == LaneMode.Normal,
    };

    private LaneWorld After(Order order, LanePlan plan) => order switch
    {
        Order.Relay relay => this with { Relay = relay.IsDriven },
        Order.Permit permit => this with { Permit = permit.IsClosed },
        Order.Show show => this with { Shown = show.Signal, Passes = show.Signal == Signal.NextMember ? show.Signal : Passes },
        Order.ShowOn show => this with { Shown = show.Signal },
        Order.Judge => this with { IsJudging = true },
        Order.Disregard => this with { IsJudging = false },
        Order.Record record => this with
        {
            IsJudging = false,
            IsPending = IsPending || record.IsOpened,
            Left = record.IsOpened ? record.People : Left,
            People = record.IsOpened ? record.People : People,
            Passes = record.IsOpened ? record.Signal : Passes,
            IsLongerAsked = IsLongerAsked && !record.IsOpened,
            Failures = record.Verdict.Reason is Reason.TooLate or Reason.PageTampered ? Math.Min(plan.Crowd.Failures, Failures + 1) : Failures,
            Failed = record.Verdict.Reason is Reason.Undecodable or Reason.TooLate ? Math.Min(2, Failed + 1) : 0,
        },
        Order.Settle => this with { IsPending = false, Left = 0, People = 0, Passes = Signal.Idle },
        Order.Note { Incident: Incident.CrowdWaits } => plan is { Crowd.Rule: CrowdRule.OutOfOrder, Kind: not LaneKind.FreeFlow } ? this with { Mode = LaneMode.OutOfOrder } : this,
        Order.Note { Incident: Incident.RelayStuck } => this with { IsStuck = true, IsJudging = false },
        Order.Start start => start.Length == Timeout.InfiniteTimeSpan ? Without(start.Timer) : this with { Clocks = Clocks | (1 << (int)start.Timer) },
        Order.Stop stop => Without(stop.Timer),
        _ => this,
    };

    private LaneWorld Without(LaneTimer timer) => this with { Clocks = Clocks & ~(1 << (int)timer) };
}
