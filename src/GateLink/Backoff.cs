using System.Security.Cryptography;

namespace GateLink;

/// <summary>How long to wait: full jitter, so that ten thousand gates do not come back in one second.</summary>
internal static class Backoff
{
    private const int DoublingsMax = 16;

    /// <summary>A random part of a time that doubles with each failure.</summary>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        var whole = first * Math.Pow(2, Math.Clamp(failures - 1, 0, DoublingsMax));
        return Part(whole < longest ? whole : longest);
    }

    /// <summary>A random part of a time.</summary>
    public static TimeSpan Part(TimeSpan whole) =>
        TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)Math.Max(1, whole.TotalMilliseconds)));

    /// <summary>A time between nine and eleven tenths of an interval.</summary>
    public static TimeSpan Around(TimeSpan interval) => (interval * 0.9) + Part(interval * 0.2);
}
