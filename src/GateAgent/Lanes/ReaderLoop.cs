using CardReader;
using CardReader.Capture;
using GateAgent.Health;
using Microsoft.Extensions.Logging;

namespace GateAgent.Lanes;

/// <summary>Runs one reader for ever: a device that goes away is a health item and is tried again, at first at once.</summary>
internal sealed partial class ReaderLoop
{
    private static readonly TimeSpan BackoffFirst = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(3);

    // A reader that ran this long was well, so its next failure begins with a short pause again.
    private static readonly TimeSpan WellAfter = TimeSpan.FromSeconds(5);

    private readonly Reader reader;
    private readonly Action<Presentation> show;
    private readonly WireCapture? capture;
    private readonly HealthBoard health;
    private readonly TimeProvider time;
    private readonly ILogger log;

    /// <summary>A loop that shows what its reader sees to one lane.</summary>
    public ReaderLoop(
        Reader reader, Action<Presentation> show, WireCapture? capture, HealthBoard health, TimeProvider time, ILogger log)
    {
        this.reader = reader;
        this.show = show;
        this.capture = capture;
        this.health = health;
        this.time = time;
        this.log = log;
    }

    private string Component => $"reader {reader.Name}";

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = BackoffFirst;
        health.SetWell(Component);
        while (!stop.IsCancellationRequested)
        {
            var startedAt = time.GetTimestamp();
            try
            {
                using var settled = time.CreateTimer(_ => SetWell(), null, WellAfter, Timeout.InfiniteTimeSpan);
                await reader.RunAsync(Show, stop);
            }
            catch (ReaderException gone)
            {
                if (health.SetFailed(Component, gone.Message)) LogGone(log, reader.Name, gone.Message);
                if (time.GetElapsedTime(startedAt) > WellAfter) backoff = BackoffFirst;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(backoff, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            backoff = backoff * 2 < BackoffMax ? backoff * 2 : BackoffMax;
        }
    }

    private void Show(Presentation presentation)
    {
        show(presentation);
        capture?.Write(presentation);
        SetWell();
    }

    private void SetWell()
    {
        if (health.SetWell(Component)) LogBack(log, reader.Name);
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "Reader {Reader} is gone: {Cause}")]
    private static partial void LogGone(ILogger log, string reader, string cause);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information, Message = "Reader {Reader} is back")]
    private static partial void LogBack(ILogger log, string reader);
}
