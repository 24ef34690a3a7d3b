namespace GateAgent.Health;

/// <summary>
/// What the watchdog is told. While the agent runs, whether every lane takes events; while it begins, or begins again, for
/// <see cref="BeginningMax"/> that all is well and then no longer: nobody hears fire until the lanes run, and a disk or a chip that
/// hangs must not keep them from it unseen. The watchdog's timer asks, one task tells.
/// </summary>
internal sealed class AliveWatch
{
    /// <summary>How long the lanes may be away.</summary>
    public static readonly TimeSpan BeginningMax = TimeSpan.FromSeconds(20);

    private readonly TimeProvider time;
    private Func<bool>? lanes;
    private long awaySince;

    /// <summary>A watch of an agent that begins.</summary>
    public AliveWatch(TimeProvider time)
    {
        this.time = time;
        awaySince = time.GetTimestamp();
    }

    /// <summary>True while the agent is alive.</summary>
    public bool IsAlive() => Volatile.Read(ref lanes) is { } run ? run() : time.GetElapsedTime(Volatile.Read(ref awaySince)) < BeginningMax;

    /// <summary>The lanes run.</summary>
    /// <param name="areAlive">True while they take events.</param>
    public void Begin(Func<bool> areAlive) => Volatile.Write(ref lanes, areAlive);

    /// <summary>The lanes have ended, to begin again.</summary>
    public void End()
    {
        Volatile.Write(ref awaySince, time.GetTimestamp());
        Volatile.Write(ref lanes, null);
    }
}
