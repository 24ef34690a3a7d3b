using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>What a lane is doing. Zero is at rest, which is closed.</summary>
internal enum LanePhase : byte
{
    /// <summary>At rest, nobody shown.</summary>
    Idle = 0,

    /// <summary>A presentation is with the judging worker.</summary>
    Judging,

    /// <summary>The way is free, the relay is driven.</summary>
    Open,

    /// <summary>An answer is shown, the relay is at rest.</summary>
    Showing,
}

/// <summary>The state of one lane. Immutable; each step makes the next. Only the lane's loop holds it.</summary>
internal sealed record LaneState
{
    /// <summary>What the lane is doing.</summary>
    public LanePhase Phase { get; init; }

    /// <summary>The presentation that is being judged; its number tells a late verdict from a present one.</summary>
    public long Ticket { get; init; }

    /// <summary>The signal that is shown.</summary>
    public Signal Signal { get; init; }

    /// <summary>The reference that is shown; default where none is.</summary>
    public Reference Reference { get; init; }

    /// <summary>True when the signal's time ended while the way was still free: the signal ends with the pulse.</summary>
    public bool IsSignalOver { get; init; }

    /// <summary>Presentations in a row that could not be judged, damaged or too late: the second one calls staff.</summary>
    public int FailedInRow { get; init; }

    /// <summary>What was shown before; dropped after <see cref="Evidence.KeptFor"/>. Prints nothing of it.</summary>
    public Evidence Evidence { get; init; } = Evidence.None;

    /// <summary>When the evidence and the failures in a row were taken, monotonic.</summary>
    public TimeSpan EvidenceAt { get; init; }

    /// <summary>The lane at start.</summary>
    public static LaneState AtRest { get; } = new();
}
