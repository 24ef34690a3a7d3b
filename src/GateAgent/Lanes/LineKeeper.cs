using System.Threading.Channels;
using GateAgent.Actuation;
using GateAgent.Health;
using Microsoft.Extensions.Logging;

namespace GateAgent.Lanes;

/// <summary>
/// Keeps the lines of one lane: what it does not have is tried again, at first after <see cref="PauseFirst"/>, then less often,
/// at last every <see cref="PauseMax"/>; one that was lost, at once. Lane, health board and log are told of each change. What the configuration denies is
/// never tried: only a corrected configuration ends that.
/// </summary>
internal sealed partial class LineKeeper
{
    /// <summary>How soon a line is tried again, and how often it is asked whether one was lost.</summary>
    public static readonly TimeSpan PauseFirst = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two tries.</summary>
    public static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(8);

    private readonly string lane;
    private readonly LaneLines lines;
    private readonly Action<LaneEvent> post;
    private readonly HealthBoard health;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Lock telling = new();

    // Only a flag that a line was lost: a second one says nothing new.
    private readonly Channel<bool> losses = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Guarded by telling: what the lane was told last. A lane begins with all its lines.
    private string? told;

    /// <summary>A keeper that tells of lost lines at once, and of the others when it is asked to.</summary>
    public LineKeeper(string lane, LaneLines lines, Action<LaneEvent> post, HealthBoard health, TimeProvider time, ILogger log)
    {
        this.lane = lane;
        this.lines = lines;
        this.post = post;
        this.health = health;
        this.time = time;
        this.log = log;
        lines.Lost = OnLost;
    }

    /// <summary>Tells how the lines are. Any thread.</summary>
    public void Review()
    {
        lock (telling)
        {
            var fault = lines.Fault;
            if (fault is null) health.SetWell($"lines {lane}");
            else health.SetFailed($"lines {lane}", $"Out of order, at rest. {fault}{(lines.IsDeafToFire ? " In a fire count on the hardware's own release alone." : string.Empty)}");
            if (fault == told) return;
            if (fault is null) LogHeld(log, lane);
            else LogMissing(log, lane, fault);
            if (fault is null || told is null) post(new LaneEvent.LinesChanged(AreHeld: fault is null));
            told = fault;
        }
    }

    /// <summary>Tries again until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var losing = losses.Reader.WaitToReadAsync(stop).AsTask();
        for (var pause = PauseFirst; !stop.IsCancellationRequested;)
        {
            await Task.WhenAny(losing, Task.Delay(pause, time, stop));
            if (stop.IsCancellationRequested) return;
            var isLost = losses.Reader.TryRead(out _);
            pause = lines.TryClaim() ? PauseFirst : pause * 2 < PauseMax ? pause * 2 : PauseMax;
            Review();
            if (!isLost) continue;

            // A line that is lost again and again is not tried more often than this.
            await Task.Delay(PauseFirst, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            losing = losses.Reader.WaitToReadAsync(stop).AsTask();
        }
    }

    private void OnLost()
    {
        Review();
        losses.Writer.TryWrite(true);
    }

    [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "Lane {Lane} is out of order, at rest: {Fault}")]
    private static partial void LogMissing(ILogger log, string lane, string fault);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Information, Message = "Lane {Lane} has its lines")]
    private static partial void LogHeld(ILogger log, string lane);
}
