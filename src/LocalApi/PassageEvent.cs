namespace LocalApi;

/// <summary>
/// What a gate did about one presentation: an item of <c>GET /v1/journal</c> and of the stream
/// <c>GET /v1/watch</c>. It says nothing about who stood there.
/// </summary>
public sealed record PassageEvent
{
    /// <summary>The passage's number at this gate, rising.</summary>
    public required long Sequence { get; init; }

    /// <summary>Wall time, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True when the clock was believed.</summary>
    public required bool IsClockBelieved { get; init; }

    /// <summary>The lane.</summary>
    public required string Lane { get; init; }

    /// <summary>The reader.</summary>
    public required string Reader { get; init; }

    /// <summary>admit, admitOnCondition, refer or refuse.</summary>
    public required string Outcome { get; init; }

    /// <summary>The reason's number.</summary>
    public required int Reason { get; init; }

    /// <summary>The reason's word.</summary>
    public required string ReasonWord { get; init; }

    /// <summary>mask, shortStay, or none.</summary>
    public required string Condition { get; init; }

    /// <summary>The signal shown, in the words of docs/operating.md.</summary>
    public required string Signal { get; init; }

    /// <summary>True when the relay was ordered to open.</summary>
    public required bool IsOpened { get; init; }

    /// <summary>What became of an admitted passage: settled, annulled, unobserved or unknown; null while that is not known
    /// yet, and where nobody was admitted.</summary>
    public string? Settlement { get; init; }

    /// <summary>How many people the answer was for: a family passes as one.</summary>
    public required int People { get; init; }

    /// <summary>How many of them the sensor saw pass.</summary>
    public int Passed { get; init; }

    /// <summary>none, cardUid, cardFile, signed or challengeProved.</summary>
    public required string Assurance { get; init; }

    /// <summary>Version of the policy.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>Epoch of the list.</summary>
    public required int ListEpoch { get; init; }

    /// <summary>Version of the snapshot metadata.</summary>
    public required int SnapshotVersion { get; init; }

    /// <summary>From the last byte or frame to the order, in microseconds.</summary>
    public required long Microseconds { get; init; }

    /// <summary>The number to read to the hotline.</summary>
    public required string Reference { get; init; }
}

/// <summary>A page of the journal.</summary>
/// <param name="Records">Newest first.</param>
public sealed record JournalPage(IReadOnlyList<PassageEvent> Records);

/// <summary>What happened at a lane beside passages: an item of <c>GET /v1/incidents</c>.</summary>
/// <param name="At">Wall time, UTC.</param>
/// <param name="IsClockBelieved">True when the clock was believed.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Incident">Its number; docs/formats/journal.md has them.</param>
/// <param name="IncidentWord">Its word.</param>
/// <param name="By">The id of the technician's credential; empty where nobody did it.</param>
public sealed record IncidentEvent(DateTimeOffset At, bool IsClockBelieved, string Lane, int Incident, string IncidentWord, string By);

/// <summary>A page of incidents.</summary>
/// <param name="Incidents">Newest first.</param>
public sealed record IncidentPage(IReadOnlyList<IncidentEvent> Incidents);

/// <summary>Why a request was not answered.</summary>
/// <param name="Error">What was found, what was expected and what to do.</param>
public sealed record ApiError(string Error);
