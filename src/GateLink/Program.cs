using System.Reflection;
using System.Runtime.InteropServices;
using GateAgent.Health;
using GateLink;
using GateLink.Configuration;
using GateLink.Fetch;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Extensions.Logging;

const int ExitWell = 0;
const int ExitFailed = 1;
const int ExitUsage = 2;
const int MiB = 1024 * 1024;
const string Usage = """
    usage: gate-link --config FILE          fetch for the agent
           gate-link check --config FILE    say everything that is wrong with the configuration
           gate-link --version
    """;

if (args is ["--version"])
{
    var version = typeof(LinkRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
    Tell(version ?? "unknown");
    return ExitWell;
}

if (args is not (["--config", _] or ["check", "--config", _]))
{
    Complain(Usage);
    return ExitUsage;
}

var (config, faults) = LinkConfigReader.Read(args[^1]);
foreach (var fault in faults) Complain($"gate-link: {fault}");
if (config is null) return ExitUsage;
if (args is ["check", ..]) return ExitWell;

try
{
    await RunAsync(config);
    return ExitWell;
}
catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
{
    Complain($"gate-link: {failed.Message}");
    return ExitFailed;
}

static void Tell(string line) => Console.Out.WriteLine(line);

static void Complain(string line) => Console.Error.WriteLine(line);

static async Task RunAsync(LinkConfig config)
{
    using var logger = new LoggerConfiguration()
        .MinimumLevel.Information()
        .WriteTo.Console(
            formatProvider: System.Globalization.CultureInfo.InvariantCulture,
            outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u3} {Message:lj}{NewLine}{Exception}")
        .CreateLogger();
    using var provider = new SerilogLoggerProvider(logger);
    var log = provider.CreateLogger("gate-link");

    using var stopping = new CancellationTokenSource();
    using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var systemd = new SystemdNotifier(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
        static () => true,
        TimeProvider.System,
        why => LinkLog.NotTold(log, why));
    var cache = config.CacheFolder is { } folder ? new FileCache(folder, (long)config.CacheMiB * MiB) : null;
    var mirrors = config.BaseUrls!.Select(static url => new Mirror(new Uri(url), FetchLimits.Default, TimeProvider.System)).ToList();
    using var source = new RepositorySource(mirrors, cache, FetchLimits.Default, TimeProvider.System, text => LinkLog.Server(log, text));
    systemd.Ready();
    await new LinkRun(config.LinkSocket!, TimeSpan.FromSeconds(config.PollSeconds), source, TimeProvider.System, log).RunAsync(stopping.Token);
    systemd.Stopping();

    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stopping.Cancel();
    }
}

namespace GateLink
{
    /// <summary>What the source has to say.</summary>
    internal static partial class LinkLog
    {
        /// <summary>A server did something wrong.</summary>
        [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "{Text}")]
        public static partial void Server(Microsoft.Extensions.Logging.ILogger log, string text);

        /// <summary>systemd hears nothing of this service, which goes on.</summary>
        [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "{Why}")]
        public static partial void NotTold(Microsoft.Extensions.Logging.ILogger log, string why);
    }
}
