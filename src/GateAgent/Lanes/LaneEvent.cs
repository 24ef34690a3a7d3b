using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>What happens to a lane. A closed set.</summary>
internal abstract record LaneEvent
{
    private LaneEvent()
    {
    }

    /// <summary>Someone showed something new.</summary>
    internal sealed record Presented : LaneEvent;

    /// <summary>Someone showed again what was shown a moment ago.</summary>
    /// <param name="Signal">What that presentation was answered with; idle when it has no answer yet.</param>
    /// <param name="Reference">The reference of that answer.</param>
    internal sealed record Repeated(Signal Signal, Reference Reference) : LaneEvent;

    /// <summary>The judging worker answered.</summary>
    /// <param name="Ticket">Which presentation it answers.</param>
    /// <param name="Judgement">The answer.</param>
    internal sealed record VerdictReady(long Ticket, Judgement Judgement) : LaneEvent;

    /// <summary>Judging took too long.</summary>
    /// <param name="Ticket">Which presentation.</param>
    internal sealed record DeadlinePassed(long Ticket) : LaneEvent;

    /// <summary>The relay has been driven for its time.</summary>
    internal sealed record PulseEnded : LaneEvent;

    /// <summary>The signal has been shown for its time.</summary>
    internal sealed record SignalEnded : LaneEvent;

    /// <summary>What was shown before has been kept for its time.</summary>
    /// <param name="Ticket">The last presentation when the time began.</param>
    internal sealed record EvidenceEnded(long Ticket) : LaneEvent;

    /// <summary>The agent stops.</summary>
    internal sealed record Stopping : LaneEvent;
}
