using GateAgent.Actuation;
using GateAgent.Health;
using GateAgent.Sensing;

namespace GateAgent.Lanes;

/// <summary>
/// Looks every <see cref="LookEvery"/> whether a lane's threads wait for its chip for longer than <see cref="StalledAfter"/>: its
/// sensors, and its loop. That is this lane's health item and no other lane's matter; nothing can be done for a thread that the
/// kernel keeps. A lane that is not heard is out of order meanwhile: nobody who passes would be seen.
/// </summary>
internal sealed class StallWatch
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>A chip that takes longer for one line hangs.</summary>
    public static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(1);

    private readonly string component;
    private readonly Func<TimeSpan?> lookedBefore;
    private readonly Func<TimeSpan?> busyFor;
    private readonly Action<bool> tellDeaf;
    private readonly HealthBoard health;
    private readonly TimeProvider time;
    private bool isStalled;
    private bool wasDeaf;

    /// <summary>A watch of which <see cref="Review"/> is the caller's.</summary>
    /// <param name="lane">The lane's name.</param>
    /// <param name="lookedBefore">For how long the inputs were not looked at, as <see cref="LaneSensors.LookedBefore"/>.</param>
    /// <param name="busyFor">For how long the loop has waited, as <see cref="LaneActuators.BusyFor"/>.</param>
    /// <param name="tellDeaf">Told when the inputs are read no more, and when they are again.</param>
    /// <param name="health">Takes what hangs.</param>
    /// <param name="time">Measures.</param>
    public StallWatch(string lane, Func<TimeSpan?> lookedBefore, Func<TimeSpan?> busyFor, Action<bool> tellDeaf, HealthBoard health, TimeProvider time)
    {
        component = $"chip {lane}";
        this.lookedBefore = lookedBefore;
        this.busyFor = busyFor;
        this.tellDeaf = tellDeaf;
        this.health = health;
        this.time = time;
    }

    /// <summary>Looks until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Review();
        }
    }

    /// <summary>Looks once.</summary>
    public void Review()
    {
        var (isDeaf, isBusy) = (lookedBefore() >= StalledAfter, busyFor() >= StalledAfter);
        if (isDeaf || isBusy)
        {
            var what = isDeaf ? "Its inputs are not read" : "It takes no order";
            health.SetFailed(component, $"{what} for more than a second: the chip hangs. In a fire count on the hardware's own release alone.");
        }
        else if (isStalled)
        {
            health.SetWell(component);
        }

        isStalled = isDeaf || isBusy;
        if (isDeaf != wasDeaf) tellDeaf(isDeaf);
        wasDeaf = isDeaf;
    }
}
