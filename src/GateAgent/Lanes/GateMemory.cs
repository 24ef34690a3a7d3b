namespace GateAgent.Lanes;

/// <summary>What the lanes of one agent remember together. Any thread.</summary>
internal sealed class GateMemory(TimeProvider time) : IDisposable
{
    private readonly long startedAt = time.GetTimestamp();

    /// <summary>Monotonic time that is the same for all lanes.</summary>
    public TimeSpan Now => time.GetElapsedTime(startedAt);

    /// <summary>Who came in, within the time that the site document names.</summary>
    public ReturnGuard Returns { get; } = new();

    /// <summary>When somebody was last turned away for a colour.</summary>
    public RecentRefusals Refusals { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => Returns.Dispose();
}
