namespace GateAgent.Lanes;

/// <summary>The clocks of one lane. A clock does nothing itself: it posts <see cref="LaneEvent.TimeUp"/>.</summary>
internal enum LaneTimer : byte
{
    /// <summary>Judging may take no longer.</summary>
    Deadline = 0,

    /// <summary>The relay has been driven for its pulse.</summary>
    Pulse,

    /// <summary>An admitted person may take no longer to pass.</summary>
    Passage,

    /// <summary>The signal has been shown for its time.</summary>
    Signal,

    /// <summary>What was shown before has been kept for its time.</summary>
    Evidence,

    /// <summary>The way out has been open for its time.</summary>
    Exit,

    /// <summary>The door may stand open no longer.</summary>
    Held,

    /// <summary>Relay and feedback may disagree no longer.</summary>
    Feedback,

    /// <summary>The mode ends.</summary>
    Mode,

    /// <summary>The wish for more time is forgotten.</summary>
    Longer,

    /// <summary>The minute is over in which technical failures are counted.</summary>
    Crowd,
}
