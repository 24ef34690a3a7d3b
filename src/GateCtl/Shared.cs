using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LocalApi;

namespace GateCtl;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    /// <summary>Done, and well.</summary>
    public const int Well = 0;

    /// <summary>Done, and something is not well: a failed component, a refusal, nothing found.</summary>
    public const int NotWell = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The agent, a file or a document cannot be reached or read.</summary>
    public const int Unreachable = 3;
}

/// <summary>The options that every command has, and how a command talks to the agent.</summary>
internal static class Shared
{
    /// <summary>--socket.</summary>
    public static Option<string> Socket() => new("--socket")
    {
        Description = "The agent's control socket.",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("GATE_SOCKET") ?? ControlClient.DefaultSocket,
    };

    /// <summary>--json.</summary>
    public static Option<bool> Json() => new("--json") { Description = "JSON on standard output." };

    /// <summary>Runs something that asks the agent; a failure is one line on standard error.</summary>
    public static async Task<int> AskAsync(string socket, Func<ControlClient, Task<int>> ask)
    {
        using var client = new ControlClient(socket);
        try
        {
            return await ask(client);
        }
        catch (ControlException failed)
        {
            await Console.Error.WriteLineAsync($"gatectl: {failed.Message}");
            return ExitCode.Unreachable;
        }
    }

    /// <summary>Writes one JSON value as a line.</summary>
    public static void WriteJson<T>(T value, JsonTypeInfo<T> type) => Console.WriteLine(JsonSerializer.Serialize(value, type));

    /// <summary>A moment in UTC, to the second.</summary>
    public static string Moment(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) ?? "-";

    /// <summary>How far off a moment is, in the largest fitting unit.</summary>
    public static string Span(TimeSpan span)
    {
        var (count, unit) = span.Duration() switch
        {
            { TotalDays: >= 2 } => (span.TotalDays, "days"),
            { TotalHours: >= 2 } => (span.TotalHours, "h"),
            { TotalMinutes: >= 2 } => (span.TotalMinutes, "min"),
            _ => (span.TotalSeconds, "s"),
        };
        return $"{count.ToString("0", System.Globalization.CultureInfo.InvariantCulture)} {unit}";
    }
}
