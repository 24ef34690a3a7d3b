using System.Collections.Concurrent;
using System.Diagnostics;
using CardReader;
using GateAgent.Actuation;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Timekeeping;
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
    private readonly LanePlan plan;
    private readonly LaneActuators actuators;
    private readonly PassageJournal journal;
    private readonly HealthBoard health;
    private readonly TrustedClock clock;
    private readonly TimeProvider time;
    private readonly JudgingWorker worker;
    private readonly RepeatGuard guard = new();
    private readonly List<PresentationSlot> slots = [];

    // Never drops and needs no bound of its own: clocks and worker post at most once per order, inputs are debounced.
    private readonly ConcurrentQueue<LaneEvent> control = new();

    // Only a flag that something waits: a second one says nothing new.
    private readonly ManualResetEventSlim wake = new();

    private readonly LaneClocks clocks;
    private readonly long startedAt;
    private LaneState state = LaneState.AtRest;
    private Presentation? judged;
    private long reservedSequence;
    private long passages;
    private int nextSlot;
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
        TrustedClock clock,
        TimeProvider time)
    {
        this.site = site;
        this.plan = plan;
        this.actuators = actuators;
        this.journal = journal;
        this.health = health;
        this.clock = clock;
        this.time = time;
        startedAt = time.GetTimestamp();
        worker = new JudgingWorker(site.Venue, snapshot, clock.Now, Post);
        clocks = new LaneClocks(time, Post);
    }

    /// <summary>What the province says of this lane.</summary>
    public SiteLane Site => site;

    /// <summary>What it is doing. Any thread; may be one step old.</summary>
    public LanePhase Phase => Volatile.Read(ref state).Phase;

    /// <summary>Presentations answered since start.</summary>
    public long Passages => Interlocked.Read(ref passages);

    /// <summary>Asks the loop for a sign of life. False when it did not answer since it was asked before: a lane that hangs
    /// lets the watchdog bite. Called by the watchdog's timer alone.</summary>
    public bool TakesEvents()
    {
        var isAnswered = Volatile.Read(ref beatAnswered) == beatAsked;
        Volatile.Write(ref beatAsked, beatAsked + 1);
        wake.Set();
        return isAnswered;
    }

    /// <summary>Judges once for nobody, so that the first person does not wait for what is used the first time.</summary>
    public void WarmUp() => worker.WarmUp(new Presentation("warm-up", Carrier.TransitCard, WarmUpFile, time.GetTimestamp()));

    /// <summary>Gives a reader its slot. Before the loop runs.</summary>
    public Action<Presentation> Connect()
    {
        var slot = new PresentationSlot();
        slots.Add(slot);
        return presentation =>
        {
            slot.Put(presentation);
            wake.Set();
        };
    }

    /// <summary>Runs until stopped, then rests. The loop and the worker have a thread each: a thread that waits for its own
    /// work is woken sooner than one that a pool lends, and the pool may be busy with storage.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var judging = OnThreadAsync(() => Judge(ending));
        try
        {
            await OnThreadAsync(() => Loop(ending.Token));
        }
        finally
        {
            await ending.CancelAsync();
            await judging;
        }
    }

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
        guard.Dispose();
    }

    private static Task OnThreadAsync(Action run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

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

    // A defect in judging ends the lane with it: a lane that cannot judge must not look alive.
    private void Judge(CancellationTokenSource ending)
    {
        try
        {
            worker.Run(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return;
        }
        catch
        {
            ending.Cancel();
            throw;
        }
    }

    /// <summary>Tells the lane what happened. Any thread; never waits.</summary>
    public void Post(LaneEvent happened)
    {
        control.Enqueue(happened);
        wake.Set();
    }

    private TimeSpan Elapsed() => time.GetElapsedTime(startedAt);

    private void TakeControl(LaneEvent happened)
    {
        if (happened is not LaneEvent.TimeUp up || clocks.IsDue(up)) Take(happened);
    }

    // Takes at most one new presentation; repeats are answered whatever the lane is doing. Where nobody is judged, what is
    // shown is not kept: it must not be judged when nobody stands there any more.
    private void TakePresentation()
    {
        if (!LaneBarrier.Judges(state))
        {
            foreach (var slot in slots) slot.Clear();
            return;
        }

        for (var turn = 0; turn < slots.Count; turn++)
        {
            var slot = slots[(nextSlot + turn) % slots.Count];
            if (slot.Peek() is not { } seen) continue;
            var now = Elapsed();
            if (guard.IsRepeat(seen, now, out var answer))
            {
                if (slot.TryTake(seen)) seen.Clear();
                Take(new LaneEvent.Repeated(answer.Signal, answer.Reference));
            }
            else if (LaneStep.TakesPresentations(state) && slot.TryTake(seen))
            {
                guard.Remember(seen, now);
                nextSlot = (nextSlot + turn + 1) % slots.Count;
                judged = seen;
                Take(new LaneEvent.Presented());
                return;
            }
        }
    }

    private void Take(LaneEvent happened)
    {
        if (reservedSequence == 0) reservedSequence = journal.ReserveSequence();
        var step = LaneStep.Next(state, happened, plan, reservedSequence);
        Volatile.Write(ref state, step.State);
        var edgeAt = 0L;
        foreach (var order in step.Orders)
        {
            Carry(order, edgeAt);
            if (edgeAt == 0) edgeAt = time.GetTimestamp();
        }

        // What waited for this step may go on now.
        if (step.Orders.Length > 0 && slots.Exists(static slot => slot.Peek() is not null)) wake.Set();
    }

    private void Carry(Order order, long edgeAt)
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
                actuators.Show(show.Signal);
                break;
            case Order.ShowOn show:
                actuators.ShowOn(show.Signal);
                break;
            case Order.Judge judge:
                if (!worker.TryAsk(new JudgeRequest(judge.Ticket, judged!, judge.Earlier))) judged!.Clear();
                break;
            case Order.Record record:
                Record(record, edgeAt);
                break;
            case Order.Settle settle:
                journal.Settle(settle.Sequence, settle.Settlement);
                if (settle.Settlement == Settlement.Annulled) guard.Forget(settle.Sequence);
                break;
            case Order.Note note:
                var now = clock.Now();
                journal.Append(new IncidentRecord(now.Utc, now.IsBelieved, site.Name, note.Incident));
                ReviewHealth();
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

    private void ReviewHealth()
    {
        if (!plan.Wired.HasFlag(LaneInputs.RelayFeedback)) return;
        var component = $"relay {site.Name}";
        if (state.IsRelayStuck) health.SetFailed(component, "Relay and feedback disagree: nobody is admitted. Mend it, then restart the agent.");
        else health.SetWell(component);
    }

    private void Record(Order.Record record, long edgeAt)
    {
        var presentation = judged!;
        var now = clock.Now();
        journal.Append(new PassageRecord(
            reservedSequence, now.Utc, now.IsBelieved, site.Name, presentation.Reader, record.Verdict, record.Signal,
            record.IsOpened, (long)time.GetElapsedTime(presentation.Timestamp, edgeAt).TotalMicroseconds));
        guard.Answered(new Answer(state.Signal, state.Reference), reservedSequence, Elapsed());
        reservedSequence = 0;
        Interlocked.Increment(ref passages);
    }
}
