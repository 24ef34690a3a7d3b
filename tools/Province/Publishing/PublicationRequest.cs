namespace Province.Publishing;

/// <summary>How much of a repository is made anew.</summary>
internal enum PublicationScope : byte
{
    /// <summary>The timestamp alone.</summary>
    Timestamp = 0,

    /// <summary>The list, its snapshot and the timestamp: what one machine does every hour.</summary>
    List = 1,

    /// <summary>The gates' sites and keys, the snapshot and the timestamp: what the office of the gates does, whatever else waits for signatures.</summary>
    Gates = 2,

    /// <summary>Everything, the root among it.</summary>
    All = 3,
}

/// <summary>What is to be published.</summary>
internal sealed record PublicationRequest
{
    /// <summary>Who signs what.</summary>
    public required RoleTable Roles { get; init; }

    /// <summary>The targets by role: targets, sites, keys, list, list-closing; then by path.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> Targets { get; init; }

    /// <summary>The keys that are at hand.</summary>
    public required IReadOnlyList<TufKey> Signers { get; init; }

    /// <summary>The moment from which documents hold.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How much is made anew.</summary>
    public PublicationScope Scope { get; init; } = PublicationScope.All;

    /// <summary>Least version of a document that is made anew.</summary>
    public int VersionLeast { get; init; } = 1;

    /// <summary>Where drafts wait for signatures; null where every key is at hand.</summary>
    public string? DraftsFolder { get; init; }
}

/// <summary>One file of a publication, below the repository's folder.</summary>
/// <param name="Path">Where.</param>
/// <param name="Bytes">What.</param>
internal sealed record PublicationFile(string Path, byte[] Bytes);
