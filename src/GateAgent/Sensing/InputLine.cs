using System.Device.Gpio;
using GateAgent.Actuation;
using GateAgent.Configuration;

namespace GateAgent.Sensing;

/// <summary>
/// One input line, debounced. Rules:
/// <list type="number">
/// <item>A level counts when it has stood for <see cref="SettleTime"/>; a contact that never stands still changes nothing.
/// </item>
/// <item>Edges are told by the kernel; beside them <see cref="Check"/> looks at the level, because edges are known to fall
/// silent after hours.</item>
/// </list>
/// </summary>
internal sealed class InputLine : IDisposable
{
    /// <summary>How long a level must stand: longer than a contact bounces, short enough for fire release within 20 ms.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(5);

    private readonly GpioController controller;
    private readonly int pin;
    private readonly bool isActiveLow;
    private readonly Action<bool> changed;
    private readonly ITimer timer;
    private readonly Lock levelLock = new();

    // Guarded by levelLock: the level that counts, and whether another one is standing its time.
    private bool isActive;
    private bool isSettling;
    private bool isDisposed;

    /// <summary>Claims the line and begins to watch it.</summary>
    /// <param name="controller">The chip.</param>
    /// <param name="line">Its pin, and whether a low level is active. A closed contact to ground on a pulled-up pin is.</param>
    /// <param name="changed">Told of each change, from inactive on; any thread.</param>
    /// <param name="time">Measures how long a level stands.</param>
    /// <exception cref="IOException">Another program holds the line.</exception>
    public InputLine(GpioController controller, LineConfig line, Action<bool> changed, TimeProvider time)
    {
        this.controller = controller;
        pin = line.Pin;
        isActiveLow = line.ActiveLow;
        this.changed = changed;
        timer = time.CreateTimer(_ => OnStood(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Chip.ClaimInput(controller, pin, isPulledUp: isActiveLow);
        controller.RegisterCallbackForPinValueChangedEvent(pin, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge);
    }

    /// <summary>Looks at the level, whatever the edges told.</summary>
    public void Check() => Look(hasMoved: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        controller.UnregisterCallbackForPinValueChangedEvent(pin, OnEdge);
        lock (levelLock)
        {
            isDisposed = true;
            timer.Dispose();
        }

        controller.ClosePin(pin);
    }

    private void OnEdge(object sender, PinValueChangedEventArgs edge) => Look(hasMoved: true);

    private void Look(bool hasMoved)
    {
        lock (levelLock)
        {
            if (isDisposed) return;
            var isOther = ReadLocked() != isActive;
            if (isOther && (hasMoved || !isSettling)) timer.Change(SettleTime, Timeout.InfiniteTimeSpan);
            else if (!isOther) timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            isSettling = isOther;
        }
    }

    private void OnStood()
    {
        lock (levelLock)
        {
            if (isDisposed || !isSettling) return;
            isSettling = false;
            if (ReadLocked() == isActive) return;
            isActive = !isActive;

            // Told within the lock, so that two changes never change places.
            changed(isActive);
        }
    }

    private bool ReadLocked() => (controller.Read(pin) == PinValue.High) != isActiveLow;
}
