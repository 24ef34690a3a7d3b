using System.Device.Gpio;
using GateAgent.Configuration;
using GateAgent.Display;
using GateAgent.Health;
using GateAgent.Lanes;

namespace GateAgent.Actuation;

/// <summary>What hangs on one lane: a relay, a permit contact, three lamps, a buzzer, a display; each may be absent. Only the lane's loop calls it.</summary>
internal sealed class LaneActuators : IDisposable
{
    private readonly GpioLine? relay;
    private readonly GpioLine? permit;
    private readonly GpioLine? green;
    private readonly GpioLine? amber;
    private readonly GpioLine? red;
    private readonly Buzzer? buzzer;
    private readonly LaneDisplay? display;
    private Signal shown = Signal.Idle;

    /// <summary>Claims the lines of a lane, all at rest.</summary>
    public LaneActuators(
        LaneConfig config, GpioController controller, TimeProvider time, LaneDisplay? display = null, HealthBoard? health = null)
    {
        relay = Claim(controller, config.Relay);
        permit = Claim(controller, config.Permit);
        green = Claim(controller, config.Green);
        amber = Claim(controller, config.Amber);
        red = Claim(controller, config.Red);
        buzzer = BuzzerOn(controller, config, health) is { } output ? new Buzzer(output, time) : null;
        this.display = display;
    }

    /// <summary>True when there is a relay to open.</summary>
    public bool HasRelay => relay is not null || permit is not null;

    /// <summary>Drives the relay, or lets it rest.</summary>
    public void SetRelay(bool isDriven) => relay?.Set(isDriven);

    /// <summary>Closes the permit contact, or opens it.</summary>
    public void SetPermit(bool isClosed) => permit?.Set(isClosed);

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
        green?.Set(SignalPlan.IsPass(signal) || signal is Signal.Free);
        amber?.Set(signal is Signal.SeeStaff or Signal.ReadAgain or Signal.WrongCode or Signal.ShowCode
            or Signal.PassWithCondition or Signal.PassAgain or Signal.PassAgainWithCondition or Signal.OutOfOrder);
        red?.Set(signal is Signal.Refused);
        buzzer?.Play(signal);
    }

    /// <summary>Everything rests; the relay first.</summary>
    public void Dispose()
    {
        relay?.Dispose();
        permit?.Dispose();
        green?.Dispose();
        amber?.Dispose();
        red?.Dispose();
        buzzer?.Dispose();
        display?.Dispose();
    }

    private static BuzzerOutput? BuzzerOn(GpioController controller, LaneConfig config, HealthBoard? health)
    {
        if (config.BuzzerPwm is { } pwm) return new PwmBuzzerOutput(config.Name!, pwm, health);
        if (config.Buzzer is null) return null;
#if OWNER_PACKAGES
        if (config.BuzzerHasPitches) return new IotBuzzerOutput(controller, config.Buzzer.Pin);
#endif
        return new LineBuzzerOutput(new GpioLine(controller, config.Buzzer.Pin, config.Buzzer.ActiveLow));
    }

    private static GpioLine? Claim(GpioController controller, LineConfig? line) =>
        line is null ? null : new GpioLine(controller, line.Pin, line.ActiveLow);
}
