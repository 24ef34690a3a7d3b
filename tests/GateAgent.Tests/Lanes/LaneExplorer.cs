using System.Runtime.InteropServices;
using GateAgent.Lanes;
using Verifier.Credentials;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

/// <summary>What a search through every reachable state found.</summary>
/// <param name="States">Distinct pairs of lane and world.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Broken">The first broken rule and the way to it; null when every rule holds everywhere.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Exploration(int States, long Steps, string? Broken);

/// <summary>
/// Visits every state that a lane can reach, from rest, by every event in any order, and holds each step to
/// <see cref="LaneInvariants"/>. Numbers that only grow (tickets, sequences) are folded to one value.
/// </summary>
internal static class LaneExplorer
{
    public const long Ticket = 1;
    public const long Sequence = 42;
    private static readonly Reference Earlier = Reference.Of(Reason.Green, 41);
    private static readonly LaneEvent[] People =
    [
        new LaneEvent.Presented(),
        new LaneEvent.Repeated(Signal.Idle, default),
        new LaneEvent.Repeated(Signal.Pass, Earlier),
        new LaneEvent.Repeated(Signal.Refused, Reference.Of(Reason.Red, Sequence)),
        Verdict(Outcome.Admit, Reason.Green, Ticket),
        Verdict(Outcome.Admit, Reason.Green, Ticket - 1),
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

    /// <summary>Explores a plan under a table, which may be a mutant.</summary>
    public static Exploration Explore(LanePlan plan, Func<LaneState, LaneEvent, LanePlan, long, Step> next, int statesMax)
    {
        var events = Events(plan);
        var start = (LaneState.AtRest, World: new LaneWorld());
        var from = new Dictionary<(LaneState, LaneWorld), ((LaneState, LaneWorld) Before, LaneEvent? Event)> { [start] = (default, null) };
        var waiting = new Queue<(LaneState State, LaneWorld World)>([start]);
        var steps = 0L;
        while (waiting.TryDequeue(out var present))
        {
            foreach (var happened in events)
            {
                if (happened is LaneEvent.TimeUp up && !present.World.Runs(up.Timer)) continue;
                var step = next(present.State, happened, plan, Sequence);
                steps++;
                var world = present.World.After(happened, step.Orders, plan);
                if (LaneInvariants.Broken(present.World, happened, step.Orders, world, plan) is { } broken)
                    return new Exploration(from.Count, steps, $"{broken}: {Way(from, present)} {Name(happened)}");
                if (happened is LaneEvent.Stopping) continue;
                var reached = (step.State with { Ticket = step.State.Phase == LanePhase.Judging ? Ticket : Ticket - 1 }, world);
                if (!from.TryAdd(reached, (present, happened))) continue;
                if (from.Count > statesMax) return new Exploration(from.Count, steps, $"more than {statesMax} states");
                waiting.Enqueue(reached);
            }
        }

        return new Exploration(from.Count, steps, null);
    }

    /// <summary>Everything that can happen to a lane.</summary>
    public static IReadOnlyList<LaneEvent> Events(LanePlan plan) =>
    [
        .. People,
        .. from input in Enum.GetValues<LaneInputs>()
           where input != LaneInputs.None
           from isActive in (bool[])[true, false]
           select new LaneEvent.InputChanged(input, isActive),
        .. Enum.GetValues<LaneTimer>().Select(static timer => new LaneEvent.TimeUp(timer)),
        .. Enum.GetValues<LaneMode>().Select(static mode => new LaneEvent.ModeSet(mode, TimeSpan.FromMinutes(1))),
        new LaneEvent.ModeResumed(LaneMode.Locked, TimeSpan.FromMinutes(1)),
        new LaneEvent.Ended(LaneMode.FreeFlow),
    ];

    /// <summary>The event in a few words.</summary>
    public static string Name(LaneEvent happened) => happened switch
    {
        LaneEvent.InputChanged changed => $"{changed.Input}{(changed.IsActive ? '+' : '-')}",
        LaneEvent.TimeUp up => $"{up.Timer}!",
        LaneEvent.ModeSet set => $"={set.Mode}",
        LaneEvent.ModeResumed resumed => $"again {resumed.Mode}",
        LaneEvent.Ended ended => $"for good {ended.Mode}",
        LaneEvent.VerdictReady ready => $"{ready.Judgement.Verdict.Reason}{(ready.Judgement.People > 1 ? " of 2" : string.Empty)}{(ready.CameAgain ? " again" : string.Empty)}{(ready.Ticket == Ticket ? string.Empty : "(late)")}",
        _ => happened.GetType().Name,
    };

    private static string Way(
        Dictionary<(LaneState, LaneWorld), ((LaneState, LaneWorld) Before, LaneEvent? Event)> from, (LaneState, LaneWorld) state)
    {
        var names = new Stack<string>();
        for (var step = from[state]; step.Event is not null; step = from[step.Before]) names.Push(Name(step.Event));
        return string.Join(' ', names);
    }

    private static LaneEvent.VerdictReady Verdict(Outcome outcome, Reason reason, long ticket, int people = 1, bool isAssisted = false) => new(
        ticket,
        new Judgement(new Verdict(outcome, reason, Condition.None, Assurance.Signed, new SnapshotVersions(1, 1, 1)), Evidence.None) { People = people, IsAssisted = isAssisted });
}
