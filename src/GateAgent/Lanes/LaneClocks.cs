namespace GateAgent.Lanes;

/// <summary>
/// The running clocks of one lane. A clock posts when it runs out and does nothing itself; what it posted before it was
/// started anew or stopped is due no more. Only the lane's loop starts, stops and asks.
/// </summary>
internal sealed class LaneClocks : IAsyncDisposable
{
    private static readonly int Count = Enum.GetValues<LaneTimer>().Length;
    private readonly ITimer?[] running = new ITimer?[Count];
    private readonly LaneEvent.TimeUp?[] awaited = new LaneEvent.TimeUp?[Count];
    private readonly TimeProvider time;
    private readonly Action<LaneEvent> post;

    /// <summary>Clocks that stand still.</summary>
    /// <param name="time">Runs them.</param>
    /// <param name="post">Takes what runs out; any thread.</param>
    public LaneClocks(TimeProvider time, Action<LaneEvent> post)
    {
        this.time = time;
        this.post = post;
    }

    /// <summary>Starts a clock anew; one of infinite length never runs out.</summary>
    public void Start(LaneTimer timer, TimeSpan length)
    {
        Stop(timer);
        var up = new LaneEvent.TimeUp(timer);
        awaited[(int)timer] = up;
        running[(int)timer] = time.CreateTimer(_ => post(up), null, length, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Stops a clock.</summary>
    public void Stop(LaneTimer timer)
    {
        awaited[(int)timer] = null;
        running[(int)timer]?.Dispose();
        running[(int)timer] = null;
    }

    /// <summary>True when this is the end that is awaited, and not that of an earlier start.</summary>
    public bool IsDue(LaneEvent.TimeUp up) => ReferenceEquals(awaited[(int)up.Timer], up);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var timer in running)
        {
            if (timer is not null) await timer.DisposeAsync();
        }
    }
}
