using System.Security.Cryptography;

namespace GateAgent.Documents;

/// <summary>How often updates are tried.</summary>
internal sealed record DocumentPace
{
    private const int JitterPercent = 10;
    private const int DoublingsMax = 16;

    /// <summary>Least time between two, whatever a source says, 5 s.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time until a failed one is tried again, 10 minutes.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The wait after an answer: the source's own, less a random tenth.</summary>
    public TimeSpan AfterAnswer(TimeSpan every) => every - Gap - Part(every * (JitterPercent / 100.0));

    /// <summary>The wait after so many failures in a row: a random part of a time that doubles from the gap to the longest.</summary>
    public TimeSpan AfterFailure(int failures)
    {
        var longest = Gap * Math.Pow(2, Math.Min(failures, DoublingsMax));
        return Part(longest < RetryMax ? longest : RetryMax);
    }

    private static TimeSpan Part(TimeSpan whole) =>
        TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(Math.Max(1, (int)whole.TotalMilliseconds)));
}
