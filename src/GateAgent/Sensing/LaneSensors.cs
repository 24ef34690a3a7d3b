using System.Device.Gpio;
using GateAgent.Configuration;
using GateAgent.Lanes;

namespace GateAgent.Sensing;

/// <summary>The inputs of one lane. They post; they decide nothing.</summary>
internal sealed class LaneSensors : IDisposable
{
    // The slow level check beside the edges: a lost edge is made up for within this time.
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(250);
    private readonly List<InputLine> lines = [];
    private readonly ITimer timer;

    /// <summary>Claims the lines and begins to watch.</summary>
    /// <exception cref="IOException">Another program holds a line.</exception>
    public LaneSensors(InputsConfig? config, GpioController controller, Action<LaneEvent> post, TimeProvider time)
    {
        timer = time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            foreach (var (input, _, line) in config?.Wired() ?? [])
                lines.Add(new InputLine(controller, line, isActive => post(new LaneEvent.InputChanged(input, isActive)), time));
        }
        catch (IOException)
        {
            Dispose();
            throw;
        }

        // What was active before the agent started counts too: fire release may be on already.
        Check();
        if (lines.Count > 0) timer.Change(CheckEvery, CheckEvery);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        foreach (var line in lines) line.Dispose();
    }

    private void Check()
    {
        foreach (var line in lines) line.Check();
    }
}
