namespace GateAgent.Actuation;

/// <summary>What makes the sound: a buzzer that only sounds or is silent, or one with pitches. Silent on dispose.</summary>
internal abstract class BuzzerOutput : IDisposable
{
    /// <summary>Takes what it sounds on, silent. It may wait for a second: not in a lane's loop.</summary>
    public virtual void Take()
    {
    }

    /// <summary>Sounds, as near to a pitch as it can.</summary>
    public abstract void Sound(int hertz);

    /// <summary>Is silent.</summary>
    public abstract void Silence();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>A buzzer with a tone of its own, on one line.</summary>
internal sealed class LineBuzzerOutput : BuzzerOutput
{
    private readonly GpioLine line;

    /// <summary>A silent buzzer on a line at rest, which stays its owner's.</summary>
    public LineBuzzerOutput(GpioLine line) => this.line = line;

    /// <inheritdoc/>
    public override void Sound(int hertz) => line.Set(isDriven: true);

    /// <inheritdoc/>
    public override void Silence() => line.Set(isDriven: false);

    /// <inheritdoc/>
    public override void Dispose() => Silence();
}
