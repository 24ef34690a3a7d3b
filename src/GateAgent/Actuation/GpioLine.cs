using System.Device.Gpio;

namespace GateAgent.Actuation;

/// <summary>
/// One output line, claimed with its resting level in one call, so that a restart never clicks what hangs on it. Rests on
/// dispose. Only the lane's loop drives it.
/// </summary>
internal sealed class GpioLine : IDisposable
{
    private readonly GpioController controller;
    private readonly int pin;
    private readonly PinValue driven;
    private readonly PinValue resting;

    /// <summary>Claims a line. An active-low line rests high.</summary>
    public GpioLine(GpioController controller, int pin, bool isActiveLow)
    {
        this.controller = controller;
        this.pin = pin;
        driven = isActiveLow ? PinValue.Low : PinValue.High;
        resting = isActiveLow ? PinValue.High : PinValue.Low;
        Chip.Claim(controller, pin, resting);
    }

    /// <summary>Drives the line.</summary>
    public void Drive() => controller.Write(pin, driven);

    /// <summary>Lets the line rest.</summary>
    public void Rest() => controller.Write(pin, resting);

    /// <summary>Drives it or lets it rest.</summary>
    public void Set(bool isDriven) => controller.Write(pin, isDriven ? driven : resting);

    /// <inheritdoc/>
    public void Dispose()
    {
        Rest();
        controller.ClosePin(pin);
    }
}
