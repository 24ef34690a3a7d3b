using CardReader;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Timekeeping;
using GateAgent.Trace;
using Verifier.Trust;

namespace GateAgent.Lanes;

/// <summary>What one lane writes down: passages, their ends, incidents, modes, health and what passages took. It never waits.
/// Only the lane's loop calls it, except where a member says otherwise.</summary>
internal sealed class LaneRecords(string lane, PassageJournal journal, HealthBoard health, TrustedClock clock, TimeProvider time)
{
    /// <summary>So many admitted passages in a row that nobody was seen to make are the sensor's fault, or the barrier's.</summary>
    public const int UnseenMax = 10;

    private readonly PassageTrace trace = new();
    private long reserved;
    private long passages;
    private int unseen;

    /// <summary>Presentations answered since start. Any thread.</summary>
    public long Passages => Interlocked.Read(ref passages);

    /// <summary>What they took. Any thread.</summary>
    public PassageTrace Trace => trace;

    /// <summary>The number the next passage will have.</summary>
    public long NextSequence => reserved != 0 ? reserved : reserved = journal.ReserveSequence();

    /// <summary>Writes a passage down.</summary>
    /// <param name="record">The order.</param>
    /// <param name="shown">What was judged.</param>
    /// <param name="stages">What judging took; null when it was too late.</param>
    /// <param name="arrivedAt">When it came to the lane.</param>
    /// <param name="orderedAt">When its orders began.</param>
    /// <param name="edgeAt">When the first order was carried out.</param>
    /// <returns>The passage's number.</returns>
    public long Record(Order.Record record, Presentation shown, StageTimes? stages, long arrivedAt, long orderedAt, long edgeAt)
    {
        var sequence = NextSequence;
        var now = clock.Now();
        var whole = Microseconds(shown.Timestamp, edgeAt);
        journal.Append(new PassageRecord(
            sequence, now.Utc, now.IsBelieved, lane, shown.Reader, record.Verdict, record.Signal, record.IsOpened, record.People, whole));
        reserved = 0;
        Interlocked.Increment(ref passages);
        if (stages is null) return sequence;
        stages[Stage.Read] = Microseconds(shown.Timestamp, arrivedAt);
        stages[Stage.Order] = Microseconds(stages.VerdictAt, orderedAt);
        stages[Stage.Edge] = Microseconds(orderedAt, edgeAt);
        stages[Stage.Whole] = whole;
        trace.Add(sequence, stages);
        return sequence;
    }

    /// <summary>Writes down what became of a passage.</summary>
    public void Settle(Order.Settle settle)
    {
        journal.Settle(settle.Sequence, settle.Settlement, settle.Passed);
        if (settle is { Settlement: Settlement.Annulled, Passed: 0 }) unseen++;
        else if (settle.Settlement is Settlement.Settled or Settlement.Annulled) unseen = 0;
        else return;
        if (unseen < UnseenMax) health.SetWell($"passages {lane}");
        else health.SetDegraded($"passages {lane}", $"{unseen} people in a row were admitted and nobody was seen to pass: look at the sensor and the barrier.");
    }

    /// <summary>Writes an incident down.</summary>
    public void Note(Order.Note note)
    {
        var now = clock.Now();
        journal.Append(new IncidentRecord(now.Utc, now.IsBelieved, lane, note.Incident, note.By));
    }

    /// <summary>Keeps the mode over a restart.</summary>
    public void Keep(LaneMode mode, TimeSpan length) =>
        journal.Append(new ModeRecord(lane, mode, clock.Now().Utc + length, length));

    /// <summary>Says how relay and mode are.</summary>
    public void ReviewHealth(LaneState state, LanePlan plan)
    {
        if (plan.Wired.HasFlag(LaneInputs.RelayFeedback))
        {
            var component = $"relay {lane}";
            if (state.IsRelayStuck) health.SetFailed(component, "Relay and feedback disagree: nobody is admitted. Mend it, then restart the agent.");
            else health.SetWell(component);
        }

        var crowd = $"crowd {lane}";
        if (state.Failures >= plan.Crowd.Failures) health.SetFailed(crowd, $"{state.Failures} technical failures within a minute: see gatectl journal, send staff.");
        else health.SetWell(crowd);
    }

    private long Microseconds(long from, long to) => (long)time.GetElapsedTime(from, to).TotalMicroseconds;
}
