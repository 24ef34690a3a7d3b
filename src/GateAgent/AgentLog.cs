using Microsoft.Extensions.Logging;

namespace GateAgent;

/// <summary>What the agent itself logs. Event numbers are stable; nothing about a person is ever logged.</summary>
internal static partial class AgentLog
{
    /// <summary>Presentations are answered from now on.</summary>
    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Gate agent {Version} ready {Milliseconds} ms after its start")]
    public static partial void Ready(ILogger log, string version, long milliseconds);

    /// <summary>Everything rests.</summary>
    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "Gate agent stopped, lines at rest")]
    public static partial void Stopped(ILogger log);

    /// <summary>systemd hears nothing of this service, which goes on.</summary>
    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning, Message = "{Why}")]
    public static partial void NotTold(ILogger log, string why);
}
