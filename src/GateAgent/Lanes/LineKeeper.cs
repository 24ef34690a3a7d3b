using System.Threading.Channels;
using GateAgent.Actuation;
using GateAgent.Health;
using Microsoft.Extensions.Logging;

namespace GateAgent.Lanes;

/// <summary>
/// Keeps the lines of one lane: what it does not have is tried again, at first after <see cref="PauseFirst"/>, then less often,
/// at last every <see cref="PauseMax"/>. Where a line in use failed, all are tried at once as they are held, for the lane hears nothing
/// meanwhile; they are claimed anew no more often than before. Lane, health board and log are told of each change, at most once a
/// second. What the configuration denies is never tried: only a corrected configuration ends that.
/// </summary>
internal sealed partial class LineKeeper
{
    /// <summary>How soon a line is claimed again, and how long all must have been well before the lane is told so.</summary>
    public static readonly TimeSpan PauseFirst = TimeSpan.FromSeconds(1);

    /// <summary>How soon lines that are held are tried again when one was lost again and again.</summary>
    public static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest pause between two tries, and how often a lane with all its lines looks whether one is another's too.</summary>
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

    // Guarded by telling: what was told last, and the latest loss. A lane begins with all its lines.
    private string? told;
    private bool isOut;
    private bool isDeaf;
    private string? loss;
    private long lostAt;

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

    /// <summary>Tells how the lines are. Any thread but the lane's: it waits for the log.</summary>
    public void Review()
    {
        string? fault;
        bool isNew;
        lock (telling)
        {
            fault = lines.Fault ?? (time.GetElapsedTime(lostAt) < PauseFirst ? loss : null);
            isNew = fault != told;
            told = fault;
            TellLocked(fault is not null);
        }

        if (fault is null) health.SetWell($"lines {lane}");
        else health.SetFailed($"lines {lane}", $"Out of order, at rest. {fault}{(lines.FailsInFire ? " In a fire count on the hardware's own release alone." : string.Empty)}");
        if (!isNew) return;
        if (fault is null) LogHeld(log, lane);
        else LogMissing(log, lane, fault);
    }

    /// <summary>Tells the lane that its inputs are read no more although it has them, or that they are again. Any thread but the lane's.</summary>
    public void TellDeaf(bool isNowDeaf)
    {
        lock (telling) isDeaf = isNowDeaf;
        Review();
    }

    /// <summary>Tries again until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var losing = losses.Reader.WaitToReadAsync(stop).AsTask();
        var (pause, triedAt) = (PauseFirst, time.GetTimestamp());
        while (!stop.IsCancellationRequested)
        {
            var left = pause - time.GetElapsedTime(triedAt);
            if (Volatile.Read(ref isOut) && left > PauseFirst) left = PauseFirst;
            await Task.WhenAny(losing, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, stop));
            if (stop.IsCancellationRequested) return;
            var isLost = losses.Reader.TryRead(out _);
            if (isLost) pause = PauseFirst;
            if (time.GetElapsedTime(triedAt) >= pause)
            {
                pause = lines.TryClaim() || pause * 2 >= PauseMax ? PauseMax : pause * 2;
                triedAt = time.GetTimestamp();
            }
            else
            {
                lines.Probe();
            }

            Review();
            if (!isLost) continue;
            await Task.Delay(ProbeEvery, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            losing = losses.Reader.WaitToReadAsync(stop).AsTask();
        }
    }

    // On the lane's loop or its sensors: no more than that the lane is told.
    private void OnLost()
    {
        lock (telling)
        {
            lostAt = time.GetTimestamp();
            loss = lines.Fault ?? loss;
            TellLocked(isMissing: true);
        }

        losses.Writer.TryWrite(true);
    }

    private void TellLocked(bool isMissing)
    {
        if ((isMissing || isDeaf) == isOut) return;
        isOut = isMissing || isDeaf;
        post(new LaneEvent.LinesChanged(AreHeld: !isOut));
    }

    [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "Lane {Lane} is out of order, at rest: {Fault}")]
    private static partial void LogMissing(ILogger log, string lane, string fault);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Information, Message = "Lane {Lane} has its lines")]
    private static partial void LogHeld(ILogger log, string lane);
}
