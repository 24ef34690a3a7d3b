using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Display;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Sensing;
using GateAgent.Timekeeping;
using Microsoft.Extensions.Logging;
using Verifier.Trust;

namespace GateAgent.Lanes;

/// <summary>
/// One lane of the configuration with all that hangs on it: lines, actuators, sensors and loop. Its lines are claimed first, at
/// rest, on a thread of their own: a chip that hangs keeps no other lane from starting. The loop is made when the documents are known.
/// Disposing it rests everything.
/// </summary>
internal sealed class LaneHost : IAsyncDisposable
{
    private readonly LaneConfig config;
    private readonly LaneLines lines;
    private readonly LaneActuators actuators;
    private readonly HealthBoard health;
    private readonly TimeProvider time;
    private readonly Task taking;
    private LaneSensors? sensors;
    private LineKeeper? keeper;
    private Lane? lane;

    private LaneHost(LaneConfig config, LaneLines lines, LaneActuators actuators, Task claiming, Task taking, HealthBoard health, TimeProvider time)
    {
        Claiming = claiming;
        this.taking = taking;
        this.config = config;
        this.lines = lines;
        this.actuators = actuators;
        this.health = health;
        this.time = time;
    }

    /// <summary>The lane, once it is made.</summary>
    public Lane Lane => lane!;

    /// <summary>Ends when the lines are claimed for the first time, as far as they can be had. The lane takes them also later.</summary>
    public Task Claiming { get; }

    /// <summary>Begins to claim the lines of a lane, at rest.</summary>
    /// <param name="config">The lane.</param>
    /// <param name="whole">The configuration it stands in.</param>
    /// <param name="chips">The chips.</param>
    /// <param name="hotline">The number people call, for its display.</param>
    /// <param name="health">Takes what is broken.</param>
    /// <param name="time">The clock.</param>
    public static LaneHost Start(
        LaneConfig config, AgentConfig whole, GpioChips chips, Func<string> hotline, HealthBoard health, TimeProvider time)
    {
        var wired = LaneLines.Of(config, whole, chips);
        var served = PartCheck.Without(whole, config, out var noDisplay, out var noBuzzer);
        if (noDisplay is not null) health.SetFailed($"display {config.Name}", noDisplay);
        if (noBuzzer is not null) health.SetFailed($"buzzer {config.Name}", noBuzzer);
        var display = served.Display is { } text ? LaneDisplay.Start(config.Name!, TextDisplay.Make(text), hotline, health) : null;
        var parts = new LaneActuators(served, wired, time, display, health);
        return new LaneHost(config, wired, parts, OnThreadAsync(() => wired.TryClaim()), OnThreadAsync(parts.TakeBuzzer), health, time);
    }

    /// <summary>Makes the loop. A lane that no signed site document names still answers people: it sends them to staff, and opens for
    /// fire, the staff key and leaving alone, where it is known how.</summary>
    /// <param name="site">What the site document says of it; null where none names it.</param>
    /// <param name="kept">The kind by the last site document that named it; none where that is not known.</param>
    /// <param name="resumed">The mode it was in before a restart; null for normal.</param>
    /// <param name="journal">Takes what happens.</param>
    /// <param name="snapshot">The present signed documents.</param>
    /// <param name="memory">What all lanes remember together.</param>
    /// <param name="clock">Says what time it is.</param>
    /// <param name="log">Takes events.</param>
    /// <returns>The lane; it runs with <see cref="RunAsync"/>.</returns>
    public Lane Make(
        SiteLane? site,
        LaneKind kept,
        LaneEvent.ModeResumed? resumed,
        PassageJournal journal,
        Func<TrustedSnapshot?> snapshot,
        GateMemory memory,
        TrustedClock clock,
        ILogger log)
    {
        var component = $"lane {config.Name}";
        if (site is null)
        {
            health.SetFailed(component, $"No signed site document names this lane: it sends everyone to staff.{WithoutSite(kept)}");
            site = new SiteLane(config.Name!, LaneKind.None, default);
        }
        else if (!actuators.HasRelay && site.Kind != LaneKind.Attended)
        {
            health.SetFailed(component, $"A {site.Kind} without a relay in the configuration cannot open.");
        }
        else
        {
            health.SetWell(component);
        }

        lane = new Lane(site, LanePlan.Of(config, site.Kind, kept), actuators, journal, health, snapshot, memory, clock, time);
        if (resumed is not null) lane.Post(resumed);
        keeper = new LineKeeper(config.Name!, lines, lane.Post, health, time, log);
        keeper.Review();
        sensors = LaneSensors.Start(config.Name!, lines.Inputs, lane.Post, health, time);
        return lane;
    }

    // What is left of fire, the staff key and leaving.
    private string WithoutSite(LaneKind kept) => (config.Relay, kept) switch
    {
        (null, _) => string.Empty,
        (_, LaneKind.None) =>
            " It is not known how its relay opens: neither fire nor the staff key nor the exit button drives it. In a fire count on the hardware's own release alone.",
        _ => $" Fire, the staff key and the exit button drive its relay as that of the {kept} it was.",
    };

    /// <summary>Runs the loop and keeps the lines until stopped. A defect in one of them ends both: a lane whose lines nobody keeps
    /// must not look alive.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = new StallWatch(config.Name!, () => sensors!.LookedBefore, () => actuators.BusyFor, keeper!.TellDeaf, health, time);
        Task[] running = [Lane.RunAsync(ending.Token), KeepLinesAsync(ending.Token), watch.RunAsync(ending.Token)];
        await Task.WhenAny(running);
        await ending.CancelAsync();
        await Task.WhenAll(running);
    }

    private async Task KeepLinesAsync(CancellationToken stop)
    {
        try
        {
            await Claiming.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }

        keeper!.Review();
        await keeper.RunAsync(stop);
    }

    private static Task OnThreadAsync(Action run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        sensors?.Dispose();
        lines.Lost = static () => { };
        if (lane is not null) await lane.DisposeAsync();
        await taking;
        actuators.Dispose();
        lines.Dispose();
    }
}
