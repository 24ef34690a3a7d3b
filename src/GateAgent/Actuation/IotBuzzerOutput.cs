#if OWNER_PACKAGES
using System.Device.Gpio;
using System.Device.Pwm.Drivers;
using GateAgent.Configuration;
using IotBuzzer = Iot.Device.Buzzer.Buzzer;

namespace GateAgent.Actuation;

/// <summary>A piezo with pitches, by Iot.Device.Bindings and software PWM. Compiled with <c>-p:OwnerPackages=true</c> only.</summary>
internal sealed class IotBuzzerOutput : BuzzerOutput
{
    private readonly PiezoLine line;

    /// <summary>A silent piezo on a line, which stays its owner's.</summary>
    public IotBuzzerOutput(PiezoLine line) => this.line = line;

    /// <inheritdoc/>
    public override void Sound(int hertz) => line.Sound(hertz);

    /// <inheritdoc/>
    public override void Silence() => line.Sound(0);

    /// <inheritdoc/>
    public override void Dispose() => Silence();
}

/// <summary>The line of a piezo. Software PWM claims it and gives it back.</summary>
internal sealed class PiezoLine : LaneLine
{
    private IotBuzzer? piezo;

    /// <summary>A line that nobody holds yet.</summary>
    public PiezoLine(string place, LineConfig config)
        : base(place, config)
    {
    }

    /// <summary>Sounds at a pitch; 0 is silence.</summary>
    public void Sound(int hertz)
    {
        lock (Using)
        {
            if (ChipLocked is null) return;
            if (hertz > 0) piezo!.StartPlaying(hertz);
            else piezo!.StopPlaying();
        }
    }

    /// <inheritdoc/>
    protected override void ClaimLocked(GpioController chip) =>
        piezo = new IotBuzzer(new SoftwarePwmChannel(Pin, controller: chip, shouldDispose: false));

    /// <inheritdoc/>
    protected override void ReleaseLocked(GpioController chip) => piezo!.Dispose();

    /// <inheritdoc/>
    protected override void ProbeLocked(GpioController chip)
    {
    }
}
#endif
