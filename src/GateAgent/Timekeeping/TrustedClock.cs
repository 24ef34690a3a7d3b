using Verifier.Trust;

namespace GateAgent.Timekeeping;

/// <summary>
/// Guards a board without a battery clock. Wall time below the floor is not believed. Only the build time and times that
/// the province signed raise the floor, and nothing lowers it: a spoofed clock must not brick the gate. Any thread.
/// </summary>
internal sealed class TrustedClock
{
    // The province's server and a gate that is set by hand may differ by this much.
    private static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(5);
    private readonly TimeProvider time;
    private long floorTicks;

    /// <summary>A clock whose floor is the time of the build.</summary>
    public TrustedClock(TimeProvider time, DateTimeOffset builtAt)
    {
        this.time = time;
        floorTicks = builtAt.UtcTicks;
    }

    /// <summary>Below this, wall time is not believed.</summary>
    public DateTimeOffset Floor => new(Interlocked.Read(ref floorTicks), TimeSpan.Zero);

    /// <summary>The moment, and whether it is believed.</summary>
    public JudgedTime Now()
    {
        var now = time.GetUtcNow();
        return new JudgedTime(now, now + SkewMax >= Floor);
    }

    /// <summary>Raises the floor to a time that the province signed.</summary>
    public void Raise(DateTimeOffset signedTime)
    {
        var before = Interlocked.Read(ref floorTicks);
        while (signedTime.UtcTicks > before)
        {
            var seen = Interlocked.CompareExchange(ref floorTicks, signedTime.UtcTicks, before);
            if (seen == before) return;
            before = seen;
        }
    }
}
