#if OWNER_PACKAGES
using System.Device.Gpio;
using System.Device.Pwm.Drivers;
using IotBuzzer = Iot.Device.Buzzer.Buzzer;

namespace GateAgent.Actuation;

/// <summary>
/// A piezo with pitches on one line, by Iot.Device.Bindings and software PWM. Compiled with <c>-p:OwnerPackages=true</c> only.
/// It exists while a note sounds: software PWM keeps a core busy, also where it is silent. The end of a note waits for its period.
/// </summary>
internal sealed class IotBuzzerOutput : BuzzerOutput
{
    private readonly GpioLine line;
    private IotBuzzer? piezo;

    /// <summary>A silent piezo on a line at rest, which stays its owner's.</summary>
    public IotBuzzerOutput(GpioLine line) => this.line = line;

    /// <inheritdoc/>
    public override void Sound(int hertz)
    {
        Silence();
        piezo = new IotBuzzer(new SoftwarePwmChannel(line.Pin, hertz, controller: new GpioController(new LineDriver(line))));
        piezo.StartPlaying(hertz);
    }

    /// <inheritdoc/>
    public override void Silence()
    {
        piezo?.Dispose();
        piezo = null;
    }

    /// <inheritdoc/>
    public override void Dispose() => piezo?.Dispose();

    /// <summary>
    /// A chip that has one line of a lane, claimed by the lane. Software PWM runs on a thread where a chip that fails would end the
    /// program: here it is the line's fault, as with every other.
    /// </summary>
    private sealed class LineDriver(GpioLine line) : GpioDriver
    {
        private const string NoInput = "The line of a buzzer is an output.";

        /// <inheritdoc/>
        protected override int PinCount => line.Pin + 1;

        /// <inheritdoc/>
        protected override void OpenPin(int pinNumber)
        {
        }

        /// <inheritdoc/>
        protected override void ClosePin(int pinNumber)
        {
        }

        /// <inheritdoc/>
        protected override void SetPinMode(int pinNumber, PinMode mode)
        {
        }

        /// <inheritdoc/>
        protected override PinMode GetPinMode(int pinNumber) => PinMode.Output;

        /// <inheritdoc/>
        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode is PinMode.Output;

        /// <inheritdoc/>
        protected override void Write(int pinNumber, PinValue value) => line.Set(isDriven: value == PinValue.High);

        /// <inheritdoc/>
        protected override PinValue Read(int pinNumber) => throw new NotSupportedException(NoInput);

        /// <inheritdoc/>
        protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
            throw new NotSupportedException(NoInput);

        /// <inheritdoc/>
        protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
            throw new NotSupportedException(NoInput);

        /// <inheritdoc/>
        protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
            throw new NotSupportedException(NoInput);
    }
}
#endif
