namespace GateLink.Fetch;

/// <summary>What a server may take and give. A server is not trusted, and neither is what answers in its place.</summary>
internal sealed record FetchLimits
{
    /// <summary>The limits of a gate.</summary>
    public static readonly FetchLimits Default = new();

    /// <summary>Time for a connection.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for the head of an answer.</summary>
    public TimeSpan Head { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time that is waited for bytes, beyond a second for each <see cref="BytesPerSecondMin"/> that came.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The slowest rate beyond that.</summary>
    public int BytesPerSecondMin { get; init; } = 1_024;

    /// <summary>Time for one answer to the agent, whatever the servers do. Less than the agent's patience.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Greatest metadata document, as sent and as inflated (docs/formats/trust.md).</summary>
    public int MetadataMax { get; init; } = 5_000_000;

    /// <summary>Greatest file that is kept in the cache.</summary>
    public long KeptMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Greatest head of an answer in KiB.</summary>
    public const int HeadKiBMax = 16;
}
