using LocalApi.Link;

namespace GateLink.Fetch;

/// <summary>A file cannot be had now.</summary>
internal sealed class FetchException : Exception
{
    /// <summary>Why.</summary>
    public FetchException(LinkWhy why, string message, Exception? cause = null)
        : base(message, cause) => Why = why;

    /// <summary>What the agent is told.</summary>
    public LinkWhy Why { get; }
}
