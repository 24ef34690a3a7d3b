using GateAgent.Actuation;
using GateAgent.Configuration;

namespace GateAgent.Tests.Lanes;

/// <summary>The lines of a lane with relay, lamp and fire input, claimed on a simulated chip that writes its edges down.</summary>
internal sealed class WiredLane : IDisposable
{
    public const int Relay = 17;
    public const int Green = 18;
    public const int Fire = 5;
    private readonly GpioChips chips = new(null);
    private readonly string edges;

    public WiredLane(string edges)
    {
        this.edges = edges;
        Driver = new SimulatedGpioDriver(edges);
        chips.Plug("chip", Driver);
        var config = new LaneConfig
        {
            Name = "metro-1",
            Relay = new LineConfig { Pin = Relay },
            Green = new LineConfig { Pin = Green },
            Inputs = new InputsConfig { Fire = new LineConfig { Pin = Fire } },
        };
        Lines = new LaneLines(config, () =>
        {
            Opened++;
            return chips.Open("chip");
        });
        Assert.True(Lines.TryClaim(), Lines.Fault);
    }

    public SimulatedGpioDriver Driver { get; }

    public LaneLines Lines { get; }

    /// <summary>How often the chip was opened.</summary>
    public int Opened { get; private set; }

    /// <summary>Reads the fire input, as its sensors do.</summary>
    public void LookAtFire() => Assert.Null(Lines.Inputs[0].Line.Look(TimeSpan.Zero, static () => { }));

    /// <summary>The edges of the relay so far, from its claim on.</summary>
    public IEnumerable<string> Edges()
    {
        using var file = new StreamReader(new FileStream(edges, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])
            .Where(static edge => edge.StartsWith("17 ", StringComparison.Ordinal))];
    }

    public void Dispose()
    {
        Lines.Dispose();
        chips.Dispose();
    }
}
