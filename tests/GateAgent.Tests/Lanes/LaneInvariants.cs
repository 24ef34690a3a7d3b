using System.Collections.Immutable;
using GateAgent.Lanes;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

/// <summary>What must hold of every lane, said without looking at how it is made.</summary>
internal static class LaneInvariants
{
    /// <summary>The first rule that a step breaks; null when it breaks none.</summary>
    public static string? BrokenInStep(LaneWorld before, LaneEvent happened, ImmutableArray<Order> orders, LaneWorld after, LanePlan plan) =>
        BrokenInEdges(before, happened, orders, after, plan)
        ?? BrokenInAnswer(before, happened, orders, after, plan)
        ?? BrokenInPassage(before, happened, orders, after, plan)
        ?? BrokenInWatch(before, happened, orders, after, plan);

    /// <summary>The first rule that a state breaks, however it was reached; null when it breaks none.</summary>
    public static string? BrokenInState(LaneWorld world, bool isStopped, LanePlan plan)
    {
        var isOpen = world.IsOpen(Barrier(plan));
        var drives = Barrier(plan) is not (LaneKind.None or LaneKind.Attended);
        var isExiting = world.Runs(LaneTimer.Exit);
        var isMoving = world.IsPending && world.Mode == LaneMode.Normal && world is { IsStuck: false, LacksLines: false };
        var isAllFree = IsAllFree(world, plan);
        var rests = Barrier(plan) == LaneKind.FreeFlow;
        return Rules(
            (world.Has(LaneInputs.Fire) && drives && !isOpen, "fire does not open"),
            (world.Has(LaneInputs.FreePassKey) && drives && !isOpen, "the staff key does not open"),
            (isExiting && drives && !isOpen, "leaving is not open"),
            (isAllFree && drives && !isOpen, "free flow is closed"),
            ((world.LacksLines || plan.Kind == LaneKind.None) && !world.IsFreed && !isExiting && drives && isOpen != rests && !isStopped, "a lane without its lines, or that no document names, does not rest"),
            (plan.Kind == LaneKind.None && (world.IsPending || world.Runs(LaneTimer.Pulse)), "someone is admitted whom no document lets in"),
            (!drives && world.Relay, "an attended reader, or one of which nobody knows how it opens, drives a relay"),
            (world is { Mode: LaneMode.Locked, LacksLines: false } && !world.IsFreed && !isExiting && plan.HasBarrier && isOpen && !isStopped, "locked is open"),
            (!rests && isOpen && !world.IsFreed && !isExiting && !isAllFree && !isMoving, "open without a reason"),
            (!rests && isMoving && world.Runs(LaneTimer.Pulse) && !isOpen, "closed during an admitted person's pulse"),
            (!rests && isMoving && plan.Holds && !isOpen, "closed before an admitted person has passed"),
            (rests && !isOpen && (world.Mode != LaneMode.Locked || world.LacksLines) && !world.Judges, "a free-flow gate is closed for nobody"),
            (rests && !isOpen && world.Judges && world is { IsJudging: false, Shown: Signal.Idle or Signal.Pass or Signal.PassWithCondition or Signal.PassAgain or Signal.PassAgainWithCondition or Signal.NextMember }, "a free-flow gate is closed at rest"),
            (world.Permit != (world.IsFreed || isAllFree || isMoving), "the permit is not the health permission"),
            (world.IsPending && !world.Runs(LaneTimer.Passage) && !world.Runs(LaneTimer.Pulse), "a passage without an end"),
            (world.IsPending && plan.SeesPassages && !world.Runs(LaneTimer.Passage), "an admitted passage is never annulled"),
            (!world.IsPending && (world.Runs(LaneTimer.Passage) || world.Runs(LaneTimer.Pulse)), "a passage's clock without a passage"),
            (world.IsJudging && !world.Runs(LaneTimer.Deadline), "judging without a deadline"),
            (world.IsJudging && world.IsPending, "judging while someone passes"),
            (world.Mode != LaneMode.Normal && !world.Runs(LaneTimer.Mode) && !world.IsEnded, "a mode that never ends"),
            (world.IsEnded && world.Mode == LaneMode.Normal, "the end is undone"),
            (world.IsLongerAsked != world.Runs(LaneTimer.Longer), "a wish for more time is kept or lost"),
            (world.Failures > 0 && !world.Runs(LaneTimer.Crowd), "failures that are never forgotten"),
            (world.IsPending != (world.Left > 0), "a family is miscounted"),
            (world.Failed > 0 && !world.Runs(LaneTimer.Evidence), "evidence that is never forgotten"))
            ?? BrokenInSignal(world, isStopped, plan)
            ?? BrokenInFeedback(world, plan, isStopped);
    }

    private static string? BrokenInSignal(LaneWorld world, bool isStopped, LanePlan plan)
    {
        var isBusy = world.IsPending || world.IsJudging || world.Runs(LaneTimer.Signal);
        var resting = world.IsFreed ? FreedSignal(plan) : IsAllFree(world, plan) ? Signal.Free : world.Judges ? Signal.Idle : Signal.OutOfOrder;
        return Rules(
            (!isBusy && !isStopped && world.Shown != resting, "something is shown to nobody"),
            (world.Has(LaneInputs.Fire) && world.Shown != FreedSignal(plan), "fire is not shown as what it does"),
            ((world.Mode != LaneMode.Normal || world.LacksLines) && world is { IsPending: false, IsFreed: false } && world.Shown != resting && !(world.Shown == Signal.SeeStaff && world.Runs(LaneTimer.Signal)), "the mode, or that lines are missing, is not shown"),
            (world.Judges && world.Shown is Signal.OutOfOrder or Signal.Free && !isStopped, "people who are judged are shown that nobody is"),
            (world.Shown == Signal.Refused && world.IsPending, "refused is shown while someone may pass"),
            (isStopped && (world.Relay || world.Permit || world.Shown != Signal.OutOfOrder || world.IsPending), "stopping leaves something on"));
    }

    private static string? BrokenInFeedback(LaneWorld world, LanePlan plan, bool isStopped)
    {
        if (!plan.Wired.HasFlag(LaneInputs.RelayFeedback) || isStopped) return null;
        var disagrees = world.Has(LaneInputs.RelayFeedback) != world.Relay;
        return Rules(
            (disagrees && world is { IsStuck: false, LacksLines: false } && !world.Runs(LaneTimer.Feedback), "a stuck relay is never noticed"),
            ((!disagrees || world.LacksLines) && world.Runs(LaneTimer.Feedback), "contacts are suspected that agree or are not read"));
    }

    private static string? BrokenInEdges(
        LaneWorld before, LaneEvent happened, ImmutableArray<Order> orders, LaneWorld after, LanePlan plan)
    {
        var edges = Count<Order.Relay>(orders);
        var opens = Barrier(plan) is not (LaneKind.None or LaneKind.Attended) && !before.IsOpen(Barrier(plan)) && after.IsOpen(Barrier(plan));
        var isFreeFlow = Barrier(plan) == LaneKind.FreeFlow;
        var mayOpen = happened switch
        {
            LaneEvent.VerdictReady { Repeats: not null } => isFreeFlow && before.IsJudging && !before.Runs(LaneTimer.Signal),
            LaneEvent.VerdictReady ready => ready.Ticket == LaneExplorer.Ticket && ready.Judgement.Verdict.IsAdmission && before.IsJudging && plan.Kind != LaneKind.None,
            LaneEvent.InputChanged { Input: LaneInputs.Fire or LaneInputs.FreePassKey or LaneInputs.ExitRequest, IsActive: true } => true,
            LaneEvent.InputChanged { IsActive: false } => isFreeFlow || before.IsPending,
            LaneEvent.ModeSet { Mode: LaneMode.FreeFlow } => true,
            LaneEvent.ModeSet set => isFreeFlow || (set.Mode == LaneMode.Normal && before.IsPending),
            LaneEvent.LinesChanged lines => isFreeFlow || (lines.AreHeld && (before.IsPending || before.Mode == LaneMode.FreeFlow)),
            LaneEvent.TimeUp { Timer: LaneTimer.Mode } => isFreeFlow || before.IsPending,
            LaneEvent.InputChanged { Input: LaneInputs.Passage, IsActive: true } => before.Left > 1,
            LaneEvent.ModeResumed or LaneEvent.Ended { Mode: LaneMode.FreeFlow } => isFreeFlow || happened is LaneEvent.Ended,
            LaneEvent.TimeUp { Timer: LaneTimer.Deadline } => false,
            LaneEvent.TimeUp { Timer: LaneTimer.Signal or LaneTimer.Feedback } => isFreeFlow,
            LaneEvent.Stopping => isFreeFlow,
            _ => false,
        };
        return Rules(
            (opens && !mayOpen, "an entry order without a verdict"),
            (edges > 1, "more than one edge"),
            (edges == 1 && before.Relay == after.Relay && happened is not LaneEvent.Stopping, "an edge that changes nothing"),
            (edges == 1 && orders[0] is not Order.Relay, "something is done before the relay"));
    }

    private static string? BrokenInAnswer(
        LaneWorld before, LaneEvent happened, ImmutableArray<Order> orders, LaneWorld after, LanePlan plan)
    {
        var records = All<Order.Record>(orders);
        var isFree = before.Judges && before is { IsJudging: false, IsPending: false };
        switch (happened)
        {
            case LaneEvent.Presented:
                return Rules((isFree != Has<Order.Judge>(orders), "what was shown is not judged in its turn"));
            case LaneEvent.VerdictReady ready when !before.IsJudging || ready.Ticket != LaneExplorer.Ticket:
                return Rules((orders.Length > 0, "a late verdict does something"));
            case LaneEvent.VerdictReady { Repeats: { } earlier }:
                return BrokenInSameHolder(before, earlier, orders, after);
            case LaneEvent.VerdictReady { Judgement.IsCredential: false } when SignalPlan.IsPass(before.Shown) && before.Runs(LaneTimer.Signal):
                return Rules(
                    (!orders.Contains(new Order.Disregard()) || !orders.Contains(new Order.Stop(LaneTimer.Deadline)), "what is no credential is kept"),
                    (Has<Order.Record>(orders) || Has<Order.ShowOn>(orders) || Has<Order.Start>(orders) != before is { IsCalling: true, IsFreed: false }, "what is no credential is answered"),
                    (after.Shown != before.Shown && !(before.IsCalling && after.Shown == Signal.SeeStaff), "what is no credential replaces a pass"));
            case LaneEvent.VerdictReady ready:
                return BrokenInRecord(before, ready, orders, records, plan);
            case LaneEvent.TimeUp { Timer: LaneTimer.Deadline } when before.IsJudging:
                var answer = Crowded(before, plan) ?? (before.Failed == 0 ? Signal.ReadAgain : Signal.SeeStaff);
                return Rules(
                    (records is not [{ IsOpened: false, Verdict.Reason: Reason.TooLate }], "a deadline is not written down"),
                    (!Has(orders, answer), "a deadline is not answered"));
            case LaneEvent.Repeated repeated:
                var mayShow = repeated.Signal == Signal.Idle ? [] : (Signal[])[repeated.Signal];
                return Rules(
                    (Has<Order.Judge>(orders) || Has<Order.Show>(orders) || Has<Order.Note>(orders), "a repeat is more than a repeat"),
                    (after.Shown != before.Shown && (!isFree || !mayShow.Contains(after.Shown)), "a repeat changes what others see"),
                    (isFree && before.Shown == Signal.Idle && repeated.Signal != Signal.Idle && after.Shown != repeated.Signal, "a repeat is not answered"));
            default:
                return Rules((records.Count > 0, "a record without an answer"), (Has<Order.Judge>(orders), "judging nobody"));
        }
    }

    // Another text of somebody who was just admitted opens nothing, is not written down, and is shown over nobody else's answer.
    private static string? BrokenInSameHolder(LaneWorld before, Answer earlier, ImmutableArray<Order> orders, LaneWorld after)
    {
        var isRead = before.Shown != Signal.Idle && before.Runs(LaneTimer.Signal);
        var expected = isRead ? before.Shown : earlier.Signal;
        return Rules(
            (Has<Order.Record>(orders) || Has<Order.Permit>(orders) || Has<Order.Judge>(orders), "one holder is admitted twice"),
            (!orders.Contains(new Order.Stop(LaneTimer.Deadline)), "a repeat goes on being judged"),
            (after.IsPending, "one holder is under way twice"),
            (!before.IsCalling && after.Shown != expected, "a repeat of one holder is shown otherwise"),
            (!before.IsCalling && !isRead && !after.Runs(LaneTimer.Signal), "a repeat is shown for ever"));
    }

    private static string? BrokenInRecord(
        LaneWorld before, LaneEvent.VerdictReady ready, ImmutableArray<Order> orders, List<Order.Record> records, LanePlan plan)
    {
        var judgement = ready.Judgement;
        var verdict = judgement.Verdict;
        if (records is not [var record]) return "a verdict is not written down once";
        var shows = All<Order.Show>(orders);
        if (before is { IsCalling: true, IsFreed: false } && shows.Count == 2) shows.RemoveAt(1);
        if (shows is not [var shown]) return "a verdict is not shown once";
        var expected = verdict.Outcome switch
        {
            Outcome.Admit => ready.CameAgain ? Signal.PassAgain : Signal.Pass,
            Outcome.AdmitOnCondition => ready.CameAgain ? Signal.PassAgainWithCondition : Signal.PassWithCondition,
            Outcome.Refuse => Signal.Refused,
            _ when verdict.Reason == Reason.PageTampered => Crowded(before, plan) ?? Signal.SeeStaff,
            _ when verdict.Reason == Reason.Undecodable && before.Failed == 0 => Signal.ReadAgain,
            _ => Signal.SeeStaff,
        };
        var order = orders.Select(static one => one.GetType()).ToList();
        return Rules(
            (record.Verdict != verdict || record.People != judgement.People, "another verdict is written down"),
            (shown.People != (verdict.IsAdmission && judgement.People > 1 && plan.HasBarrier && plan.SeesPassages ? judgement.People : 0), "another family is shown"),
            (verdict.IsAdmission && plan.HasBarrier && !HasTime(orders, judgement, before, plan), "the time to pass is another"),
            (shown.Signal != expected || record.Signal != expected, "another signal is shown than the verdict's"),
            (shown.Reference != Reference.Of(verdict.Reason, LaneExplorer.Sequence), "another reference is shown"),
            (record.IsOpened != (verdict.IsAdmission && plan.HasBarrier), "the record says another thing than the barrier"),
            (order.IndexOf(typeof(Order.Show)) > order.IndexOf(typeof(Order.Record)), "written down before it is shown"),
            (plan.Kind == LaneKind.FreeFlow && !verdict.IsAdmission && !before.Runs(LaneTimer.Exit) && !before.IsFreed && !orders.Contains(new Order.Relay(IsDriven: true)) && before.IsOpen(plan.Kind), "a free-flow gate stays open for one who is not admitted"));
    }

    // The barrier as far as anyone knows it: without a document that names the lane it is what the last one said.
    private static LaneKind Barrier(LanePlan plan) => plan.Kind == LaneKind.None ? plan.KeptKind : plan.Kind;

    private static bool IsAllFree(LaneWorld world, LanePlan plan) =>
        world is { Mode: LaneMode.FreeFlow, LacksLines: false } && plan.Kind != LaneKind.None;

    // Nobody is invited through a gate of which it is not known how it opens.
    private static Signal FreedSignal(LanePlan plan) => plan.HasRelay && Barrier(plan) == LaneKind.None ? Signal.OutOfOrder : Signal.Free;

    // What a technical failure is answered with once there are too many; null before.
    private static Signal? Crowded(LaneWorld before, LanePlan plan)
    {
        if (before.Failures + 1 < plan.Crowd.Failures) return null;
        return before.Failures + 1 == plan.Crowd.Failures && plan.Crowd.Rule == CrowdRule.OutOfOrder && plan.Kind != LaneKind.FreeFlow ? before.IsFreed ? FreedSignal(plan) : Signal.OutOfOrder : Signal.SeeStaff;
    }

    // Three times as long for those who need it; where nobody sees them pass, for each of a family.
    private static bool HasTime(ImmutableArray<Order> orders, Judgement judgement, LaneWorld before, LanePlan plan)
    {
        var times = judgement.IsAssisted || before.IsLongerAsked || plan.IsLonger ? 3 : 1;
        var passage = new Order.Start(LaneTimer.Passage, plan.PassageWithin * times);
        var pulse = new Order.Start(LaneTimer.Pulse, plan.Pulse * times * (plan.SeesPassages ? 1 : judgement.People));
        return (!plan.SeesPassages || orders.Contains(passage)) && ((plan.Holds && plan.SeesPassages) || orders.Contains(pulse));
    }

    private static string? BrokenInPassage(
        LaneWorld before, LaneEvent happened, ImmutableArray<Order> orders, LaneWorld after, LanePlan plan)
    {
        var settles = All<Order.Settle>(orders);
        var isDoor = plan.Kind == LaneKind.Door && !plan.Wired.HasFlag(LaneInputs.Passage);
        Settlement? expected = !before.IsPending ? null : happened switch
        {
            LaneEvent.InputChanged { Input: LaneInputs.Passage, IsActive: true } when !before.Has(LaneInputs.Passage) && before.Left == 1 => Settlement.Settled,
            LaneEvent.InputChanged { Input: LaneInputs.DoorContact, IsActive: true } when isDoor && !before.Has(LaneInputs.DoorContact) => Settlement.Settled,
            LaneEvent.InputChanged { Input: LaneInputs.Fire, IsActive: true } when !before.Has(LaneInputs.Fire) => Settlement.Unobserved,
            LaneEvent.TimeUp { Timer: LaneTimer.Passage } => Settlement.Annulled,
            LaneEvent.TimeUp { Timer: LaneTimer.Pulse } when !plan.SeesPassages => Settlement.Unobserved,
            LaneEvent.Stopping => Settlement.Unobserved,
            _ => null,
        };
        var isSignalOver = happened is LaneEvent.TimeUp { Timer: LaneTimer.Signal };
        var next = All<Order.Show>(orders).Find(show => show.Signal == Signal.NextMember && !isSignalOver);
        var again = isSignalOver && before.IsPending ? All<Order.Show>(orders).Find(static _ => true) : null;
        var (member, people) = before.People > 1 && plan.SeesPassages ? (before.People - before.Left + 1, before.People) : (0, 0);
        var isNext = before.PassesIn(happened, plan) && before.Left > 1;
        var wired = happened is not LaneEvent.InputChanged changed || plan.Wired.HasFlag(changed.Input);
        return Rules(
            (isNext != (next is { Member: 2, People: 2 }), "the next of a family is not called"),
            (again is not null && before.Shown != Signal.SeeStaff, "the way is shown free again although nobody was called"),
            (again is not null && (again.Member != member || again.People != people), "another of a family is called again"),
            (isNext && !All<Order.Start>(orders).Exists(static start => start.Timer == LaneTimer.Passage), "the next of a family has no time"),
            (settles.Exists(one => one.Passed != (one.Settlement == Settlement.Settled && isDoor ? before.Left : Passed(before, happened, plan))), "people are miscounted"),
            (settles.Count > 1, "a passage ends twice"),
            (wired && expected != (settles.Count == 0 ? null : settles[0].Settlement), "a passage ends otherwise"),
            (settles.Exists(static one => one.Sequence != LaneExplorer.Sequence), "another passage is settled"),
            (before.IsPending && All<Order.Record>(orders).Exists(static one => one.IsOpened), "a second passage before the first has ended"),
            (happened is LaneEvent.TimeUp { Timer: LaneTimer.Pulse } && before.IsPending && after.Relay && plan.Kind != LaneKind.FreeFlow
                && after is { IsFreed: false, Mode: LaneMode.Normal } && !after.Runs(LaneTimer.Exit), "a pulse does not end"));
    }

    // Those of the family of two, or the one, who were seen to pass. A world knows only how many are left.
    private static int Passed(LaneWorld before, LaneEvent happened, LanePlan plan) =>
        before.People - before.Left + (before.PassesIn(happened, plan) ? 1 : 0);

    private static string? BrokenInWatch(
        LaneWorld before, LaneEvent happened, ImmutableArray<Order> orders, LaneWorld after, LanePlan plan)
    {
        if (happened is LaneEvent.InputChanged unwired && !plan.Wired.HasFlag(unwired.Input))
            return Rules((orders.Length > 0, "an input that is not wired does something"));
        var noted = All<Order.Note>(orders).ConvertAll(static note => note.Incident);
        var expected = Expected(before, happened, plan);
        if (noted.Count != (expected is null ? 0 : 1) || (noted.Count == 1 && noted[0] != expected))
            return $"noted {string.Join(' ', noted)} instead of {expected}";
        return Rules(
            (IsRising(before, happened, LaneInputs.ExitRequest) && !after.Runs(LaneTimer.Exit), "a wish to leave is not heard"),
            (IsRising(before, happened, LaneInputs.DoorContact) && !after.Runs(LaneTimer.Held), "an open door is not watched"),
            (happened is LaneEvent.InputChanged { Input: LaneInputs.DoorContact, IsActive: false } && after.Runs(LaneTimer.Held), "a closed door is watched"),
            (IsRising(before, happened, LaneInputs.ExitPassage) && after.Runs(LaneTimer.Exit), "the way out stays open behind one who left"),
            (before is { IsFreed: false, IsJudging: false } && LaneWorld.Calls(orders) && after.Shown != Signal.SeeStaff, "staff are not called"),
            (before.IsCalling && after is { IsJudging: false, IsFreed: false } && happened is not LaneEvent.Stopping && after.Shown != Signal.SeeStaff, "staff are not called after the answer"),
            (happened is LaneEvent.TimeUp { Timer: LaneTimer.Signal } && before.IsPending && before.Shown == Signal.SeeStaff && after.Permit && after.Shown != after.Passes, "the way is not shown free again"));
    }

    // At most one thing is noted for one event.
    private static Incident? Expected(LaneWorld before, LaneEvent happened, LanePlan plan)
    {
        var isPassing = before.IsPending;
        var everyonePasses = before.IsFreed || before.Mode == LaneMode.FreeFlow;
        switch (happened)
        {
            case LaneEvent.LinesChanged lines when lines.AreHeld == before.LacksLines:
                return lines.AreHeld ? Incident.LinesHeld : Incident.LinesMissing;
            case LaneEvent.ModeSet when !before.IsEnded:
                return Incident.ModeSet;
            case LaneEvent.ModeResumed when !before.IsEnded:
                return Incident.ModeResumed;
            case LaneEvent.Ended when !before.IsEnded:
                return Incident.JudgingEnded;
            case LaneEvent.VerdictReady { CameAgain: true, Ticket: LaneExplorer.Ticket, Judgement.Verdict.IsAdmission: true } when before.IsJudging:
                return Incident.CameAgain;
            case LaneEvent.VerdictReady { Ticket: LaneExplorer.Ticket, Judgement.Verdict.Reason: Reason.PageTampered } when before.IsJudging && before.Failures + 1 == plan.Crowd.Failures:
            case LaneEvent.TimeUp { Timer: LaneTimer.Deadline } when before.IsJudging && before.Failures + 1 == plan.Crowd.Failures:
                return Incident.CrowdWaits;
            case LaneEvent.TimeUp { Timer: LaneTimer.Mode }:
                return Incident.ModeEnded;
            case LaneEvent.TimeUp { Timer: LaneTimer.Exit } when before.Has(LaneInputs.ExitRequest):
                return Incident.ExitHeld;
            case LaneEvent.TimeUp { Timer: LaneTimer.Held } when before.Has(LaneInputs.DoorContact) && !everyonePasses:
                return Incident.DoorHeld;
            case LaneEvent.TimeUp { Timer: LaneTimer.Feedback } when !before.IsStuck:
                return Incident.RelayStuck;
            case LaneEvent.InputChanged changed when before.Has(changed.Input) != changed.IsActive:
                if (OfInput(changed) is { } plain) return plain;
                if (!changed.IsActive) return null;
                if (changed.Input == LaneInputs.Passage && !isPassing && !everyonePasses && !before.Runs(LaneTimer.Exit))
                    return Incident.Tailgating;
                if (changed.Input == LaneInputs.ExitPassage && isPassing && plan.Kind == LaneKind.Turnstile && !before.Runs(LaneTimer.Exit))
                    return Incident.WrongDirection;
                if (changed.Input == LaneInputs.DoorContact && !isPassing && plan.HasBarrier && !before.IsOpen(plan.Kind))
                    return Incident.DoorForced;
                return null;
            default:
                return null;
        }
    }

    private static Incident? OfInput(LaneEvent.InputChanged changed) => changed switch
    {
        { Input: LaneInputs.Fire } => changed.IsActive ? Incident.FireBegan : Incident.FireEnded,
        { Input: LaneInputs.FreePassKey } => changed.IsActive ? Incident.FreePassBegan : Incident.FreePassEnded,
        { Input: LaneInputs.Tamper, IsActive: true } => Incident.Tampered,
        { Input: LaneInputs.Help, IsActive: true } => Incident.HelpCalled,
        _ => null,
    };

    private static bool Has(ImmutableArray<Order> orders, Signal shown) => All<Order.Show>(orders).Exists(show => show.Signal == shown);

    private static bool IsRising(LaneWorld before, LaneEvent happened, LaneInputs input) =>
        happened is LaneEvent.InputChanged { IsActive: true } changed && changed.Input == input && !before.Has(input);

    private static bool Has<T>(ImmutableArray<Order> orders)
        where T : Order => Count<T>(orders) > 0;

    private static int Count<T>(ImmutableArray<Order> orders)
        where T : Order
    {
        var count = 0;
        foreach (var order in orders)
        {
            if (order is T) count++;
        }

        return count;
    }

    private static List<T> All<T>(ImmutableArray<Order> orders)
        where T : Order
    {
        // Most steps order nothing: a list without room costs little.
        var all = new List<T>();
        foreach (var order in orders)
        {
            if (order is T one) all.Add(one);
        }

        return all;
    }

    private static string? Rules(params ReadOnlySpan<(bool IsBroken, string Rule)> rules)
    {
        foreach (var (isBroken, rule) in rules)
        {
            if (isBroken) return rule;
        }

        return null;
    }
}
