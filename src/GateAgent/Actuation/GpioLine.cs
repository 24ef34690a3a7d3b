using System.Device.Gpio;
using GateAgent.Configuration;

namespace GateAgent.Actuation;

/// <summary>
/// One output line, claimed with the level that is ordered of it in one call, so that neither a restart nor a late claim clicks
/// what hangs on it. It rests until it is driven, and again before it is given back. The lane's loop drives it; a buzzer's
/// line is driven by what plays its notes.
/// </summary>
internal sealed class GpioLine : LaneLine
{
    private bool isDriven;

    /// <summary>A line that nobody holds yet. An active-low line rests high.</summary>
    public GpioLine(string place, LineConfig config)
        : base(place, config)
    {
    }

    /// <summary>Drives the line, or lets it rest.</summary>
    public void Set(bool isDriven)
    {
        lock (Using)
        {
            this.isDriven = isDriven;
            if (ChipLocked is not { } chip) return;
            try
            {
                chip.Write(Pin, Level(isDriven));
                return;
            }
            catch (Exception failed) when (Chip.IsFailure(failed))
            {
                FailLocked(failed);
            }
        }

        Lost();
    }

    /// <inheritdoc/>
    protected override void ClaimLocked(GpioController chip) => Chip.Claim(chip, Pin, Level(isDriven));

    /// <inheritdoc/>
    protected override void RestLocked(GpioController chip) => chip.Write(Pin, Level(isDriven: false));

    // Only reading tells: libgpiod 1 says nothing of a write that failed, and neither does the kernel of most expanders.
    /// <inheritdoc/>
    protected override void ProbeLocked(GpioController chip)
    {
        chip.Write(Pin, Level(isDriven));
        chip.Read(Pin);
    }

    private PinValue Level(bool isDriven) => isDriven != IsActiveLow ? PinValue.High : PinValue.Low;
}
