using System.Device.Gpio;
using GateAgent.Actuation;
using GateAgent.Configuration;

namespace GateAgent.Sensing;

/// <summary>
/// One input line, debounced: a level counts when it was found at every look for <see cref="SettleTime"/>, and then at
/// <see cref="ReadsToConfirm"/> reads within little more than a millisecond: looks alone, at even times, would find a contact that
/// bounces as evenly always at the same level. A contact that never stands still changes nothing, and is told of by
/// <see cref="Bounces"/>. Only the thread of its lane's sensors looks.
/// </summary>
internal sealed class InputLine : LaneLine
{
    /// <summary>How long a level must stand: longer than a contact bounces, short enough for fire release within 20 ms.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(5);

    /// <summary>How often a level that has stood is read again before it counts.</summary>
    public const int ReadsToConfirm = 5;

    /// <summary>How long between these reads: all of them together take longer than a period of 1 kHz.</summary>
    public static readonly TimeSpan ConfirmEvery = TimeSpan.FromMilliseconds(0.25);

    /// <summary>A contact that has not stood still for so long is broken.</summary>
    public static readonly TimeSpan BouncingAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan QuietAfter = TimeSpan.FromMilliseconds(100);
    private bool isActive;
    private TimeSpan? otherSince;
    private TimeSpan? restlessSince;
    private TimeSpan lastRestless;
    private TimeSpan activeSince;

    /// <summary>A line that nobody holds yet. A contact to ground on a pulled-up pin is active low.</summary>
    public InputLine(string place, LineConfig line)
        : base(place, line)
    {
    }

    /// <summary>Looks at the level. A line that is not held, or whose chip fails, stays what it was.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="pause">Waits for <see cref="ConfirmEvery"/>.</param>
    /// <returns>What the input has become; null when it is what it was, from inactive on.</returns>
    public bool? Look(TimeSpan now, Action pause)
    {
        var isNow = Read();
        if (isNow == isActive)
        {
            otherSince = null;
            if (now - lastRestless >= QuietAfter) restlessSince = null;
            return null;
        }

        otherSince ??= now;
        restlessSince ??= now;
        lastRestless = now;
        if (now - otherSince < SettleTime) return null;
        otherSince = null;
        if (!Stands(isNow, pause)) return null;
        restlessSince = null;
        activeSince = now;
        return isActive = isNow;
    }

    /// <summary>Whether the contact has not stood still for <see cref="BouncingAfter"/>.</summary>
    public bool Bounces(TimeSpan now) => now - restlessSince >= BouncingAfter;

    /// <summary>How long it has been active; nothing while it is not.</summary>
    public TimeSpan ActiveFor(TimeSpan now) => isActive ? now - activeSince : TimeSpan.Zero;

    /// <inheritdoc/>
    protected override void ClaimLocked(GpioController chip) => Chip.ClaimInput(chip, Pin, isPulledUp: IsActiveLow);

    /// <inheritdoc/>
    protected override void ProbeLocked(GpioController chip) => ReadLocked(chip);

    private bool Read()
    {
        // Whoever tries whether it works may hold it for long.
        if (!IsWorking) return isActive;
        lock (Using)
        {
            if (ChipLocked is not { } chip) return isActive;
            try
            {
                return ReadLocked(chip);
            }
            catch (Exception failed) when (Chip.IsFailure(failed))
            {
                FailLocked(failed);
            }
        }

        Lost();
        return isActive;
    }

    // A long cable or a bus drops a read now and then: that is not a chip that fails.
    private bool ReadLocked(GpioController chip)
    {
        PinValue level;
        try
        {
            level = chip.Read(Pin);
        }
        catch (Exception failed) when (Chip.IsFailure(failed))
        {
            level = chip.Read(Pin);
        }

        return (level == PinValue.High) != IsActiveLow;
    }

    private bool Stands(bool level, Action pause)
    {
        for (var read = 0; read < ReadsToConfirm; read++)
        {
            pause();
            if (Read() != level) return false;
        }

        return true;
    }
}
