using System.Text.Json.Serialization;

namespace GateLink.Configuration;

/// <summary>link.json: where the agent listens and where the repository is. docs/operating.md describes each member.</summary>
internal sealed record LinkConfig
{
    /// <summary>The agent's socket.</summary>
    public string? LinkSocket { get; init; }

    /// <summary>Where fetched files are kept; absent for none.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Greatest size of what is kept, 1 to 4,096 MiB.</summary>
    /// <remarks>Set, not init: compiled JSON gives an absent init member the zero of its type and not this default.</remarks>
    public int CacheMiB { get; set; } = 64;

    /// <summary>The repository's addresses, 1 to 8, http or https, the preferred one first.</summary>
    public IReadOnlyList<string>? BaseUrls { get; init; }

    /// <summary>How often to look for news, 10 to 86,400 s.</summary>
    public int PollSeconds { get; set; } = 900;
}

/// <summary>The JSON of link.json.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(LinkConfig))]
internal sealed partial class LinkConfigJson : JsonSerializerContext;
