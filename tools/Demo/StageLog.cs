using System.Globalization;
using System.Text.RegularExpressions;

namespace Demo;

/// <summary>What the stage reads from the agent's log.</summary>
internal static partial class StageLog
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for the line that says how long the agent took to be ready: its sockets answer before the line is written.</summary>
    /// <param name="path">The log's file.</param>
    /// <param name="within">How long to wait.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="IOException">The line did not come in time.</exception>
    public static async Task<long> ReadyMsAsync(string path, TimeSpan within, CancellationToken stop)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (FindReadyMs(await File.ReadAllTextAsync(path, stop)) is { } ready) return ready;
            if (TimeProvider.System.GetElapsedTime(began) > within) throw new IOException($"The agent did not say in {path} that it is ready.");
            await Task.Delay(Pause, TimeProvider.System, stop);
        }
    }

    /// <summary>The milliseconds that a log names; null when the line is not there.</summary>
    internal static long? FindReadyMs(string log) =>
        ReadyLine().Match(log) is { Success: true } found ? long.Parse(found.Groups["ms"].ValueSpan, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"ready (?<ms>[0-9]+) ms after its start", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex ReadyLine();
}
