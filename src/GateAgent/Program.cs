using System.Runtime.InteropServices;
using Distribution;
using GateAgent;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Health;
using Serilog;
using Serilog.Extensions.Logging;

const int ExitWell = 0;
const int ExitFailed = 1;
const int ExitUsage = 2;
const string Usage = """
    usage: gate-agent --config FILE          run the gate
           gate-agent check --config FILE    say everything that is wrong with the configuration
           gate-agent rest --config FILE     put every output line at rest
           gate-agent enrol --config FILE --root ROOT.json --gate NAME
                                             make the device key, pin the province's root and this gate's name
           gate-agent --version
    """;

if (args is ["--version"])
{
    Tell(AgentHost.Version);
    return ExitWell;
}

var command = args is [var first, ..] && !first.StartsWith('-') ? first : "run";
if (!Arguments.TryRead(command == "run" ? args : args.AsSpan(1), out var arguments) || arguments.Config is null)
{
    Complain(Usage);
    return ExitUsage;
}

var (config, faults) = ConfigReader.Read(arguments.Config);
foreach (var fault in faults) Complain($"gate-agent: {fault}");
if (config is null) return ExitUsage;

try
{
    switch (command)
    {
        case "run": return await RunAsync(config);
        case "check": return faults.Count == 0 ? ExitWell : ExitUsage;
        case "rest": return await RestAsync(config);
        case "enrol" when arguments is { Root: not null, Gate: not null }: return Enrol(config, arguments.Root, arguments.Gate);
        default:
            Complain(Usage);
            return ExitUsage;
    }
}
catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidDataException
    or Microsoft.Data.Sqlite.SqliteException)
{
    Complain($"gate-agent: {failed.Message}");
    return ExitFailed;
}

static async Task<int> RunAsync(AgentConfig config)
{
    using var logger = new LoggerConfiguration()
        .MinimumLevel.Information()
        .WriteTo.Console(
            formatProvider: System.Globalization.CultureInfo.InvariantCulture,
            outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u3} {Message:lj}{NewLine}{Exception}")
        .CreateLogger();
    using var provider = new SerilogLoggerProvider(logger);
    var log = provider.CreateLogger("gate-agent");

    using var stopping = new CancellationTokenSource();
    using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    var alive = new AliveWatch(TimeProvider.System);
    using var systemd = new SystemdNotifier(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
        alive.IsAlive,
        TimeProvider.System,
        why => AgentLog.NotTold(log, why));
    using var board = BoardConfig.Open(config);
    for (var isAgain = true; isAgain;)
    {
        await using var next = await AgentHost.StartAsync(config, TimeProvider.System, log, stopping.Token, board);
        alive.Begin(next.IsAlive);
        var running = next.RunAsync(stopping.Token);
        systemd.Ready();
        var age = AgeMs();
        AgentLog.Ready(log, AgentHost.Version, age);
        isAgain = await running;
        alive.End();
    }

    systemd.Stopping();
    AgentLog.Stopped(log);
    return ExitWell;

    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stopping.Cancel();
    }
}

static void Tell(string line) => Console.Out.WriteLine(line);

static void Complain(string line) => Console.Error.WriteLine(line);

static long AgeMs()
{
    using var self = System.Diagnostics.Process.GetCurrentProcess();
    var startedAt = new DateTimeOffset(self.StartTime);
    return (long)(TimeProvider.System.GetUtcNow() - startedAt).TotalMilliseconds;
}

static async Task<int> RestAsync(AgentConfig config)
{
    using var chips = new GpioChips(config.Gpio);
    var faults = await RestingLines.PutAsync(config, chips, TimeProvider.System);
    foreach (var fault in faults) Complain($"gate-agent: {fault}");
    return faults.Count == 0 ? ExitWell : ExitFailed;
}

static int Enrol(AgentConfig config, string root, string gate)
{
    DurableFile.CreateFolder(config.StateFolder!);
    using var board = BoardConfig.Open(config);
    using (var before = DeviceIdentity.OpenOrCreate(config.StateFolder!, board.Keys))
    {
        if (before.IsEnrolled) throw new InvalidDataException($"This gate is enrolled as {before.Gate}: a board that changes its province begins with an empty state folder.");
    }

    if (board.Prepare(config.StateFolder!))
        Complain("gate-agent: the device key lay in a file and is sealed now. Whoever copied the card before has it: begin with an empty state folder if that may be.");
    using var identity = DeviceIdentity.OpenOrCreate(config.StateFolder!, board.Keys);
    identity.Enrol(File.ReadAllBytes(root), gate);
    Console.WriteLine(identity.PublicKeyHash);
    return ExitWell;
}
