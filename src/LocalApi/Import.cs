namespace LocalApi;

/// <summary>A technician asks for an import: base64 of its JSON in the header <c>Gate-Import</c> of <c>GET /v1/import/link</c>.</summary>
public sealed record ImportRequest
{
    /// <summary>The technician's credential, <c>ZJ1:</c>.</summary>
    public required string Credential { get; init; }

    /// <summary>True when nothing may change.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>The agent's challenge; the report carries it.</summary>
    public required string Challenge { get; init; }

    /// <summary>By the credential's key, base64 of r || s; docs/operating.md says over what.</summary>
    public required string Signature { get; init; }
}

/// <summary>Versions of one set of signed documents.</summary>
/// <param name="Policy">Of the policy.</param>
/// <param name="ListEpoch">The list's epoch.</param>
/// <param name="ListSequence">The list's sequence within the epoch.</param>
/// <param name="ListEntries">How many entries the list has.</param>
/// <param name="ListAsOf">When the list was true.</param>
/// <param name="Snapshot">Of the snapshot document.</param>
/// <param name="ExpiresAt">When the first of them expires.</param>
public sealed record SetVersions(
    int Policy, int ListEpoch, int ListSequence, long ListEntries, DateTimeOffset ListAsOf, int Snapshot, DateTimeOffset ExpiresAt);

/// <summary>Who signed a document.</summary>
/// <param name="Role">root, timestamp, snapshot, targets or a delegated role.</param>
/// <param name="Version">The document's version.</param>
/// <param name="ExpiresAt">When it expires.</param>
/// <param name="Threshold">How many keys must sign.</param>
/// <param name="Signers">Ids of the keys that did.</param>
public sealed record RoleSigners(string Role, int Version, DateTimeOffset ExpiresAt, int Threshold, IReadOnlyList<string> Signers);

/// <summary>One thing that a newer set changes.</summary>
/// <param name="What">Such as <c>metro red</c> of the policy, or a lane's name.</param>
/// <param name="Before">What it was; empty when it is new.</param>
/// <param name="After">What it is; empty when it is gone.</param>
public sealed record Change(string What, string Before, string After);

/// <summary>What an import did, or would do: the answer of <c>GET /v1/import</c>.</summary>
public sealed record ImportReport
{
    /// <summary>The challenge of the import, to tell it from another one.</summary>
    public required string Challenge { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True when nothing was to change.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>The id of the credential.</summary>
    public required string By { get; init; }

    /// <summary><c>taken</c>, <c>wouldBeTaken</c>, <c>nothingNew</c> or <c>refused</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it is refused; empty otherwise.</summary>
    public string Fault { get; init; } = string.Empty;

    /// <summary>What counted before; null without documents.</summary>
    public SetVersions? Before { get; init; }

    /// <summary>What was offered; null when it is refused.</summary>
    public SetVersions? After { get; init; }

    /// <summary>Who signed what was offered.</summary>
    public IReadOnlyList<RoleSigners> Roles { get; init; } = [];

    /// <summary><c>none</c>, <c>delta</c> or <c>base</c>.</summary>
    public string ListBy { get; init; } = "none";

    /// <summary>Entries that change, by a delta; null where another base comes.</summary>
    public long? ListChanges { get; init; }

    /// <summary>Cells of the policy that change, and what else of it does.</summary>
    public IReadOnlyList<Change> Policy { get; init; } = [];

    /// <summary>Lanes that change: the agent begins again with them as soon as nobody is at one.</summary>
    public IReadOnlyList<Change> Lanes { get; init; } = [];
}
