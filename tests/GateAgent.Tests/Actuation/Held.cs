using System.Device.Gpio;
using GateAgent.Actuation;
using GateAgent.Configuration;

namespace GateAgent.Tests.Actuation;

/// <summary>Lines that can all be had.</summary>
internal static class Held
{
    /// <summary>Claims the lines of a lane on an open chip, which is theirs from then on.</summary>
    public static LaneLines On(GpioController controller, LaneConfig config)
    {
        var lines = new LaneLines(config, () => controller);
        Assert.True(lines.TryClaim(), lines.Fault);
        return lines;
    }
}
