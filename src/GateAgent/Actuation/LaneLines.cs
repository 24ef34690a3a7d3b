using System.Collections.ObjectModel;
using System.Device.Gpio;
using GateAgent.Configuration;
using GateAgent.Lanes;
using GateAgent.Sensing;

namespace GateAgent.Actuation;

/// <summary>
/// All lines of one lane, on a chip that is open for this lane alone. Rules, in order:
/// <list type="number">
/// <item>A line that the configuration gives to two purposes or to two lanes is not claimed at all.</item>
/// <item>The others are claimed as far as they can be had, outputs at rest, also where one of them cannot: what the lane has
/// must not float.</item>
/// <item>A line that failed is tried as it is held; one that answers was not lost. One that does not is claimed anew, and where
/// none answers the chip is gone and is opened anew: it comes back as another one. What is driven does not click on the way.</item>
/// </list>
/// </summary>
internal sealed class LaneLines : IDisposable
{
    private readonly Func<GpioController> open;
    private readonly Func<IReadOnlyDictionary<string, string>> denied;
    private readonly IReadOnlyList<LaneLine> all;
    private readonly Lock claiming = new();

    // Guarded by claiming.
    private GpioController? controller;
    private string? chipFault;

    /// <summary>Lines of which none is claimed.</summary>
    /// <param name="config">The lane.</param>
    /// <param name="open">Opens its chip; called again after the chip was lost.</param>
    /// <param name="denied">The places whose pins the configuration denies this lane, with why; null for none.</param>
    public LaneLines(LaneConfig config, Func<GpioController> open, Func<IReadOnlyDictionary<string, string>>? denied = null)
    {
        this.open = open;
        this.denied = denied ?? (static () => ReadOnlyDictionary<string, string>.Empty);
        Relay = Output("relay", config.Relay);
        Permit = Output("permit", config.Permit);
        Green = Output("green", config.Green);
        Amber = Output("amber", config.Amber);
        Red = Output("red", config.Red);
        Buzzer = Output("buzzer", config.Buzzer);
        Inputs = [.. (config.Inputs?.Wired() ?? []).Select(static one => (one.Input, new InputLine($"inputs.{one.Name}", one.Line)))];
        GpioLine?[] outputs = [Relay, Permit, Green, Amber, Red, Buzzer];
        all = [.. outputs.OfType<LaneLine>(), .. Inputs.Select(static one => one.Line)];
        foreach (var line in all) line.Lost = OnLost;
    }

    /// <summary>The lines of a lane of a configuration, of which none is claimed.</summary>
    public static LaneLines Of(LaneConfig config, AgentConfig whole, GpioChips chips)
    {
        // One name is one chip; of several it has to be asked again and again.
        var isOneName = whole.Lanes!.Select(whole.ChipOf).Distinct(StringComparer.Ordinal).Count() == 1;
        Func<string, string> deviceOf = isOneName ? static name => name : chips.DeviceOf;
        return new LaneLines(config, () => chips.Open(whole.ChipOf(config)!), () => PinCheck.Denied(whole, config, deviceOf));
    }

    /// <summary>The relay; null where none is wired, as with all of these.</summary>
    public GpioLine? Relay { get; }

    /// <summary>The permit contact.</summary>
    public GpioLine? Permit { get; }

    /// <summary>The green lamp.</summary>
    public GpioLine? Green { get; }

    /// <summary>The amber lamp.</summary>
    public GpioLine? Amber { get; }

    /// <summary>The red lamp.</summary>
    public GpioLine? Red { get; }

    /// <summary>The buzzer, or a piezo that is given pitches.</summary>
    public GpioLine? Buzzer { get; }

    /// <summary>The inputs.</summary>
    public IReadOnlyList<(LaneInputs Input, InputLine Line)> Inputs { get; }

    /// <summary>Called when a line that was held stops working, on the thread that used it.</summary>
    public Action Lost { get; set; } = static () => { };

    /// <summary>What keeps the lane from having its lines, for the technician; null when it has all of them. Any thread.</summary>
    public string? Fault
    {
        get
        {
            var missing = Volatile.Read(ref chipFault);
            var faults = all.Where(line => missing is null || line.IsDenied).Select(static line => line.Fault).OfType<string>();
            var text = string.Join(' ', missing is null ? faults : faults.Prepend(missing));
            return text.Length == 0 ? null : text;
        }
    }

    /// <summary>True when fire is not heard, or cannot be answered: only the hardware's own release is left.</summary>
    public bool FailsInFire => Relay is { IsWorking: false } || Permit is { IsWorking: false }
        || Inputs.Any(static one => one.Input == LaneInputs.Fire && !one.Line.IsWorking);

    /// <summary>Tries what is held and is not used because a line failed. One thread at a time; others wait.</summary>
    public void Probe()
    {
        lock (claiming)
        {
            foreach (var line in all.Where(static line => !line.IsWorking)) line.Probe();
        }
    }

    /// <summary>Claims what is not claimed, and gives back what is another lane's too. One thread at a time; others wait.</summary>
    /// <returns>True when the lane has all its lines.</returns>
    public bool TryClaim()
    {
        lock (claiming)
        {
            if (all.Count == 0) return true;
            if (all.Any(static line => !line.IsWorking && !line.IsDenied)) ProbeAllLocked();

            // Only a chip that is there tells whether two names are its own: it is open before pins are denied, and these before
            // any is claimed.
            var isOpen = TryOpenLocked();
            DenyLocked();
            if (!isOpen) return false;
            foreach (var line in all.Where(static line => line.Fault is not null && !line.IsDenied)) line.TryClaim(controller!);
            return Fault is null;
        }
    }

    /// <summary>Lets every line rest and gives it back, the relay first.</summary>
    public void Dispose()
    {
        lock (claiming)
        {
            foreach (var line in all) line.GiveBack(rests: true);
            CloseLocked();
        }
    }

    private static GpioLine? Output(string place, LineConfig? config) => config is null ? null : new GpioLine(place, config);

    private bool TryOpenLocked()
    {
        if (controller is not null) return true;
        try
        {
            controller = open();
            Volatile.Write(ref chipFault, null);
            return true;
        }
        catch (Exception missing) when (Chip.IsFailure(missing))
        {
            Volatile.Write(ref chipFault, missing.Message);
            return false;
        }
    }

    // What answers may be driven, for fire too: it stays as it is.
    private void ProbeAllLocked()
    {
        foreach (var line in all) line.Probe();
        foreach (var line in all.Where(static line => line.IsLost)) line.GiveBack(rests: false);
        if (!all.Any(static line => line.Fault is null)) CloseLocked();
    }

    private void DenyLocked()
    {
        var whys = denied();
        foreach (var line in all)
        {
            if (whys.TryGetValue(line.Place, out var why)) line.Deny(why);
            else line.Allow();
        }
    }

    private void CloseLocked()
    {
        controller?.Dispose();
        controller = null;
    }

    // A chip that answers nothing may take a second to say so at each line. The lane's loop, or its sensors, wait once; the other
    // lines are tried by whoever keeps them.
    private void OnLost()
    {
        foreach (var line in all) line.Suspect();
        Lost();
    }
}
