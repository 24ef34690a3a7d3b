using System.Device.Gpio;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GateAgent.Actuation;

/// <summary>
/// A chip for machines without one. It keeps levels in memory and writes each change down, one line
/// <c>NANOSECONDS PIN LEVEL</c> (CLOCK_MONOTONIC, decimal, 0 or 1), so that an outsider sees what a probe on the pin would.
/// A pin that is opened for output writes its first level too.
/// </summary>
internal sealed class SimulatedGpioDriver : GpioDriver
{
    /// <summary>Pins of the chip, as on the 40-pin header's controller.</summary>
    public const int Pins = 64;

    private const int DeviceBusy = 16; // EBUSY
    private const string NoEdges = "Inputs are looked at, not waited for.";
    private readonly Lock levelsLock = new();

    // Guarded by levelsLock: null is a pin that nobody drives; a pin that is claimed is claimed once, as the kernel has it.
    private readonly bool?[] levels = new bool?[Pins];
    private readonly bool[] claimed = new bool[Pins];
    private readonly PinMode?[] modes = new PinMode?[Pins];
    private readonly StreamWriter? edges;
    private readonly SafeFileHandle? fed;
    private readonly TimeProvider time;
    private volatile bool isGone;
    private volatile Exception? defect;
    private volatile ManualResetEventSlim? stall;
    private int refusals;
    private bool failsOnce;
    private volatile int failing = -1;

    /// <summary>A chip whose edges go to a file; null keeps them nowhere.</summary>
    /// <param name="edgesPath">Takes the edges of outputs.</param>
    /// <param name="levelsPath">Holds the levels of inputs, one character a pin; null leaves them to <see cref="Feed"/>.</param>
    /// <param name="time">Stamps the edges; the system's clock unless named.</param>
    public SimulatedGpioDriver(string? edgesPath, string? levelsPath = null, TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        if (levelsPath is not null) fed = File.OpenHandle(levelsPath, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        if (edgesPath is null) return;
        edges = new StreamWriter(new FileStream(edgesPath, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    /// <inheritdoc/>
    protected override int PinCount => Pins;

    /// <summary>The level of a pin; null when nobody drives it.</summary>
    public bool? LevelOf(int pinNumber)
    {
        lock (levelsLock) return levels[pinNumber];
    }

    /// <summary>Puts a level on an input, as the world outside would.</summary>
    public void Feed(int pinNumber, bool isHigh) => Set(pinNumber, isHigh);

    /// <summary>Lets reading, writing and claiming fail, as a chip that was unplugged does.</summary>
    public void Fail(bool isFailing) => isGone = isFailing;

    /// <summary>Lets reading, writing and claiming wait until an event is set, as a chip whose bus hangs does; null for none.</summary>
    public void Stall(ManualResetEventSlim? until) => stall = until;

    /// <summary>Lets the next reading, writing or claiming fail, and no other.</summary>
    public void FailOnce() => Interlocked.Exchange(ref failsOnce, value: true);

    /// <summary>How often reading, writing and claiming have failed.</summary>
    public int Refusals => Volatile.Read(ref refusals);

    /// <summary>Lets reading, writing and claiming throw what a chip never does; null for nothing.</summary>
    public void Break(Exception? with) => defect = with;

    /// <summary>False as with libgpiod before 1.5, which knows no pull-ups.</summary>
    public bool HasPulls { get; set; } = true;

    /// <summary>Lets one pin alone fail; null for none.</summary>
    public void FailAt(int? pinNumber) => failing = pinNumber ?? -1;

    /// <inheritdoc/>
    protected override void OpenPin(int pinNumber)
    {
        ThrowIfGone(pinNumber);
        lock (levelsLock)
        {
            if (claimed[pinNumber]) throw new IOException(Marshal.GetPInvokeErrorMessage(DeviceBusy));
            claimed[pinNumber] = true;
        }
    }

    /// <inheritdoc/>
    protected override void ClosePin(int pinNumber)
    {
        lock (levelsLock) claimed[pinNumber] = false;
    }

    /// <inheritdoc/>
    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        modes[pinNumber] = mode;
        if (mode is PinMode.Output) return;
        lock (levelsLock) levels[pinNumber] ??= mode == PinMode.InputPullUp;
    }

    /// <inheritdoc/>
    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        modes[pinNumber] = mode;
        Write(pinNumber, initialValue);
    }

    /// <inheritdoc/>
    protected override PinMode GetPinMode(int pinNumber) => modes[pinNumber] ?? PinMode.Input;

    /// <inheritdoc/>
    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode is PinMode.Output or PinMode.Input || (HasPulls && (mode is PinMode.InputPullUp or PinMode.InputPullDown));

    /// <inheritdoc/>
    protected override PinValue Read(int pinNumber)
    {
        ThrowIfGone(pinNumber);
        Span<byte> level = stackalloc byte[1];
        var isFed = fed is not null && RandomAccess.Read(fed, level, pinNumber) == 1 && level[0] is (byte)'0' or (byte)'1';
        return (isFed ? level[0] == '1' : LevelOf(pinNumber) == true) ? PinValue.High : PinValue.Low;
    }

    /// <inheritdoc/>
    protected override void Write(int pinNumber, PinValue value)
    {
        ThrowIfGone(pinNumber);
        Set(pinNumber, value == PinValue.High);
    }

    private void ThrowIfGone(int pinNumber)
    {
        if (defect is { } broken) throw broken;
        stall?.Wait();
        if (!isGone && failing != pinNumber && !Interlocked.Exchange(ref failsOnce, value: false)) return;
        Interlocked.Increment(ref refusals);
        throw new IOException("The chip does not answer.");
    }

    private void Set(int pinNumber, bool isHigh)
    {
        lock (levelsLock)
        {
            if (levels[pinNumber] == isHigh) return;
            levels[pinNumber] = isHigh;

            // The system's timestamps are CLOCK_MONOTONIC nanoseconds on Linux, so lines compare with other programs' stamps.
            edges?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetTimestamp()} {pinNumber} {(isHigh ? 1 : 0)}"));
        }
    }

    /// <inheritdoc/>
    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException(NoEdges);

    /// <inheritdoc/>
    protected override void AddCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        throw new NotSupportedException(NoEdges);

    /// <inheritdoc/>
    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        throw new NotSupportedException(NoEdges);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            edges?.Dispose();
            fed?.Dispose();
        }

        base.Dispose(disposing);
    }
}
