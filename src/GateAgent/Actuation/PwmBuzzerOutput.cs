using System.Device.Pwm;

namespace GateAgent.Actuation;

/// <summary>A piezo with pitches on a hardware PWM channel of the kernel (/sys/class/pwm).</summary>
internal sealed class PwmBuzzerOutput : BuzzerOutput
{
    private readonly PwmChannel channel;

    /// <summary>A silent piezo on a channel, which is this object's from now on.</summary>
    public PwmBuzzerOutput(PwmChannel channel)
    {
        this.channel = channel;
        channel.DutyCycle = 0.5;
    }

    /// <inheritdoc/>
    public override void Sound(int hertz)
    {
        channel.Frequency = hertz;
        channel.Start();
    }

    /// <inheritdoc/>
    public override void Silence() => channel.Stop();

    /// <inheritdoc/>
    public override void Dispose()
    {
        channel.Stop();
        channel.Dispose();
    }
}
