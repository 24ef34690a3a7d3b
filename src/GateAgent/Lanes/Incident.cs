namespace GateAgent.Lanes;

/// <summary>What happened at a lane beside passages; it is journalled. The numbers are stable.</summary>
internal enum Incident : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Fire release began.</summary>
    FireBegan = 1,

    /// <summary>Fire release ended.</summary>
    FireEnded = 2,

    /// <summary>The staff key was turned to free passage.</summary>
    FreePassBegan = 3,

    /// <summary>The staff key was turned back.</summary>
    FreePassEnded = 4,

    /// <summary>Someone passed without an admission of their own.</summary>
    Tailgating = 5,

    /// <summary>Someone came out through a way that was opened to go in.</summary>
    WrongDirection = 6,

    /// <summary>The door was opened although it was locked.</summary>
    DoorForced = 7,

    /// <summary>The door stood open too long.</summary>
    DoorHeld = 8,

    /// <summary>The exit button was still pressed when its time was up.</summary>
    ExitHeld = 9,

    /// <summary>Relay and feedback disagree: the lane admits nobody until it was in maintenance or restarted.</summary>
    RelayStuck = 10,

    /// <summary>The housing was opened.</summary>
    Tampered = 11,

    /// <summary>Someone called for help.</summary>
    HelpCalled = 12,

    /// <summary>A mode was set.</summary>
    ModeSet = 13,

    /// <summary>A mode ended by itself.</summary>
    ModeEnded = 14,
}
