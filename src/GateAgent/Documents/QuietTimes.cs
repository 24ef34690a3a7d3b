using GateAgent.Timekeeping;
using Verifier.Trust;

namespace GateAgent.Documents;

/// <summary>
/// Says when work in the background must rest: in the peak hours of the policy, and while people present at a lane and two
/// seconds after. One thread.
/// </summary>
internal sealed class QuietTimes
{
    /// <summary>How long after the last presentation nothing else is done.</summary>
    public static readonly TimeSpan After = TimeSpan.FromSeconds(2);

    private readonly Func<TrustedSnapshot?> present;
    private readonly Func<long> presentations;
    private readonly TrustedClock clock;
    private readonly TimeProvider time;
    private long count;
    private long changedAt;

    /// <summary>Quiet times of an agent.</summary>
    /// <param name="present">The documents that count.</param>
    /// <param name="presentations">How many presentations its lanes have answered.</param>
    /// <param name="clock">Says what time it is.</param>
    /// <param name="time">Measures, and knows the local time.</param>
    public QuietTimes(Func<TrustedSnapshot?> present, Func<long> presentations, TrustedClock clock, TimeProvider time)
    {
        this.present = present;
        this.presentations = presentations;
        this.clock = clock;
        this.time = time;
        count = presentations();
        changedAt = time.GetTimestamp() - (long)(After.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>True in peak hours. A gate that does not know what time it is has none.</summary>
    public bool IsPeak
    {
        get
        {
            if (present() is not { } documents || clock.Wall is not { } now) return false;
            var local = TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(now, time.LocalTimeZone).TimeOfDay);
            return documents.Policy.PeakHours.Any(hours => hours.Covers(local));
        }
    }

    /// <summary>True while work must rest.</summary>
    public bool MustRest()
    {
        if (presentations() is var newest && newest != count)
        {
            count = newest;
            changedAt = time.GetTimestamp();
        }

        return time.GetElapsedTime(changedAt) < After || IsPeak;
    }
}
