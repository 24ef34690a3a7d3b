namespace LocalApi;

/// <summary>How a gate is: the answer of <c>GET /v1/status</c>.</summary>
public sealed record Status
{
    /// <summary>Version of the agent.</summary>
    public required string Version { get; init; }

    /// <summary>The gate's name; empty before enrolment.</summary>
    public required string Gate { get; init; }

    /// <summary>The province's code; empty without documents.</summary>
    public required string Province { get; init; }

    /// <summary>The hotline; empty without documents.</summary>
    public required string Hotline { get; init; }

    /// <summary>When the agent started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The agent's wall time, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>True when the clock is believed.</summary>
    public required bool IsClockBelieved { get; init; }

    /// <summary>Version of the policy; 0 without documents.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>Epoch of the list; 0 without documents.</summary>
    public required int ListEpoch { get; init; }

    /// <summary>Entries on the list.</summary>
    public required long ListEntries { get; init; }

    /// <summary>When the list was true.</summary>
    public DateTimeOffset? ListAsOf { get; init; }

    /// <summary>When the signed documents expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How old the documents are: none, fresh, stale, expired or clockInDoubt.</summary>
    public required string DocumentState { get; init; }

    /// <summary>What the age of the documents allows now, in the policy's words.</summary>
    public required string Staleness { get; init; }

    /// <summary>When the next stricter rule begins; null when none follows.</summary>
    public DateTimeOffset? NextDegradationAt { get; init; }

    /// <summary>The rule that begins then.</summary>
    public string? NextDegradation { get; init; }

    /// <summary>Records in the journal.</summary>
    public required long JournalRecords { get; init; }

    /// <summary>The lanes.</summary>
    public required IReadOnlyList<LaneStatus> Lanes { get; init; }

    /// <summary>One item for each component, the worst first.</summary>
    public required IReadOnlyList<HealthItem> Health { get; init; }

    /// <summary>True when every component is well.</summary>
    public bool IsWell => Health.All(item => item.State == "well");
}

/// <summary>One lane.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Turnstile, door, free flow or attended.</param>
/// <param name="Venue">The venue kind it is judged by.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Mode">How it is run; outOfOrder while it lacks lines.</param>
/// <param name="Passages">Presentations answered since start.</param>
/// <param name="Inputs">The inputs that are wired, in the order of agent.json's table, debounced.</param>
public sealed record LaneStatus(
    string Name, string Kind, string Venue, string State, string Mode, long Passages, IReadOnlyList<InputStatus> Inputs);

/// <summary>One input of a lane.</summary>
/// <param name="Name">Its name in agent.json, such as <c>exitRequest</c>.</param>
/// <param name="IsActive">True while it is active.</param>
public sealed record InputStatus(string Name, bool IsActive);

/// <summary>How one component is.</summary>
/// <param name="Component">Its name, such as <c>reader metro-camera</c>.</param>
/// <param name="State">well, degraded or failed.</param>
/// <param name="Text">What was found and what to do, one sentence; empty when well.</param>
/// <param name="Since">When this state began.</param>
public sealed record HealthItem(string Component, string State, string Text, DateTimeOffset Since);
