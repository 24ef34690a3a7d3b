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
    private volatile bool isDriven;

    // Guarded by Using.
    private bool isWritten;

    /// <summary>A line that nobody holds yet. An active-low line rests high.</summary>
    public GpioLine(string place, LineConfig config)
        : base(place, config)
    {
    }

    /// <summary>Drives the line, or lets it rest. It waits for the chip, and where the line works also for whoever tries it just now.
    /// </summary>
    public void Set(bool isDriven)
    {
        this.isDriven = isDriven;
        Interlocked.MemoryBarrier();
        if (!IsWorking) return;
        lock (Using)
        {
            if (ChipLocked is not { } chip) return;
            try
            {
                WriteLocked(chip);
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
    protected override void ClaimLocked(GpioController chip)
    {
        isWritten = isDriven;
        Chip.Claim(chip, Pin, Level(isWritten));
    }

    /// <inheritdoc/>
    protected override void CatchUpLocked(GpioController chip)
    {
        if (isWritten != isDriven) WriteLocked(chip);
    }

    /// <inheritdoc/>
    protected override void RestLocked(GpioController chip) => chip.Write(Pin, Level(isDriven: false));

    /// <inheritdoc/>
    protected override void ProbeLocked(GpioController chip)
    {
        WriteLocked(chip);

        // Only reading tells: libgpiod 1 says nothing of a write that failed, and neither does the kernel of most expanders.
        chip.Read(Pin);
    }

    private void WriteLocked(GpioController chip)
    {
        isWritten = isDriven;
        chip.Write(Pin, Level(isWritten));
    }

    private PinValue Level(bool isDriven) => isDriven != IsActiveLow ? PinValue.High : PinValue.Low;
}
