#if OWNER_PACKAGES
using System.Device.Gpio;
using System.Device.Pwm.Drivers;
using IotBuzzer = Iot.Device.Buzzer.Buzzer;

namespace GateAgent.Actuation;

/// <summary>A piezo with pitches, by Iot.Device.Bindings and software PWM. Compiled with <c>-p:OwnerPackages=true</c> only.</summary>
internal sealed class IotBuzzerOutput : BuzzerOutput
{
    private readonly IotBuzzer buzzer;

    /// <summary>A silent piezo on a pin.</summary>
    public IotBuzzerOutput(GpioController controller, int pin) =>
        buzzer = new IotBuzzer(new SoftwarePwmChannel(pin, controller: controller, shouldDispose: false));

    /// <inheritdoc/>
    public override void Sound(int hertz) => buzzer.StartPlaying(hertz);

    /// <inheritdoc/>
    public override void Silence() => buzzer.StopPlaying();

    /// <inheritdoc/>
    public override void Dispose() => buzzer.Dispose();
}
#endif
