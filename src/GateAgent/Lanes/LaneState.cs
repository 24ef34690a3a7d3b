using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>What a lane is doing. Zero is at rest, which is closed.</summary>
internal enum LanePhase : byte
{
    /// <summary>At rest, nobody shown.</summary>
    Idle = 0,

    /// <summary>A presentation is with the judging worker.</summary>
    Judging,

    /// <summary>The way is free for an admitted person who has not passed yet.</summary>
    Open,

    /// <summary>An answer is shown.</summary>
    Showing,
}

/// <summary>The state of one lane. Immutable; each step makes the next. Only the lane's loop holds it.</summary>
internal sealed record LaneState
{
    /// <summary>What the lane is doing.</summary>
    public LanePhase Phase { get; init; }

    /// <summary>How the lane is run.</summary>
    public LaneMode Mode { get; init; }

    /// <summary>The province ended judging: the mode stays.</summary>
    public bool IsEnded { get; init; }

    /// <summary>The inputs that are active.</summary>
    public LaneInputs Inputs { get; init; }

    /// <summary>Someone asked to leave: the way out is open.</summary>
    public bool IsExiting { get; init; }

    /// <summary>Someone was not admitted: a free-flow gate is closed.</summary>
    public bool IsBarring { get; init; }

    /// <summary>The relay's pulse for the admitted person is over, the person has not passed yet.</summary>
    public bool IsPulseOver { get; init; }

    /// <summary>Relay and feedback disagreed: nobody is admitted until maintenance or a restart.</summary>
    public bool IsRelayStuck { get; init; }

    /// <summary>The lane does not have all its lines: it rests, and nobody is admitted.</summary>
    public bool LacksLines { get; init; }

    /// <summary>The number of the admitted passage that has not come to its end; 0 for none.</summary>
    public long Passing { get; init; }

    /// <summary>How many people that passage is for; 0 for none.</summary>
    public int People { get; init; }

    /// <summary>How many of them have passed.</summary>
    public int Passed { get; init; }

    /// <summary>They take longer: their own code, the button or the lane says so.</summary>
    public bool IsLong { get; init; }

    /// <summary>Someone asked for more time and has not been admitted yet.</summary>
    public bool IsLongerAsked { get; init; }

    /// <summary>Technical failures within the minute, up to what the crowd rule names.</summary>
    public int Failures { get; init; }

    /// <summary>The presentation that is being judged; its number tells a late verdict from a present one.</summary>
    public long Ticket { get; init; }

    /// <summary>The signal that is shown.</summary>
    public Signal Signal { get; init; }

    /// <summary>The reference that is shown; default where none is.</summary>
    public Reference Reference { get; init; }

    /// <summary>True when the signal's time ended while the way was still free: the signal ends with the pulse.</summary>
    public bool IsSignalOver { get; init; }

    /// <summary>While someone passes: staff were called, and that is shown in place of the signal. While someone is judged: staff are
    /// called after the answer.</summary>
    public bool IsCalling { get; init; }

    /// <summary>Presentations in a row that could not be judged, damaged or too late: the second one calls staff.</summary>
    public int FailedInRow { get; init; }

    /// <summary>What was shown before; dropped after <see cref="Evidence.KeptFor"/>. Prints nothing of it.</summary>
    public Evidence Evidence { get; init; } = Evidence.None;

    /// <summary>The lane at start.</summary>
    public static LaneState AtRest { get; } = new();
}
