using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Timekeeping;

/// <summary>Time of a test whose wall clock is wrong by an amount: timers and timestamps do not see it.</summary>
internal sealed class SkewedTime(DateTimeOffset now) : FakeTimeProvider(now)
{
    /// <summary>How far the wall clock is from the truth.</summary>
    public TimeSpan WallError { get; set; }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallError;

    /// <inheritdoc/>
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
