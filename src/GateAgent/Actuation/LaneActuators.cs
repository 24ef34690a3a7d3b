using GateAgent.Configuration;
using GateAgent.Display;
using GateAgent.Health;
using GateAgent.Lanes;

namespace GateAgent.Actuation;

/// <summary>What hangs on one lane: a relay, a permit contact, three lamps, a buzzer, a display; each may be absent. Only the lane's loop calls it.</summary>
internal sealed class LaneActuators : IDisposable
{
    private readonly LaneLines lines;
    private readonly TimeProvider time;
    private readonly Buzzer? buzzer;
    private readonly LaneDisplay? display;
    private Signal shown = Signal.Idle;
    private long busySince;

    /// <summary>Actuators at rest.</summary>
    /// <param name="config">What hangs on the lane.</param>
    /// <param name="lines">Its lines. What is ordered of one that is not held counts from its claim on.</param>
    /// <param name="time">Plays the buzzer.</param>
    /// <param name="display">The display; null for none. This object's from then on.</param>
    /// <param name="health">Takes the buzzer's failure; null where nobody looks.</param>
    public LaneActuators(
        LaneConfig config, LaneLines lines, TimeProvider time, LaneDisplay? display = null, HealthBoard? health = null)
    {
        this.lines = lines;
        this.time = time;
        buzzer = BuzzerOn(lines.Buzzer, config, health) is { } output ? new Buzzer(output, time) : null;
        this.display = display;
    }

    /// <summary>True when there is a relay to open.</summary>
    public bool HasRelay => lines.Relay is not null || lines.Permit is not null;

    /// <summary>For how long the loop has been waiting for a chip, or for the channel of a buzzer, to take an order; null while it
    /// waits for none. Any thread.</summary>
    public TimeSpan? BusyFor => Volatile.Read(ref busySince) is var since and not 0 ? time.GetElapsedTime(since) : null;

    /// <summary>Takes the buzzer's channel, which may take a second. Not in the loop, and once.</summary>
    public void TakeBuzzer() => buzzer?.Take();

    /// <summary>Drives the relay, or lets it rest.</summary>
    public void SetRelay(bool isDriven)
    {
        Begin();
        lines.Relay?.Set(isDriven);
        End();
    }

    /// <summary>Closes the permit contact, or opens it.</summary>
    public void SetPermit(bool isClosed)
    {
        Begin();
        lines.Permit?.Set(isClosed);
        End();
    }

    /// <summary>Goes on showing a signal: sounds it only where it had gone out.</summary>
    public void ShowOn(Order.ShowOn show)
    {
        if (show.Signal != shown) Show(new Order.Show(show.Signal, show.Reference));
    }

    /// <summary>Shows and sounds a signal: green, amber or red lamp, all dark when idle. Lamps are steady. Each answer is
    /// sounded, also when it is the same as the one before: it is for another person.</summary>
    public void Show(Order.Show show)
    {
        var signal = show.Signal;
        shown = signal;
        display?.Show(show);
        Begin();
        lines.Green?.Set(SignalPlan.IsPass(signal) || signal is Signal.Free);
        lines.Amber?.Set(signal is Signal.SeeStaff or Signal.ReadAgain or Signal.WrongCode or Signal.ShowCode
            or Signal.PassWithCondition or Signal.PassAgain or Signal.PassAgainWithCondition or Signal.OutOfOrder);
        lines.Red?.Set(signal is Signal.Refused);
        buzzer?.Play(signal);
        End();
    }

    /// <summary>Everything rests; the relay first.</summary>
    public void Dispose()
    {
        GpioLine?[] outputs = [lines.Relay, lines.Permit, lines.Green, lines.Amber, lines.Red];
        foreach (var line in outputs) line?.Set(isDriven: false);
        buzzer?.Dispose();
        display?.Dispose();
    }

    private void Begin() => Volatile.Write(ref busySince, Math.Max(time.GetTimestamp(), 1));

    private void End() => Volatile.Write(ref busySince, 0);

    private static BuzzerOutput? BuzzerOn(GpioLine? line, LaneConfig config, HealthBoard? health) => line switch
    {
        _ when config.BuzzerPwm is { } pwm => new PwmBuzzerOutput(config.Name!, pwm, health),
        null => null,
#if OWNER_PACKAGES
        _ when config.BuzzerHasPitches => new IotBuzzerOutput(line),
#endif
        _ => new LineBuzzerOutput(line),
    };
}
