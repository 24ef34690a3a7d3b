namespace GateAgent.Lanes;

/// <summary>The inputs of a lane, and which of them are active. Zero is none.</summary>
[Flags]
internal enum LaneInputs : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Someone passes inwards: a light barrier, or a rotation.</summary>
    Passage = 1,

    /// <summary>Someone passes outwards.</summary>
    ExitPassage = 2,

    /// <summary>The door stands open.</summary>
    DoorContact = 4,

    /// <summary>Someone asks to leave.</summary>
    ExitRequest = 8,

    /// <summary>The fire system releases the lane. Life safety is wired in hardware; here the lane only follows.</summary>
    Fire = 16,

    /// <summary>The housing is open.</summary>
    Tamper = 32,

    /// <summary>The relay's second contact: it has switched.</summary>
    RelayFeedback = 64,

    /// <summary>A staff member's key lets everyone through.</summary>
    FreePassKey = 128,

    /// <summary>Someone calls for help.</summary>
    Help = 256,

    /// <summary>Someone asks for more time to pass: a button in reach of a wheelchair.</summary>
    Longer = 512,
}
