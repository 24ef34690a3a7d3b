using GateAgent.Trace;
using Verifier.Trust;
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
    /// <param name="CameAgain">True when this person came in a while ago already.</param>
    internal sealed record VerdictReady(long Ticket, Judgement Judgement, bool CameAgain = false) : LaneEvent
    {
        /// <summary>How the same holder was answered who was just admitted here by another text; null where they were not.</summary>
        public Answer? Repeats { get; init; }

        /// <summary>The documents it was judged under; null where there were none.</summary>
        public TrustedSnapshot? Documents { get; init; }

        /// <summary>How long judging took, stage by stage; null where nobody measured.</summary>
        public StageTimes? Stages { get; init; }
    }

    /// <summary>An input changed, debounced.</summary>
    /// <param name="Input">Which one.</param>
    /// <param name="IsActive">What it is now.</param>
    internal sealed record InputChanged(LaneInputs Input, bool IsActive) : LaneEvent;

    /// <summary>The lane's lines were lost, or could not be had, or are held again.</summary>
    /// <param name="AreHeld">True when it has all of them.</param>
    internal sealed record LinesChanged(bool AreHeld) : LaneEvent;

    /// <summary>A clock that a step started has run out.</summary>
    /// <param name="Timer">Which one.</param>
    internal sealed record TimeUp(LaneTimer Timer) : LaneEvent;

    /// <summary>Someone who may do so set a mode.</summary>
    /// <param name="Mode">The mode.</param>
    /// <param name="Length">How long it holds.</param>
    /// <param name="By">Their credential's id; empty for the province itself.</param>
    internal sealed record ModeSet(LaneMode Mode, TimeSpan Length, string By = "") : LaneEvent;

    /// <summary>The lane is again in the mode it was in before a restart.</summary>
    /// <param name="Mode">The mode.</param>
    /// <param name="Length">What is left of its time.</param>
    internal sealed record ModeResumed(LaneMode Mode, TimeSpan Length) : LaneEvent;

    /// <summary>The province ended judging for good.</summary>
    /// <param name="Mode">What the lane is from now on.</param>
    internal sealed record Ended(LaneMode Mode) : LaneEvent;

    /// <summary>The agent stops.</summary>
    internal sealed record Stopping : LaneEvent;
}
