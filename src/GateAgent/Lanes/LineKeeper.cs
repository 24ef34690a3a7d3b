using GateAgent.Actuation;
using GateAgent.Health;
using Microsoft.Extensions.Logging;

namespace GateAgent.Lanes;

/// <summary>
/// Keeps the lines of one lane: what it does not have is tried again, at first after <see cref="PauseFirst"/>, then less often,
/// at last every <see cref="PauseMax"/>. Lane, health board and log are told of each change. What the configuration denies is
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
        lines.Lost = Review;
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
        for (var pause = PauseFirst; !stop.IsCancellationRequested;)
        {
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
            pause = lines.TryClaim() ? PauseFirst : pause * 2 < PauseMax ? pause * 2 : PauseMax;
            Review();
        }
    }

    [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "Lane {Lane} is out of order, at rest: {Fault}")]
    private static partial void LogMissing(ILogger log, string lane, string fault);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Information, Message = "Lane {Lane} has its lines")]
    private static partial void LogHeld(ILogger log, string lane);
}
