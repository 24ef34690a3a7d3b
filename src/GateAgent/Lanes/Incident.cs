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

    /// <summary>So many technical failures within a minute that the crowd rule of the policy holds.</summary>
    CrowdWaits = 15,

    /// <summary>Someone who was admitted a while ago came in again. It is written down and shown to staff, nobody is kept out
    /// for it.</summary>
    CameAgain = 16,

    /// <summary>After a restart the lane is again in the mode it was in.</summary>
    ModeResumed = 17,

    /// <summary>The province ended judging: the lane is what the order says, for good.</summary>
    JudgingEnded = 18,

    /// <summary>A technician's command was refused.</summary>
    CommandRefused = 19,

    /// <summary>A newer set of signed documents counts from now on, at all lanes.</summary>
    DocumentsCount = 20,

    /// <summary>A page of the list on the disk is not what was signed, or cannot be read.</summary>
    PageBad = 21,

    /// <summary>A page of the list is what was signed again.</summary>
    PageRepaired = 22,

    /// <summary>A technician imported newer documents.</summary>
    DocumentsImported = 23,

    /// <summary>A technician looked at what an import would change, or there was nothing new.</summary>
    ImportTried = 24,

    /// <summary>A technician's import was refused or ended early: what the gate had goes on counting.</summary>
    ImportRefused = 25,

    /// <summary>The lane does not have all its lines: it is out of order until it does.</summary>
    LinesMissing = 26,

    /// <summary>The lane has all its lines again.</summary>
    LinesHeld = 27,
}
