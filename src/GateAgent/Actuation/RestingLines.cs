using GateAgent.Configuration;

namespace GateAgent.Actuation;

/// <summary>
/// Puts every output line of a configuration at rest, while no agent runs. Each lane by itself: a chip that hangs keeps no other
/// lane's relay driven.
/// </summary>
internal static class RestingLines
{
    /// <summary>How long it waits for a chip that hangs: systemd ends whoever stops for 5 s.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(3);

    /// <summary>Puts them at rest and gives them back.</summary>
    /// <returns>What could not be, a line for each lane.</returns>
    public static async Task<IReadOnlyList<string>> PutAsync(AgentConfig config, GpioChips chips, TimeProvider time)
    {
        var resting = config.Lanes!.Select(lane => Task.Factory.StartNew(
            () => Put(lane, config, chips, time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        await Task.WhenAny(Task.WhenAll(resting), Task.Delay(Within, time));
        var faults = new List<string>();
        foreach (var (lane, task) in config.Lanes!.Zip(resting))
        {
            var fault = task.IsCompleted ? await task : "Its chip hangs: whether its lines rest is not known.";
            if (fault is not null) faults.Add($"lane {lane.Name}: {fault}");
        }

        return faults;
    }

    private static string? Put(LaneConfig lane, AgentConfig config, GpioChips chips, TimeProvider time)
    {
        using var lines = LaneLines.Of(lane, config, chips);
        using var parts = new LaneActuators(lane, lines, time);
        lines.TryClaim();
        parts.TakeBuzzer();
        return lines.Fault;
    }
}
