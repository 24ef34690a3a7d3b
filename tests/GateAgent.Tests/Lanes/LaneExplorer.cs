using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GateAgent.Lanes;
using Verifier.Credentials;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

/// <summary>What a search through every reachable state found.</summary>
/// <param name="States">Distinct pairs of lane and world, each standing for every level of the contacts that only count when
/// they rise.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Broken">The first broken rule and the way to it; null when every rule holds everywhere.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Exploration(int States, long Steps, string? Broken);

/// <summary>
/// Visits every state that a lane can reach, from rest, by every event in any order, and holds each step to
/// <see cref="LaneInvariants"/>. Two things are folded, so that a lane with every input wired can be visited whole:
/// <list type="bullet">
/// <item>Numbers that only grow (tickets, sequences) are one value.</item>
/// <item>The levels of contacts that only count when they rise (<see cref="CountOnlyWhenTheyRise"/>) are taken as low. That
/// they make no other difference is not believed but tried: at every state, for every event and for every set of these
/// contacts that may be high meanwhile, the table must do the same and leave them high; a contact that is high does nothing
/// when it is told so again, and nothing but fall when it falls. So one visited state stands for every set of them, and the
/// rules, which look at these contacts only when they rise, hold at each. It holds more than can be reached, never less.</item>
/// </list>
/// </summary>
internal static class LaneExplorer
{
    public const long Ticket = 1;
    public const long Sequence = 42;

    /// <summary>Contacts whose level nothing asks for: someone passes, the housing opens, a button is pressed.</summary>
    public const LaneInputs CountOnlyWhenTheyRise =
        LaneInputs.Passage | LaneInputs.ExitPassage | LaneInputs.Tamper | LaneInputs.Help | LaneInputs.Longer;

    private static readonly Reference Earlier = Reference.Of(Reason.Green, 41);
    private static readonly LaneEvent[] People =
    [
        new LaneEvent.Presented(),
        new LaneEvent.Repeated(Signal.Idle, default),
        new LaneEvent.Repeated(Signal.Pass, Earlier),
        new LaneEvent.Repeated(Signal.Refused, Reference.Of(Reason.Red, Sequence)),
        Verdict(Outcome.Admit, Reason.Green, Ticket),
        Verdict(Outcome.Admit, Reason.Green, Ticket - 1),
        Verdict(Outcome.Admit, Reason.Green, Ticket) with { Repeats = new Answer(Signal.Pass, Earlier) },
        Verdict(Outcome.AdmitOnCondition, Reason.YellowWithMask, Ticket),
        Verdict(Outcome.Refuse, Reason.Red, Ticket),
        Verdict(Outcome.Refer, Reason.Undecodable, Ticket),
        Verdict(Outcome.Refer, Reason.NotListed, Ticket),
        Verdict(Outcome.Refer, Reason.PageTampered, Ticket),
        Verdict(Outcome.Admit, Reason.YellowFreedByReport, Ticket, people: 2, isAssisted: true),
        Verdict(Outcome.Admit, Reason.ConfirmedByStaff, Ticket) with { CameAgain = true },
        Verdict(Outcome.AdmitOnCondition, Reason.YellowWithMask, Ticket) with { CameAgain = true },
        Verdict(Outcome.Refuse, Reason.Red, Ticket) with { CameAgain = true },
        new LaneEvent.Stopping(),
    ];

    /// <summary>Everything that can happen to a lane.</summary>
    public static IReadOnlyList<LaneEvent> Events { get; } =
    [
        .. People,
        .. from input in Enum.GetValues<LaneInputs>()
           where input != LaneInputs.None
           from isActive in (bool[])[true, false]
           select new LaneEvent.InputChanged(input, isActive),
        new LaneEvent.LinesChanged(AreHeld: false),
        new LaneEvent.LinesChanged(AreHeld: true),
        .. Enum.GetValues<LaneTimer>().Select(static timer => new LaneEvent.TimeUp(timer)),
        .. Enum.GetValues<LaneMode>().Select(static mode => new LaneEvent.ModeSet(mode, TimeSpan.FromMinutes(1))),
        new LaneEvent.ModeResumed(LaneMode.Locked, TimeSpan.FromMinutes(1)),
        new LaneEvent.Ended(LaneMode.FreeFlow),
    ];

    /// <summary>Explores a plan under a table, which may be a mutant.</summary>
    public static Exploration Explore(LanePlan plan, Func<LaneState, LaneEvent, LanePlan, long, Step> next, int statesMax)
    {
        var high = SubsetsOf(plan.Wired & CountOnlyWhenTheyRise);
        List<Reference> references = [default];
        var seen = new HashSet<LaneKey> { LaneKey.Of(LaneState.AtRest, new LaneWorld(), references) };

        // How each state was come by, in the order they were found: the state before it and the event.
        var ways = new List<(int Before, LaneEvent? Event)> { (-1, null) };
        var waiting = new Queue<(LaneState State, LaneWorld World)>([(LaneState.AtRest, new LaneWorld())]);
        var steps = 0L;
        for (var present = 0; waiting.TryDequeue(out var at); present++)
        {
            foreach (var happened in Events)
            {
                if (happened is LaneEvent.TimeUp up && !at.World.Runs(up.Timer)) continue;
                var step = next(at.State, happened, plan, Sequence);
                steps++;
                var world = at.World.After(happened, step.Orders, plan);
                var broken = LaneInvariants.BrokenInStep(at.World, happened, step.Orders, world, plan)
                    ?? Differs(at.State, happened, step, plan, next, high);
                if (happened is LaneEvent.Stopping) broken ??= LaneInvariants.BrokenInState(world, isStopped: true, plan);
                if (broken is not null) return Found(broken);
                if (happened is LaneEvent.Stopping || (ReferenceEquals(step.State, at.State) && ReferenceEquals(world, at.World))) continue;
                var state = step.State with
                {
                    Ticket = step.State.Phase == LanePhase.Judging ? Ticket : Ticket - 1,
                    Inputs = step.State.Inputs & ~CountOnlyWhenTheyRise,
                };
                world = world with { Inputs = world.Inputs & ~CountOnlyWhenTheyRise };
                if (!seen.Add(LaneKey.Of(state, world, references))) continue;
                ways.Add((present, happened));
                if (LaneInvariants.BrokenInState(world, isStopped: false, plan) is { } rule) return Found(rule);
                if (seen.Count > statesMax) return Found($"more than {statesMax} states");
                waiting.Enqueue((state, world));

                Exploration Found(string what) => new(seen.Count, steps, $"{what}: {Way(ways, present)} {Name(happened)}");
            }
        }

        return new Exploration(seen.Count, steps, null);
    }

    /// <summary>The event in a few words.</summary>
    public static string Name(LaneEvent happened) => happened switch
    {
        LaneEvent.InputChanged changed => $"{changed.Input}{(changed.IsActive ? '+' : '-')}",
        LaneEvent.LinesChanged lines => lines.AreHeld ? "Lines held" : "Lines missing",
        LaneEvent.TimeUp up => $"{up.Timer}!",
        LaneEvent.ModeSet set => $"={set.Mode}",
        LaneEvent.ModeResumed resumed => $"again {resumed.Mode}",
        LaneEvent.Ended ended => $"for good {ended.Mode}",
        LaneEvent.VerdictReady ready => $"{ready.Judgement.Verdict.Reason}{(ready.Judgement.People > 1 ? " of 2" : string.Empty)}{(ready.CameAgain ? " again" : string.Empty)}{(ready.Repeats is null ? string.Empty : " of one just admitted")}{(ready.Ticket == Ticket ? string.Empty : "(late)")}",
        _ => happened.GetType().Name,
    };

    // Whether the level of a contact that only counts when it rises makes a difference it must not make; null when it does not.
    private static string? Differs(
        LaneState state, LaneEvent happened, Step step, LanePlan plan, Func<LaneState, LaneEvent, LanePlan, long, Step> next, LaneInputs[] high)
    {
        if (happened is LaneEvent.Stopping) return null;
        var changed = happened as LaneEvent.InputChanged;
        if (changed is { IsActive: true } && high.Contains(changed.Input) && !step.State.Inputs.HasFlag(changed.Input)) return $"{changed.Input} rose and is not high";
        foreach (var contacts in high)
        {
            var other = next(state with { Inputs = state.Inputs | contacts }, happened, plan, Sequence);
            var isOwn = changed is not null && (contacts & changed.Input) != LaneInputs.None;
            var (orders, inputs) = !isOwn ? (step.Orders, step.State.Inputs | contacts)
                : ([], changed!.IsActive ? state.Inputs | contacts : (state.Inputs | contacts) & ~changed.Input);
            var expected = isOwn ? state : step.State;
            if (other.State != expected with { Inputs = inputs } || !SameOrders(orders, other.Orders)) return $"the level of {contacts} makes a difference";
        }

        return null;
    }

    private static bool SameOrders(ImmutableArray<Order> one, ImmutableArray<Order> other)
    {
        if (one.Length != other.Length) return false;
        for (var index = 0; index < one.Length; index++)
        {
            if (!one[index].Equals(other[index])) return false;
        }

        return true;
    }

    private static LaneInputs[] SubsetsOf(LaneInputs contacts)
    {
        var subsets = new List<LaneInputs>();
        for (var subset = contacts; subset != LaneInputs.None; subset = (LaneInputs)(((int)subset - 1) & (int)contacts)) subsets.Add(subset);
        return [.. subsets];
    }

    private static string Way(List<(int Before, LaneEvent? Event)> ways, int state)
    {
        var names = new Stack<string>();
        for (var step = ways[state]; step.Event is not null; step = ways[step.Before]) names.Push(Name(step.Event));
        return string.Join(' ', names);
    }

    private static LaneEvent.VerdictReady Verdict(Outcome outcome, Reason reason, long ticket, int people = 1, bool isAssisted = false) => new(
        ticket,
        new Judgement(new Verdict(outcome, reason, Condition.None, Assurance.Signed, new SnapshotVersions(1, 1, 1)), Evidence.None)
        {
            People = people,
            IsAssisted = isAssisted,
            IsCredential = reason != Reason.Undecodable,
        });
}
