using System.Collections.Concurrent;
using System.Diagnostics;
using CardReader;
using GateAgent.Actuation;
using GateAgent.Journal;
using GateAgent.Timekeeping;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>
/// The loop of one lane: the only writer of its state and the only caller of its actuators. It waits for nothing but its
/// own queue. Control events come first; then presentations, one slot per reader, in turn.
/// </summary>
internal sealed class Lane : IAsyncDisposable
{
    /// <summary>How long judging may take before the person is asked to try again.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(100);

    // The layout of a transit card's file, with a number that nobody has: it goes through list and policy.
    private static readonly byte[] WarmUpFile = [.. new byte[19], 1, .. new byte[10]];
    private readonly SiteLane site;
    private readonly TimeSpan pulse;
    private readonly LaneActuators actuators;
    private readonly PassageJournal journal;
    private readonly TrustedClock clock;
    private readonly TimeProvider time;
    private readonly JudgingWorker worker;
    private readonly RepeatGuard guard = new();
    private readonly List<PresentationSlot> slots = [];

    // Never drops and needs no bound of its own: four timers and one worker post into it, each at most once per order.
    private readonly ConcurrentQueue<LaneEvent> control = new();

    // Only a flag that something waits: a second one says nothing new.
    private readonly ManualResetEventSlim wake = new();

    private readonly ITimer deadlineTimer;
    private readonly ITimer pulseTimer;
    private readonly ITimer signalTimer;
    private readonly ITimer evidenceTimer;
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
        TimeSpan pulse,
        LaneActuators actuators,
        PassageJournal journal,
        Func<TrustedSnapshot?> snapshot,
        TrustedClock clock,
        TimeProvider time)
    {
        this.site = site;
        this.pulse = pulse;
        this.actuators = actuators;
        this.journal = journal;
        this.clock = clock;
        this.time = time;
        startedAt = time.GetTimestamp();
        worker = new JudgingWorker(site.Venue, snapshot, clock.Now, Post);
        deadlineTimer = Timer(() => new LaneEvent.DeadlinePassed(Volatile.Read(ref state).Ticket));
        pulseTimer = Timer(static () => new LaneEvent.PulseEnded());
        signalTimer = Timer(static () => new LaneEvent.SignalEnded());
        evidenceTimer = Timer(() => new LaneEvent.EvidenceEnded(Volatile.Read(ref state).Ticket));
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await deadlineTimer.DisposeAsync();
        await pulseTimer.DisposeAsync();
        await signalTimer.DisposeAsync();
        await evidenceTimer.DisposeAsync();
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
                wake.Reset();
                Volatile.Write(ref beatAnswered, Volatile.Read(ref beatAsked));
                while (control.TryDequeue(out var happened)) Take(happened);
                TakePresentation();
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

    private void Post(LaneEvent happened)
    {
        control.Enqueue(happened);
        wake.Set();
    }

    private ITimer Timer(Func<LaneEvent> happened) =>
        time.CreateTimer(_ => Post(happened()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private TimeSpan Elapsed() => time.GetElapsedTime(startedAt);

    // Takes at most one new presentation; repeats are answered whatever the lane is doing.
    private void TakePresentation()
    {
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
        var step = LaneStep.Next(state, happened, site.Kind, Elapsed(), reservedSequence);
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
            case Order.Open:
                actuators.Open();
                pulseTimer.Change(pulse, Timeout.InfiniteTimeSpan);
                break;
            case Order.Rest:
                actuators.Rest();
                break;
            case Order.Show show:
                actuators.Show(show.Signal);
                signalTimer.Change(SignalPlan.StaysFor(show.Signal), Timeout.InfiniteTimeSpan);
                break;
            case Order.ShowOn show:
                actuators.ShowOn(show.Signal);
                signalTimer.Change(SignalPlan.StaysFor(show.Signal), Timeout.InfiniteTimeSpan);
                break;
            case Order.Judge judge:
                deadlineTimer.Change(Deadline, Timeout.InfiniteTimeSpan);
                if (!worker.TryAsk(new JudgeRequest(judge.Ticket, judged!, judge.Earlier))) judged!.Clear();
                break;
            case Order.Record record:
                deadlineTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                Record(record, edgeAt);
                break;
            default:
                throw new UnreachableException("Order is a closed set.");
        }
    }

    private void Record(Order.Record record, long edgeAt)
    {
        var presentation = judged!;
        var now = clock.Now();
        journal.Append(new PassageRecord(
            reservedSequence, now.Utc, now.IsBelieved, site.Name, presentation.Reader, record.Verdict, record.Signal,
            record.IsOpened, (long)time.GetElapsedTime(presentation.Timestamp, edgeAt).TotalMicroseconds));
        reservedSequence = 0;
        Interlocked.Increment(ref passages);
        guard.Answered(new Answer(state.Signal, state.Reference), Elapsed());
        var evidenceLeft = state.EvidenceAt + Evidence.KeptFor - Elapsed();
        evidenceTimer.Change(evidenceLeft > TimeSpan.Zero ? evidenceLeft : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
