namespace Distribution.Lists;

/// <summary>
/// How fast work in the background may go on: a bounded number of pages per second, and not at all while it must rest. One
/// thread.
/// </summary>
public sealed class Pace
{
    /// <summary>Greatest number of pages between two looks: 256 KiB, some milliseconds of work.</summary>
    public const int PagesAtOnce = 64;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);
    private readonly TimeProvider time;
    private readonly int pagesPerSecond;
    private readonly Func<bool> mustRest;
    private readonly Func<CancellationToken, Task> meanwhile;
    private long due;

    /// <summary>A pace.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="pagesPerSecond">At most so many, from 1.</param>
    /// <param name="mustRest">True while someone presents, and in peak hours.</param>
    /// <param name="meanwhile">What does not wait for the work: done at each look, and again and again while it rests.</param>
    public Pace(TimeProvider time, int pagesPerSecond, Func<bool> mustRest, Func<CancellationToken, Task> meanwhile)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pagesPerSecond, 1);
        this.time = time;
        this.pagesPerSecond = pagesPerSecond;
        this.mustRest = mustRest;
        this.meanwhile = meanwhile;
        due = time.GetTimestamp();
    }

    /// <summary>Waits until so many pages more may be worked on.</summary>
    public async ValueTask WaitAsync(int pages, CancellationToken stop)
    {
        await meanwhile(stop);
        while (mustRest())
        {
            await Task.Delay(Rest, time, stop);
            await meanwhile(stop);
        }

        var early = time.GetElapsedTime(time.GetTimestamp(), due);
        if (early > TimeSpan.Zero) await Task.Delay(early, time, stop);
        due = Math.Max(due, time.GetTimestamp()) + (pages * time.TimestampFrequency / pagesPerSecond);
        stop.ThrowIfCancellationRequested();
    }
}
