using GateAgent.Health;
using GateAgent.Lanes;

namespace GateAgent.Sensing;

/// <summary>
/// The inputs of one lane: a thread of their own looks at every level each <see cref="LookEvery"/> and posts what changed.
/// It decides nothing, and a line that cannot be read is left to those who keep the lane's lines. A contact that bounces on, or a
/// momentary one that stays active, is a health item; what it told stands. Why it does not wait for edges: docs/decisions/0007.
/// </summary>
internal sealed class LaneSensors : IDisposable
{
    /// <summary>A pulse must be longer than this and <see cref="InputLine.SettleTime"/> together to be seen for certain.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(4);

    /// <summary>A sensor or button that is active for so long is stuck, blocked or held.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(1);

    private const LaneInputs Momentary =
        LaneInputs.Passage | LaneInputs.ExitPassage | LaneInputs.ExitRequest | LaneInputs.Help | LaneInputs.Longer;

    private const int SpinsAtOnce = 20;
    private readonly IReadOnlyList<(LaneInputs Input, InputLine Line)> lines;
    private readonly CancellationTokenSource ending = new();
    private readonly string component;
    private readonly Action<LaneEvent> post;
    private readonly HealthBoard health;
    private readonly TimeProvider time;
    private readonly Action pause;
    private Thread? thread;
    private long lookedAt;
    private LaneInputs bouncing;
    private LaneInputs stuck;

    /// <summary>Sensors of which <see cref="Look"/> is the caller's.</summary>
    /// <param name="lane">The lane's name.</param>
    /// <param name="lines">What is wired. One that is not held is looked at from its claim on.</param>
    /// <param name="post">Takes what changed.</param>
    /// <param name="health">Takes what is broken.</param>
    /// <param name="time">Measures.</param>
    /// <param name="pause">Waits between two reads of a level that has stood; nothing where contacts do not bounce.</param>
    public LaneSensors(
        string lane, IReadOnlyList<(LaneInputs Input, InputLine Line)> lines, Action<LaneEvent> post, HealthBoard health, TimeProvider time, Action pause)
    {
        this.lines = lines;
        this.pause = pause;
        component = $"inputs {lane}";
        this.post = post;
        this.health = health;
        this.time = time;
    }

    /// <summary>Begins to look. What is active already is posted too.</summary>
    public static LaneSensors Start(
        string lane, IReadOnlyList<(LaneInputs Input, InputLine Line)> lines, Action<LaneEvent> post, HealthBoard health, TimeProvider time)
    {
        var sensors = new LaneSensors(lane, lines, post, health, time, () => Spin(time));
        if (lines.Count == 0) return sensors;

        // A first look that never ends is one too.
        sensors.MarkLook();
        sensors.thread = new Thread(sensors.Run) { Name = "inputs", IsBackground = true };
        sensors.thread.Start();
        return sensors;
    }

    /// <summary>For how long nothing was looked at; null where nothing is wired. Any thread.</summary>
    public TimeSpan? LookedBefore => Volatile.Read(ref lookedAt) is var last and not 0 ? time.GetElapsedTime(last) : null;

    /// <summary>Looks at every level once.</summary>
    /// <param name="now">Monotonic time.</param>
    public void Look(TimeSpan now)
    {
        var (nowBouncing, nowStuck) = (LaneInputs.None, LaneInputs.None);
        foreach (var (input, line) in lines)
        {
            if (line.Look(now, pause) is { } isActive) post(new LaneEvent.InputChanged(input, isActive));
            if (line.Bounces(now)) nowBouncing |= input;
            if ((input & Momentary) != LaneInputs.None && line.ActiveFor(now) >= StuckAfter) nowStuck |= input;
        }

        if (nowBouncing == bouncing && nowStuck == stuck) return;
        (bouncing, stuck) = (nowBouncing, nowStuck);
        ReviewHealth();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ending.Cancel();
        thread?.Join();
        ending.Dispose();
    }

    // A thread that sleeps wakes up too late for this: it is a millisecond at each change of an input.
    private static void Spin(TimeProvider time)
    {
        var begin = time.GetTimestamp();
        while (time.GetElapsedTime(begin) < InputLine.ConfirmEvery) Thread.SpinWait(SpinsAtOnce);
    }

    private void MarkLook() => Volatile.Write(ref lookedAt, Math.Max(time.GetTimestamp(), 1));

    private void ReviewHealth()
    {
        if (bouncing != LaneInputs.None) health.SetDegraded(component, $"{bouncing} does not stand still: look at its contact and its cable.");
        else if (stuck != LaneInputs.None) health.SetDegraded(component, $"{stuck} is active for more than a minute: stuck, blocked or held.");
        else health.SetWell(component);
    }

    private void Run()
    {
        var since = time.GetTimestamp();
        health.SetWell(component);
        do
        {
            Look(time.GetElapsedTime(since));
            MarkLook();
        }
        while (!ending.Token.WaitHandle.WaitOne(LookEvery));
    }
}
