using GateAgent.Configuration;
using GateAgent.Health;

namespace GateAgent.Actuation;

/// <summary>
/// A piezo with pitches on a PWM channel of the kernel. A lane without sound is still a lane: a channel that is not there or
/// does not take a note is a health item and is tried again at the next note. A note that falls into <see cref="Take"/> is silent.
/// </summary>
internal sealed class PwmBuzzerOutput : BuzzerOutput
{
    private readonly string component;
    private readonly HealthBoard? health;
    private readonly Func<TimeSpan, KernelPwm> open;
    private readonly Lock inUse = new();

    // Guarded by inUse.
    private KernelPwm? pwm;

    /// <summary>A piezo on a channel that is not taken yet.</summary>
    /// <param name="lane">The lane's name.</param>
    /// <param name="config">The channel.</param>
    /// <param name="health">Takes its failure; null where nobody looks.</param>
    public PwmBuzzerOutput(string lane, PwmConfig config, HealthBoard? health)
        : this(lane, patience => KernelPwm.Open(config.Chip, config.Channel, patience), health)
    {
    }

    /// <summary>A silent piezo on a channel that is taken when it is needed, within the patience given.</summary>
    internal PwmBuzzerOutput(string lane, Func<TimeSpan, KernelPwm> open, HealthBoard? health)
    {
        component = $"buzzer {lane}";
        this.open = open;
        this.health = health;
    }

    /// <inheritdoc/>
    public override void Take()
    {
        lock (inUse) DoLocked(KernelPwm.PermissionWithin, static one => one.Silence());
    }

    /// <inheritdoc/>
    public override void Sound(int hertz) => Do(() => DoLocked(TimeSpan.Zero, one => one.Sound(hertz)));

    /// <inheritdoc/>
    public override void Silence() => Do(() =>
    {
        // Nothing sounds on a channel that could not be taken.
        if (pwm is not null) DoLocked(TimeSpan.Zero, static one => one.Silence());
    });

    /// <inheritdoc/>
    public override void Dispose()
    {
        lock (inUse) LetGoLocked();
    }

    // A lane's loop does not wait for a channel that is being taken.
    private void Do(Action act)
    {
        if (!inUse.TryEnter()) return;
        try
        {
            act();
        }
        finally
        {
            inUse.Exit();
        }
    }

    private void LetGoLocked()
    {
        pwm?.Dispose();
        pwm = null;
    }

    private void DoLocked(TimeSpan patience, Action<KernelPwm> act)
    {
        try
        {
            pwm ??= open(patience);
            act(pwm);
            health?.SetWell(component);
        }
        catch (IOException failed)
        {
            LetGoLocked();
            health?.SetDegraded(component, $"The buzzer is silent: {failed.Message}");
        }
    }
}
