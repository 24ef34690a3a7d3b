using System.Device.Gpio;
using GateAgent.Actuation;
using GateAgent.Configuration;

namespace GateAgent.Sensing;

/// <summary>
/// One input line, debounced: a level counts when it was found at every look for <see cref="SettleTime"/>. A contact that
/// never stands still changes nothing. Only the thread of its lane's sensors looks.
/// </summary>
internal sealed class InputLine : IDisposable
{
    /// <summary>How long a level must stand: longer than a contact bounces, short enough for fire release within 20 ms.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(5);

    private readonly GpioController controller;
    private readonly int pin;
    private readonly bool isActiveLow;
    private bool isActive;
    private TimeSpan? otherSince;

    /// <summary>Claims the line. A contact to ground on a pulled-up pin is active low.</summary>
    /// <exception cref="IOException">Another program holds the line.</exception>
    public InputLine(GpioController controller, LineConfig line)
    {
        this.controller = controller;
        pin = line.Pin;
        isActiveLow = line.ActiveLow;
        Chip.ClaimInput(controller, pin, isPulledUp: isActiveLow);
    }

    /// <summary>Looks at the level.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <returns>What the input has become; null when it is what it was, from inactive on.</returns>
    public bool? Look(TimeSpan now)
    {
        var isNow = (controller.Read(pin) == PinValue.High) != isActiveLow;
        if (isNow == isActive)
        {
            otherSince = null;
            return null;
        }

        otherSince ??= now;
        if (now - otherSince < SettleTime) return null;
        otherSince = null;
        return isActive = isNow;
    }

    /// <inheritdoc/>
    public void Dispose() => controller.ClosePin(pin);
}
