using CardReader;
using GateAgent.Trace;
using Verifier;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;
using JudgedCarrier = Verifier.Credentials.Carrier;

namespace GateAgent.Lanes;

/// <summary>One presentation for the worker.</summary>
internal sealed record JudgeRequest(long Ticket, Presentation Presentation, Evidence Earlier, long AskedAt);

/// <summary>
/// Judges for one lane, so that the lane's loop never waits for storage: a dying card can hold a read for seconds. Clears
/// each payload when it is judged.
/// </summary>
internal sealed class JudgingWorker : IDisposable
{
    // One place: the lane asks again only after it has an answer or gave up waiting. A request that finds the worker still
    // in a stalled read is refused, and the lane's deadline answers the person.
    private readonly ManualResetEventSlim isAsked = new();
    private JudgeRequest? waiting;

    private readonly VenueKind venue;
    private readonly Func<TrustedSnapshot?> snapshot;
    private readonly Func<JudgedTime> now;
    private readonly TimeProvider time;
    private readonly JudgeTrace trace;
    private readonly Action<LaneEvent> post;

    /// <summary>A worker for a lane.</summary>
    /// <param name="venue">The lane's venue kind.</param>
    /// <param name="snapshot">The present signed documents.</param>
    /// <param name="now">Takes the moment.</param>
    /// <param name="time">Measures the stages.</param>
    /// <param name="post">Takes the answer.</param>
    public JudgingWorker(
        VenueKind venue, Func<TrustedSnapshot?> snapshot, Func<JudgedTime> now, TimeProvider time, Action<LaneEvent> post)
    {
        this.time = time;
        trace = new JudgeTrace(time.GetTimestamp);
        this.venue = venue;
        this.snapshot = snapshot;
        this.now = now;
        this.post = post;
    }

    /// <summary>Hands a presentation over. False when the worker is stalled.</summary>
    public bool TryAsk(JudgeRequest request)
    {
        if (Interlocked.CompareExchange(ref waiting, request, null) is not null) return false;
        isAsked.Set();
        return true;
    }

    /// <summary>Judges until stopped, on a thread of its own.</summary>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public void Run(CancellationToken stop)
    {
        while (true)
        {
            isAsked.Wait(stop);
            isAsked.Reset();
            JudgeWaiting();
        }
    }

    /// <summary>Judges what waits, on the calling thread.</summary>
    /// <returns>False when nothing waited.</returns>
    public bool JudgeWaiting()
    {
        if (Interlocked.Exchange(ref waiting, null) is not { } request) return false;
        var beganAt = time.GetTimestamp();
        var documents = snapshot();
        var judgement = Judge(request.Presentation, request.Earlier, documents);
        request.Presentation.Clear();
        post(new LaneEvent.VerdictReady(request.Ticket, judgement) { Documents = documents, Stages = Measure(request.AskedAt, beganAt) });
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => isAsked.Dispose();

    /// <summary>Judges once and throws the answer away, so that the first person does not wait for first-use costs.</summary>
    public void WarmUp(Presentation presentation) => Judge(presentation, Evidence.None, snapshot());

    private Judgement Judge(Presentation presentation, Evidence earlier, TrustedSnapshot? documents)
    {
        trace.Begin();
        return PassageVerifier.Judge(
            CarrierOf(presentation.Carrier), presentation.Payload, earlier, venue, documents, now(), trace);
    }

    private StageTimes Measure(long askedAt, long beganAt) => new()
    {
        VerdictAt = time.GetTimestamp(),
        [Stage.Wait] = Microseconds(beganAt - askedAt),
        [Stage.Decode] = Microseconds(trace.LengthOf(JudgeStage.Decode)),
        [Stage.Signature] = Microseconds(trace.LengthOf(JudgeStage.Signature)),
        [Stage.LookUp] = Microseconds(trace.LengthOf(JudgeStage.LookUp)),
        [Stage.Policy] = Microseconds(trace.LengthOf(JudgeStage.Policy)),
    };

    private long Microseconds(long ticks) => (long)(ticks * (1_000_000.0 / time.TimestampFrequency));

    // The one place where the two leaves' words meet.
    private static JudgedCarrier CarrierOf(Carrier carrier) => carrier switch
    {
        Carrier.Qr => JudgedCarrier.Qr,
        Carrier.TransitCard => JudgedCarrier.TransitCard,
        Carrier.CityCard => JudgedCarrier.CityCard,
        Carrier.SocialSecurityCard => JudgedCarrier.SocialSecurityCard,
        Carrier.CardUid => JudgedCarrier.CardUid,
        _ => JudgedCarrier.None,
    };
}
