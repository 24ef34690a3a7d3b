using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Runtime.CompilerServices;

namespace GateAgent.Actuation;

/// <summary>
/// A controller over libgpiod 2 that claims a line with its first level. The driver's own way makes the line an output at
/// a low level first and writes the level after it, which clicks a relay that a low level drives. Its Write makes an
/// untouched line an output and sets its level in one request; the controller hides that call, so it is made here.
/// </summary>
internal sealed class RestingController : GpioController
{
    private readonly LibGpiodV2Driver driver;

    /// <summary>A controller that owns its driver.</summary>
    public RestingController(LibGpiodV2Driver driver)
        : base(driver) => this.driver = driver;

    /// <summary>Claims a line as an output with its first level.</summary>
    public void Claim(int pin, PinValue first)
    {
        OpenPin(pin);
        Write(driver, pin, first);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Write")]
    private static extern void Write(LibGpiodV2Driver driver, int pin, PinValue value);
}
