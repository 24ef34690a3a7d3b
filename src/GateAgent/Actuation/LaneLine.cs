using System.Device.Gpio;
using GateAgent.Configuration;

namespace GateAgent.Actuation;

/// <summary>
/// One line of a lane. It may be held or not: until it is claimed, and after its chip failed, what is ordered of it is only
/// remembered. Claimed and released by whoever keeps the lane's lines, used by the lane's loop or its sensors.
/// </summary>
internal abstract class LaneLine
{
    private GpioController? controller;
    private string? fault;
    private volatile bool isDenied;
    private volatile bool isSuspect;

    /// <summary>A line that nobody holds yet.</summary>
    /// <param name="place">What it is for, as its place below the lane in agent.json.</param>
    /// <param name="config">Its pin.</param>
    protected LaneLine(string place, LineConfig config)
    {
        Place = place;
        Pin = config.Pin;
        IsActiveLow = config.ActiveLow;
        fault = NotClaimed();
    }

    /// <summary>What it is for, such as <c>relay</c> or <c>inputs.fire</c>.</summary>
    public string Place { get; }

    /// <summary>Its number on the chip.</summary>
    public int Pin { get; }

    /// <summary>What keeps it from working; null while it works. Any thread.</summary>
    public string? Fault => Volatile.Read(ref fault);

    /// <summary>True when the configuration gives its pin to someone else too: it is not claimed. Any thread.</summary>
    public bool IsDenied => isDenied;

    /// <summary>True when it is held and used. Any thread.</summary>
    public bool IsWorking => Fault is null && !isSuspect;

    /// <summary>True when it was held and its chip has failed. Any thread.</summary>
    public bool IsLost => Volatile.Read(ref controller) is not null && Fault is not null;

    /// <summary>Called when the chip has failed, by whoever used the line; it takes no lock of the line.</summary>
    public Action Lost { get; set; } = static () => { };

    /// <summary>True when a low level is the active one.</summary>
    protected bool IsActiveLow { get; }

    /// <summary>Held while the line is claimed, released or used: it must not be claimed with a level that is not ordered any more.
    /// </summary>
    protected Lock Using { get; } = new();

    /// <summary>Claims the line.</summary>
    /// <returns>False when it cannot be had; <see cref="Fault"/> says why.</returns>
    public bool TryClaim(GpioController chip)
    {
        lock (Using)
        {
            try
            {
                ClaimLocked(chip);
                Volatile.Write(ref controller, chip);
                UseLocked(chip);
                return true;
            }
            catch (Exception refused) when (Chip.IsFailure(refused))
            {
                Volatile.Write(ref fault, $"{Place}: {refused.Message}");
                return false;
            }
        }
    }

    /// <summary>Says why it is not claimed; one that is held is given back at rest.</summary>
    public void Deny(string why)
    {
        GiveBack(rests: true);
        isDenied = true;
        Volatile.Write(ref fault, why);
    }

    /// <summary>Lets it be claimed: what it was denied for is not so.</summary>
    public void Allow()
    {
        if (!isDenied) return;
        isDenied = false;
        Volatile.Write(ref fault, NotClaimed());
    }

    /// <summary>Has it not used until it is tried: another line of its chip failed. Any thread; waits for nothing.</summary>
    public void Suspect() => isSuspect = true;

    /// <summary>Tries whether a line that is held works, without a change that anyone could see. One that had failed and answers
    /// works again.</summary>
    public void Probe()
    {
        lock (Using)
        {
            if (controller is null) return;
            try
            {
                ProbeLocked(controller);
                UseLocked(controller);
            }
            catch (Exception failed) when (Chip.IsFailure(failed))
            {
                FailLocked(failed);
            }
        }
    }

    /// <summary>Gives the line back; what was ordered of it stays remembered.</summary>
    /// <param name="rests">True to let it rest first; false to leave it as it is, for it to be claimed anew: what is driven must not
    /// click on the way.</param>
    public void GiveBack(bool rests)
    {
        lock (Using)
        {
            if (controller is not { } chip) return;
            try
            {
                if (rests) RestLocked(chip);
            }
            catch (Exception gone) when (Chip.IsFailure(gone))
            {
                // The chip is gone, and the line with it.
            }

            try
            {
                CloseLocked(chip);
            }
            catch (Exception gone) when (Chip.IsFailure(gone))
            {
                // As above.
            }

            Volatile.Write(ref controller, null);
            Volatile.Write(ref fault, NotClaimed());
        }
    }

    /// <summary>Claims it on a chip.</summary>
    /// <exception cref="IOException">It cannot be had.</exception>
    protected abstract void ClaimLocked(GpioController chip);

    /// <summary>Lets it rest; an input does.</summary>
    /// <exception cref="IOException">Its chip is gone.</exception>
    protected virtual void RestLocked(GpioController chip)
    {
    }

    /// <summary>Gives it back.</summary>
    /// <exception cref="IOException">Its chip is gone.</exception>
    protected virtual void CloseLocked(GpioController chip) => chip.ClosePin(Pin);

    /// <summary>Does what was ordered while it was not used.</summary>
    /// <exception cref="IOException">It does not work.</exception>
    protected virtual void CatchUpLocked(GpioController chip)
    {
    }

    /// <summary>Uses it as it is, and as it was ordered.</summary>
    /// <exception cref="IOException">It does not work.</exception>
    protected abstract void ProbeLocked(GpioController chip);

    /// <summary>The chip, where the line works; null where it does not.</summary>
    protected GpioController? ChipLocked => IsWorking ? controller : null;

    /// <summary>Notes that the chip failed. Whoever used the line calls <see cref="Lost"/>, without the lock.</summary>
    protected void FailLocked(Exception failed) => Volatile.Write(ref fault, $"{Place}: the chip of GPIO line {Pin} failed: {failed.Message}");

    // Whoever orders writes the order down before it asks whether the line works, without the lock: either it is seen here, or
    // the line is seen to work there.
    private void UseLocked(GpioController chip)
    {
        Volatile.Write(ref fault, null);
        isSuspect = false;
        Interlocked.MemoryBarrier();
        CatchUpLocked(chip);
    }

    private string NotClaimed() => $"{Place}: GPIO line {Pin} is not claimed.";
}
