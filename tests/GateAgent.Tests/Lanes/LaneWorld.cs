using GateAgent.Lanes;
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

    public bool IsStuck { get; init; }

    public int Failed { get; init; }

    public LaneMode Mode { get; init; }

    public LaneInputs Inputs { get; init; }

    public bool Has(LaneInputs input) => (Inputs & input) != LaneInputs.None;

    public bool Runs(LaneTimer timer) => (Clocks & (1 << (int)timer)) != 0;

    public bool IsFreed => Has(LaneInputs.Fire | LaneInputs.FreePassKey);

    public bool Judges => Mode == LaneMode.Normal && !IsFreed && !IsStuck;

    public bool IsOpen(LaneKind kind) => kind == LaneKind.FreeFlow ? !Relay : Relay;

    /// <summary>The world after an event and what was ordered for it.</summary>
    public LaneWorld After(LaneEvent happened, IEnumerable<Order> orders, LanePlan plan)
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
            },
            LaneEvent.ModeSet set => this with
            {
                Mode = set.Mode,
                IsStuck = IsStuck && set.Mode != LaneMode.Maintenance,
                IsJudging = IsJudging && set.Mode == LaneMode.Normal,
            },
            LaneEvent.Stopping => new LaneWorld { Relay = Relay, Permit = Permit, IsPending = IsPending },
            _ => this,
        };
        foreach (var order in orders) world = world.After(order);
        return world;
    }

    private LaneWorld After(Order order) => order switch
    {
        Order.Relay relay => this with { Relay = relay.IsDriven },
        Order.Permit permit => this with { Permit = permit.IsClosed },
        Order.Show show => this with { Shown = show.Signal },
        Order.ShowOn show => this with { Shown = show.Signal },
        Order.Judge => this with { IsJudging = true },
        Order.Record record => this with
        {
            IsJudging = false,
            IsPending = IsPending || record.IsOpened,
            Failed = record.Verdict.Reason is Reason.Undecodable or Reason.TooLate ? Math.Min(2, Failed + 1) : 0,
        },
        Order.Settle => this with { IsPending = false },
        Order.Note { Incident: Incident.RelayStuck } => this with { IsStuck = true, IsJudging = false },
        Order.Start start => start.Length == Timeout.InfiniteTimeSpan ? Without(start.Timer) : this with { Clocks = Clocks | (1 << (int)start.Timer) },
        Order.Stop stop => Without(stop.Timer),
        _ => this,
    };

    private LaneWorld Without(LaneTimer timer) => this with { Clocks = Clocks & ~(1 << (int)timer) };
}
