namespace Simulate;

/// <summary>
/// Time that stands still until it is moved, and fires what is due one by one, in order. One thread. Wall time can be set
/// apart from it, as a dead battery or a spoofed server would.
/// </summary>
internal sealed class SimulatedTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<(Action Fire, Timer? Timer, int Version), (long DueAt, long Order)> waiting = new();
    private long now;
    private long order;

    /// <summary>How far the wall clock is from the truth.</summary>
    public TimeSpan WallError { get; set; }

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(now / NanosecondsPerTick);

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc/>
    public override long GetTimestamp() => now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + Elapsed + WallError;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Does something later.</summary>
    public void After(TimeSpan length, Action fire) => Enqueue(length, fire, null, 0);

    /// <summary>Moves to what is due next and does it.</summary>
    /// <returns>False when nothing is.</returns>
    public bool Step()
    {
        while (waiting.TryDequeue(out var due, out var at))
        {
            if (due.Timer is { } timer && timer.Version != due.Version) continue;
            now = Math.Max(now, at.DueAt);
            due.Fire();
            return true;
        }

        return false;
    }

    private void Enqueue(TimeSpan length, Action fire, Timer? timer, int version) =>
        waiting.Enqueue((fire, timer, version), (now + (length.Ticks * NanosecondsPerTick), order++));

    private const long NanosecondsPerTick = 100;

    private sealed class Timer(SimulatedTime time, Action fire) : ITimer
    {
        /// <summary>What was waiting under another version waits no more.</summary>
        public int Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Version++;
            if (dueTime != Timeout.InfiniteTimeSpan) time.Enqueue(dueTime, fire, this, Version);
            return true;
        }

        public void Dispose() => Version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
