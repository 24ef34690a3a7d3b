using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using CardReader;
using GateAgent.Actuation;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Timekeeping;
using GateAgent.Trace;
using Verifier.Trust;

namespace GateAgent.Lanes;

/// <summary>
/// The loop of one lane: the only writer of its state and the only caller of its actuators. It waits for nothing but its
/// own queue. Control events come first; then presentations, one slot per reader, in turn.
/// </summary>
internal sealed class Lane : IAsyncDisposable
{
    // The layout of a transit card's file, with a number that nobody has: it goes through list and policy.
    private static readonly byte[] WarmUpFile = [.. new byte[19], 1, .. new byte[10]];
    private readonly SiteLane site;
    private readonly LaneActuators actuators;
    private readonly LaneRecords records;
    private readonly TimeProvider time;
    private readonly JudgingWorker worker;
    private readonly LaneTurns turns;
    private readonly LaneMemory memory;

    // Never drops and needs no bound of its own: clocks and worker post at most once per order, inputs are debounced.
    private readonly ConcurrentQueue<LaneEvent> control = new();

    // Only a flag that something waits: a second one says nothing new.
    private readonly ManualResetEventSlim wake = new();

    private readonly LaneClocks clocks;
    private LanePlan plan;
    private TrustedSnapshot? planned;
    private LaneState state = LaneState.AtRest;
    private Presentation? judged;
    private long judgedArrivedAt;
    private long beatAsked;
    private long beatAnswered;

    /// <summary>A lane at rest.</summary>
    public Lane(
        SiteLane site,
        LanePlan plan,
        LaneActuators actuators,
        PassageJournal journal,
        HealthBoard health,
        Func<TrustedSnapshot?> snapshot,
        GateMemory gate,
        TrustedClock clock,
        TimeProvider time)
    {
        this.site = site;
        this.plan = plan;
        this.actuators = actuators;
        this.time = time;
        turns = new LaneTurns(time);
        memory = new LaneMemory(gate, turns);
        records = new LaneRecords(site.Name, journal, health, clock, time);
        worker = new JudgingWorker(site.Venue, snapshot, clock.Now, time, Post);
        clocks = new LaneClocks(time, Post);
    }

    /// <summary>What the province says of this lane.</summary>
    public SiteLane Site => site;

    /// <summary>The inputs that are wired.</summary>
    public LaneInputs Wired => Volatile.Read(ref plan).Wired;

    /// <summary>How it is. Any thread; may be one step old.</summary>
    public LaneState Now => Volatile.Read(ref state);

    /// <summary>As <see cref="LaneBarrier.MayRest"/>. Any thread.</summary>
    public bool MayRest => LaneBarrier.MayRest(Now, Volatile.Read(ref plan));

    /// <summary>As <see cref="LaneBarrier.IsQuiet"/>. Any thread.</summary>
    public bool IsQuiet => LaneBarrier.IsQuiet(Now, Volatile.Read(ref plan));

    /// <summary>Presentations answered since start. Any thread.</summary>
    public long Passages => records.Passages;

    /// <summary>What they took. Any thread.</summary>
    public PassageTrace Trace => records.Trace;

    /// <summary>Asks the loop for a sign of life. False when it did not answer since it was asked before: a lane that hangs
    /// lets the watchdog bite. Not one that waits for its chip: a new start would wait for the same chip, and end the other
    /// lanes. Called by the watchdog's timer alone.</summary>
    public bool TakesEvents()
    {
        var isAnswered = Volatile.Read(ref beatAnswered) == beatAsked || actuators.BusyFor is not null;
        Volatile.Write(ref beatAsked, beatAsked + 1);
        wake.Set();
        return isAnswered;
    }

    /// <summary>Gives a reader its slot. Before the loop runs.</summary>
    public Action<Presentation> Connect()
    {
        var slot = turns.Add();
        return presentation =>
        {
            slot.Put(presentation, time.GetTimestamp());
            wake.Set();
        };
    }

    /// <summary>Runs until stopped, then rests.</summary>
    public Task RunAsync(CancellationToken stop) => LaneThreads.RunAsync(Loop, Judge, stop);

    /// <summary>Takes what waits, once, on the calling thread: what the loop does when it is woken, and a simulation instead
    /// of the loop.</summary>
    /// <returns>False when nothing waited.</returns>
    public bool TakeWaiting()
    {
        if (!wake.IsSet) return false;
        wake.Reset();
        Volatile.Write(ref beatAnswered, Volatile.Read(ref beatAsked));
        while (control.TryDequeue(out var happened)) TakeControl(happened);
        TakePresentation();
        return true;
    }

    /// <summary>Judges what waits, on the calling thread; a simulation's instead of the worker's own.</summary>
    /// <returns>False when nothing waited.</returns>
    public bool JudgeWaiting() => worker.JudgeWaiting();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await clocks.DisposeAsync();
        worker.Dispose();
        wake.Dispose();
        turns.Dispose();
    }

    // Judges once for nobody first, so that the first person does not wait for what is used the first time. It reads the list: beside
    // the loop, which answers fire and the exit button meanwhile.
    private void Judge(CancellationToken stop)
    {
        worker.WarmUp(new Presentation("warm-up", Carrier.TransitCard, WarmUpFile, time.GetTimestamp()));
        worker.Run(stop);
    }

    private void Loop(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                wake.Wait(stop);
                TakeWaiting();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Take(new LaneEvent.Stopping());
        }
    }

    /// <summary>Tells the lane what happened. Any thread; never waits.</summary>
    public void Post(LaneEvent happened)
    {
        control.Enqueue(happened);
        wake.Set();
    }

    private void TakeControl(LaneEvent happened)
    {
        if (happened is LaneEvent.TimeUp up && !clocks.IsDue(up)) return;
        if (happened is LaneEvent.VerdictReady ready) happened = Weigh(ready);
        Take(happened);
    }

    private LaneEvent.VerdictReady Weigh(LaneEvent.VerdictReady ready)
    {
        memory.Hear(ready, memory.Now);
        if (state.Phase != LanePhase.Judging || ready.Ticket != state.Ticket) return ready;
        Replan(ready.Documents);
        return memory.Weigh(ready, ReturnsWithin, memory.Now);
    }

    private TimeSpan ReturnsWithin => planned?.Site.NotesReturnWithin ?? TimeSpan.Zero;

    // Takes at most one new presentation; repeats are answered whatever the lane is doing. Where nobody is judged, what is
    // shown is not kept: it must not be judged when nobody stands there any more.
    private void TakePresentation()
    {
        if (!LaneBarrier.Judges(state))
        {
            turns.Clear();
            return;
        }

        for (var turn = 0; turn < turns.Count; turn++)
        {
            var shown = turns.Look(turn, memory.Now, LaneStep.TakesPresentations(state));
            if (shown.Repeated is { } answer) Take(new LaneEvent.Repeated(answer.Signal, answer.Reference));
            if (shown.New is null) continue;
            judged = shown.New;
            judgedArrivedAt = shown.ArrivedAt;
            Take(new LaneEvent.Presented());
            return;
        }
    }

    private void Take(LaneEvent happened)
    {
        var before = state;
        var step = LaneStep.Next(before, happened, plan, records.NextSequence);
        Volatile.Write(ref state, step.State);
        var orderedAt = time.GetTimestamp();
        var edgeAt = 0L;
        foreach (var order in step.Orders)
        {
            Carry(order, happened, orderedAt, edgeAt);
            if (edgeAt == 0) edgeAt = time.GetTimestamp();
        }

        if (before.Mode != state.Mode && !state.IsEnded && happened is not LaneEvent.Stopping) KeepMode(step.Orders);
        if (before.IsRelayStuck != state.IsRelayStuck || before.Failures != state.Failures || happened is LaneEvent.InputChanged { Input: LaneInputs.RelayFeedback })
            records.ReviewHealth(state, plan);

        // What waited for this step may go on now.
        if (step.Orders.Length > 0 && turns.IsAnyWaiting) wake.Set();
    }

    // What the lane takes from policy and site is that of the documents it judged under last: the loop asks nobody for them.
    private void Replan(TrustedSnapshot? documents)
    {
        if (documents is null || ReferenceEquals(documents, planned)) return;
        planned = documents;
        Volatile.Write(ref plan, plan with { Crowd = documents.Policy.Crowd });
    }

    private void KeepMode(ImmutableArray<Order> orders)
    {
        foreach (var order in orders)
        {
            if (order is not Order.Start { Timer: LaneTimer.Mode } start) continue;
            records.Keep(state.Mode, start.Length);
            return;
        }

        records.Keep(LaneMode.Normal, TimeSpan.Zero);
    }

    private void Carry(Order order, LaneEvent happened, long orderedAt, long edgeAt)
    {
        switch (order)
        {
            case Order.Relay relay:
                actuators.SetRelay(relay.IsDriven);
                break;
            case Order.Permit permit:
                actuators.SetPermit(permit.IsClosed);
                break;
            case Order.Show show:
                actuators.Show(show);
                break;
            case Order.ShowOn show:
                actuators.ShowOn(show);
                break;
            case Order.Judge judge:
                if (!worker.TryAsk(new JudgeRequest(judge.Ticket, judged!, judge.Earlier, judgedArrivedAt))) judged!.Clear();
                break;
            case Order.Record record:
                var stages = (happened as LaneEvent.VerdictReady)?.Stages;
                var sequence = records.Record(record, judged!, stages, judgedArrivedAt, orderedAt, edgeAt);
                memory.Answered(record, sequence, memory.Now);
                break;
            case Order.Disregard:
                turns.Disregard();
                break;
            case Order.Settle settle:
                records.Settle(settle);
                memory.Settle(settle, ReturnsWithin, memory.Now);
                break;
            case Order.Note note:
                records.Note(note);
                break;
            case Order.Start start:
                clocks.Start(start.Timer, start.Length);
                break;
            case Order.Stop stop:
                clocks.Stop(stop.Timer);
                break;
            default:
                throw new UnreachableException("Order is a closed set.");
        }
    }
}
