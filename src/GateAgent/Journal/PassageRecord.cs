using GateAgent.Lanes;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Journal;

/// <summary>What the journal writes down. A closed set.</summary>
internal abstract record JournalEntry;

/// <summary>What became of an admitted passage.</summary>
/// <param name="Sequence">The passage.</param>
/// <param name="Settlement">What became of it.</param>
/// <param name="Passed">How many of its people were seen to pass.</param>
internal sealed record SettlementRecord(long Sequence, Settlement Settlement, int Passed) : JournalEntry;

/// <summary>The mode a lane is in, kept over restarts.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Mode">The mode.</param>
/// <param name="Until">When it ends by the wall clock.</param>
/// <param name="Length">How long it was set for: what holds where the clock is not believed after a restart.</param>
internal sealed record ModeRecord(string Lane, LaneMode Mode, DateTimeOffset Until, TimeSpan Length) : JournalEntry;

/// <summary>What happened at a lane beside passages.</summary>
/// <param name="At">Wall time, UTC.</param>
/// <param name="IsClockBelieved">True when the clock was believed.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Incident">What happened.</param>
/// <param name="By">The credential of the technician who did it; empty where nobody did.</param>
internal sealed record IncidentRecord(DateTimeOffset At, bool IsClockBelieved, string Lane, Incident Incident, string By) : JournalEntry;

/// <summary>What the gate did about one presentation. It has no room for an identity.</summary>
/// <param name="Sequence">The passage's number at this gate, from 1, rising over restarts.</param>
/// <param name="At">Wall time, UTC.</param>
/// <param name="IsClockBelieved">True when the clock was believed.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Reader">The reader.</param>
/// <param name="Verdict">The verdict, with the versions it was given under.</param>
/// <param name="Signal">What was shown.</param>
/// <param name="IsOpened">True when the relay was driven.</param>
/// <param name="People">How many people it is for: a family passes as one.</param>
/// <param name="Microseconds">From the last byte or frame until the order was carried out.</param>
internal sealed record PassageRecord(
    long Sequence,
    DateTimeOffset At,
    bool IsClockBelieved,
    string Lane,
    string Reader,
    Verdict Verdict,
    Signal Signal,
    bool IsOpened,
    int People,
    long Microseconds) : JournalEntry;
