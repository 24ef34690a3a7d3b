using CardReader.Tests;
using GateAgent.Lanes;
using Verifier.Trust;

namespace GateAgent.Tests.Lanes;

/// <summary>
/// A table with one row changed: in one phase, at one kind of event, something else is done. Every change that makes no
/// difference to any reachable step is no mutant and is drawn anew.
/// </summary>
internal sealed class LaneMutant
{
    private static readonly LaneMode[] Modes = Enum.GetValues<LaneMode>();
    private static readonly LanePhase[] Phases = Enum.GetValues<LanePhase>();
    private readonly LanePhase phase;
    private readonly HashSet<LaneEvent> row;
    private readonly Func<LaneState, Step, Step> change;

    private LaneMutant(LanePhase phase, HashSet<LaneEvent> row, string name, Func<LaneState, Step, Step> change)
    {
        this.phase = phase;
        this.row = row;
        this.change = change;
        Name = $"{phase} {LaneExplorer.Name(row.First())}: {name}";
    }

    /// <summary>What was changed.</summary>
    public string Name { get; }

    /// <summary>Whether the change ever made a difference. No state follows a stop.</summary>
    public bool MadeADifference { get; private set; }

    /// <summary>Draws a mutant.</summary>
    public static LaneMutant Draw(Noise noise)
    {
        var events = LaneExplorer.Events;
        var happened = events[(int)(noise.Next() % events.Count)];
        var during = Phases[noise.Next() % Phases.Length];
        var (what, change) = Changes(noise);
        var name = LaneExplorer.Name(happened);
        return new LaneMutant(during, events.Where(one => LaneExplorer.Name(one) == name).ToHashSet<LaneEvent>(ReferenceEqualityComparer.Instance), what, change);
    }

    /// <summary>The mutant's table.</summary>
    public Step Next(LaneState state, LaneEvent happened, LanePlan plan, long sequence)
    {
        var step = LaneStep.Next(state, happened, plan, sequence);
        if (state.Phase != phase || !row.Contains(happened)) return step;
        var changed = change(state, step);
        MadeADifference |= (changed.State != step.State && happened is not LaneEvent.Stopping) || !changed.Orders.SequenceEqual(step.Orders);
        return changed;
    }

    private static (string Name, Func<LaneState, Step, Step> Change) Changes(Noise noise)
    {
        var pick = noise.Next();
        var place = (int)(noise.Next() % 8);
        return (pick % 12) switch
        {
            0 => ("does nothing", static (state, _) => new Step(state, [])),
            1 => ($"leaves order {place} out", (_, step) => Without(step, place)),
            2 => ($"says another thing in order {place}", (_, step) => Otherwise(step, place, noise)),
            3 => ("goes to another phase", (_, step) => step with { State = step.State with { Phase = Phases[((int)step.State.Phase + 1 + (place % 3)) % Phases.Length] } }),
            4 => ("sets another mode", (_, step) => step with { State = step.State with { Mode = Modes[((int)step.State.Mode + 1 + (place % 4)) % Modes.Length] } }),
            5 => ("forgets who is passing", static (_, step) => step with { State = step.State with { Passing = step.State.Passing == 0 ? LaneExplorer.Sequence : 0 } }),
            6 => ("confuses the way out", static (_, step) => step with { State = step.State with { IsExiting = !step.State.IsExiting } }),
            7 => ("drives the relay the other way", static (_, step) => new Step(step.State, [new Order.Relay(!step.Orders.Contains(new Order.Relay(IsDriven: true))), .. step.Orders.Where(static order => order is not Order.Relay)])),
            9 => ("miscounts a family", static (_, step) => step.State.People < 2 ? step : step with { State = step.State with { Passed = 1 - step.State.Passed } }),
            10 => ("miscounts failures", static (_, step) => step.State.IsEnded ? step : step with { State = step.State with { Failures = step.State.Failures == 0 ? 1 : 0 } }),
            11 => ("confuses whether staff are called", static (_, step) => step.State.Phase is LanePhase.Idle or LanePhase.Showing ? step : step with { State = step.State with { IsCalling = !step.State.IsCalling } }),
            _ => ("keeps its orders and its old state", static (state, step) => step with { State = state }),
        };
    }

    private static Step Without(Step step, int place) =>
        step.Orders.Length == 0 ? step : step with { Orders = step.Orders.RemoveAt(place % step.Orders.Length) };

    private static Step Otherwise(Step step, int place, Noise noise)
    {
        if (step.Orders.Length == 0) return step;
        place %= step.Orders.Length;
        Order other = step.Orders[place] switch
        {
            Order.Relay relay => new Order.Relay(!relay.IsDriven),
            Order.Permit permit => new Order.Permit(!permit.IsClosed),
            Order.Show show => show with { Signal = show.Signal == Signal.Pass ? Signal.Refused : Signal.Pass },
            Order.ShowOn show => show with { Signal = show.Signal == Signal.Pass ? Signal.Refused : Signal.Pass },
            Order.Record record => record with { IsOpened = !record.IsOpened },
            Order.Settle settle => settle with { Settlement = settle.Settlement == Settlement.Settled ? Settlement.Annulled : Settlement.Settled },
            Order.Note => new Order.Note(Incident.None),
            Order.Start start => new Order.Stop(start.Timer),
            Order.Stop stop => new Order.Start(stop.Timer, TimeSpan.FromSeconds(1 + (noise.Next() % 2))),
            _ => new Order.Note(Incident.None),
        };
        return step with { Orders = step.Orders.SetItem(place, other) };
    }
}
