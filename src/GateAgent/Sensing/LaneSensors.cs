using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using GateAgent.Configuration;
using GateAgent.Health;
using GateAgent.Lanes;

namespace GateAgent.Sensing;

/// <summary>
/// The inputs of one lane: a thread of their own looks at every level each <see cref="LookEvery"/> and posts what changed.
/// It decides nothing. Why it does not wait for edges: docs/decisions/0007.
/// </summary>
internal sealed class LaneSensors : IDisposable
{
    /// <summary>A pulse must be longer than this and <see cref="InputLine.SettleTime"/> together to be seen for certain.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(4);

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);
    private readonly List<(LaneInputs Input, InputLine Line)> lines = [];
    private readonly CancellationTokenSource ending = new();
    private readonly string component;
    private readonly Action<LaneEvent> post;
    private readonly HealthBoard health;
    private readonly TimeProvider time;
    private Thread? thread;
    private bool isFailed;

    /// <summary>Claims the lines; <see cref="Look"/> is the caller's.</summary>
    /// <exception cref="IOException">Another program holds a line.</exception>
    public LaneSensors(
        string lane, InputsConfig? config, GpioController controller, Action<LaneEvent> post, HealthBoard health, TimeProvider time)
    {
        component = $"inputs {lane}";
        this.post = post;
        this.health = health;
        this.time = time;
        try
        {
            foreach (var (input, _, line) in config?.Wired() ?? []) lines.Add((input, new InputLine(controller, line)));
        }
        catch (IOException)
        {
            Dispose();
            throw;
        }

    }

    /// <summary>Claims the lines and begins to look. What is active already is posted too.</summary>
    /// <exception cref="IOException">Another program holds a line.</exception>
    public static LaneSensors Start(
        string lane, InputsConfig? config, GpioController controller, Action<LaneEvent> post, HealthBoard health, TimeProvider time)
    {
        var sensors = new LaneSensors(lane, config, controller, post, health, time);
        if (sensors.lines.Count == 0) return sensors;
        sensors.thread = new Thread(sensors.Run) { Name = "inputs", IsBackground = true };
        sensors.thread.Start();
        return sensors;
    }

    /// <summary>Looks at every level once.</summary>
    /// <param name="now">Monotonic time.</param>
    public void Look(TimeSpan now)
    {
        foreach (var (input, line) in lines)
        {
            if (line.Look(now) is { } isActive) post(new LaneEvent.InputChanged(input, isActive));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ending.Cancel();
        thread?.Join();
        foreach (var (_, line) in lines) line.Dispose();
        ending.Dispose();
    }

    private void Run()
    {
        var since = time.GetTimestamp();
        health.SetWell(component);
        for (var pause = LookEvery; !ending.Token.WaitHandle.WaitOne(pause);) pause = TryLook(time.GetElapsedTime(since)) ? LookEvery : AgainAfter;
    }

    // A chip that cannot be read is a fault of this lane's inputs; the lane goes on, and so do the others.
    private bool TryLook(TimeSpan now)
    {
        try
        {
            Look(now);
            if (isFailed) health.SetWell(component);
            isFailed = false;
            return true;
        }
        catch (Exception unreadable) when (unreadable is IOException or GpiodException)
        {
            isFailed = true;
            health.SetFailed(component, $"The inputs cannot be read: {unreadable.Message}");
            return false;
        }
    }
}
