namespace LinkBench;

/// <summary>What is measured.</summary>
internal sealed record FleetOptions
{
    /// <summary>Where everything is made, and deleted at the end.</summary>
    public required string Folder { get; init; }

    /// <summary>Gates that poll one server.</summary>
    public required int Gates { get; init; }

    /// <summary>Publications of the day.</summary>
    public required int Hours { get; init; }

    /// <summary>People on the list.</summary>
    public required long People { get; init; }

    /// <summary>The server's configuration of the repository; null for its defaults.</summary>
    public required string? Server { get; init; }

    /// <summary>True when the return after a week is measured as well, in its real time.</summary>
    public required bool HasReturn { get; init; }
}
