using GateAgent.Lanes;
using Verifier.Verdicts;

namespace GateAgent.Journal;

/// <summary>What the journal writes down. A closed set.</summary>
internal abstract record JournalEntry;

/// <summary>What became of an admitted passage.</summary>
/// <param name="Sequence">The passage.</param>
/// <param name="Settlement">What became of it.</param>
internal sealed record SettlementRecord(long Sequence, Settlement Settlement) : JournalEntry;

/// <summary>What happened at a lane beside passages.</summary>
/// <param name="At">Wall time, UTC.</param>
/// <param name="IsClockBelieved">True when the clock was believed.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Incident">What happened.</param>
internal sealed record IncidentRecord(DateTimeOffset At, bool IsClockBelieved, string Lane, Incident Incident) : JournalEntry;

/// <summary>What the gate did about one presentation. It has no room for an identity.</summary>
/// <param name="Sequence">The passage's number at this gate, from 1, rising over restarts.</param>
/// <param name="At">Wall time, UTC.</param>
/// <param name="IsClockBelieved">True when the clock was believed.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Reader">The reader.</param>
/// <param name="Verdict">The verdict, with the versions it was given under.</param>
/// <param name="Signal">What was shown.</param>
/// <param name="IsOpened">True when the relay was driven.</param>
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
    long Microseconds) : JournalEntry;
