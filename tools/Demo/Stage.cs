using System.Diagnostics;
using System.Globalization;
using System.Text;
using LocalApi;
using Province;
using Province.Documents;
using VirtualCard;

namespace Demo;

/// <summary>
/// A province, one gate of published programs with three lanes, and everything that stands around it: a camera's folder of
/// pictures, two pseudo-terminals for scanners, pcscd with a virtual card, the oscilloscope. Ends what it started.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>The relay's pulse.</summary>
    public const int PulseMs = 300;

    private static readonly TimeSpan EdgeWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(20);
    private readonly string folder;
    private readonly string programs;
    private readonly List<Process> processes = [];
    private readonly PseudoTerminal cinemaScanner = PseudoTerminal.Open();
    private readonly PseudoTerminal taxiScanner = PseudoTerminal.Open();
    private int pictures;

    private Stage(string programs, string folder, ProvinceOptions options)
    {
        this.programs = programs;
        this.folder = folder;
        Province = new ProvinceFolder(Path.Combine(folder, "province"), options);
        Socket = Path.Combine(folder, "run", "control.sock");
        Client = new ControlClient(Socket);
    }

    /// <summary>The lanes.</summary>
    public static IReadOnlyList<StageLane> Lanes { get; } =
    [
        new("metro-1", "turnstile", "metro", 4),
        new("cinema-1", "door", "cinemaOrTheatre", 12),
        new("taxi-1", "attended", "taxi", 20),
    ];

    /// <summary>The province.</summary>
    public ProvinceFolder Province { get; private set; }

    /// <summary>The control socket's path.</summary>
    public string Socket { get; }

    /// <summary>A client of the agent.</summary>
    public ControlClient Client { get; }

    /// <summary>The oscilloscope.</summary>
    public Scope Scope { get; private set; } = null!;

    /// <summary>Milliseconds from the agent's start until it said it was ready.</summary>
    public long ReadyMs { get; private set; }

    /// <summary>The agent's process.</summary>
    public Process Agent { get; private set; } = null!;

    /// <summary>The agent's state folder.</summary>
    public string StateFolder => Path.Combine(folder, "state");

    private string ListPath => Directory.GetFiles(Path.Combine(StateFolder, "targets"), "*.gal").Single();

    /// <summary>What the agent wrote to its log.</summary>
    public string LogFile => Path.Combine(folder, "agent.log");

    /// <summary>Makes everything and waits until the gate answers.</summary>
    public static async Task<Stage> OpenAsync(
        string programs, string folder, long people, Fault fault, Action<string> tell, CancellationToken stop, int pulseMs = PulseMs)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Path.Combine(folder, "run"));
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var options = new ProvinceOptions
        {
            Seed = "demo",
            People = people,
            Now = now,
            Lanes = [.. Lanes.Select(lane => new LaneEntry(lane.Name, lane.Kind, lane.Venue))],
            BendPolicy = policy =>
            {
                if (fault == Fault.Policy) PolicyTable.Set(policy, "cinemaOrTheatre", "yellow.region", "admit");
            },
        };
        var stage = new Stage(programs, folder, options);
        try
        {
            await stage.EnrolAsync(options, fault, pulseMs, tell, stop);
            await stage.StartAsync(tell, stop);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the agent as an operator would and starts it again.</summary>
    /// <returns>Milliseconds until it was ready.</returns>
    public async Task<long> RestartAsync(CancellationToken stop)
    {
        processes.Remove(Agent);
        await EndAsync(Agent);
        var startedAt = Stopwatch.GetTimestamp();
        Agent = Start(Path.Combine(programs, "gate-agent"), ["--config", Path.Combine(folder, "agent.json")], LogFile);
        await WaitAsync(startedAt, stop);
        return await StageLog.ReadyMsAsync(LogFile, ReadyWithin, stop);
    }

    /// <summary>Moves a picture of a code before the metro's camera.</summary>
    public void ShowPicture(string text)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{++pictures:000000}.png");
        var temporary = Path.Combine(folder, "run", name);
        File.WriteAllBytes(temporary, global::Province.Codes.QrPicture.Draw(text));
        File.Move(temporary, Path.Combine(folder, "pictures", name));
    }

    /// <summary>Sends a code as the scanner of a lane would.</summary>
    public void Scan(string lane, string text) =>
        (lane == "taxi-1" ? taxiScanner : cinemaScanner).Write(Encoding.UTF8.GetBytes(text + "\r"));

    /// <summary>Puts a level on an input of the simulated chip.</summary>
    public void Feed(int pin, bool isHigh)
    {
        using var levels = File.OpenHandle(Path.Combine(folder, "levels"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(levels, isHigh ? "1"u8 : "0"u8, pin);
    }

    /// <summary>Lets the fire system release a lane and end it again.</summary>
    /// <returns>How long until the way was open; null when it did not open, or not rest after it.</returns>
    public async Task<TimeSpan?> ReleaseAsync(StageLane lane, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        Feed(lane.Fire, isHigh: true);
        var opened = await EdgeAsync(lane.Relay!.Value, isHigh: true, since, stop);
        Feed(lane.Fire, isHigh: false);
        var rested = await EdgeAsync(lane.Relay!.Value, isHigh: false, since, stop);
        return opened is { } edge && rested is not null ? Stopwatch.GetElapsedTime(since, edge.Nanoseconds) : null;
    }

    private async Task<Edge?> EdgeAsync(int pin, bool isHigh, long since, CancellationToken stop)
    {
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < EdgeWithin)
        {
            foreach (var edge in Scope.Edges.Reverse())
            {
                if (edge.Nanoseconds < since) break;
                if (edge.Pin == pin && edge.IsHigh == isHigh) return edge;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, stop);
        }

        return null;
    }

    /// <summary>Lays a card on the metro's reader. Without a file it has a UID only.</summary>
    public static Task<CardInReader> InsertCardAsync(byte[]? transitFile, byte[] uid, CancellationToken stop) =>
        CardInReader.InsertAsync(
            new CardFace(transitFile is null ? CardKind.Uid : CardKind.Transit, transitFile ?? [], uid), CardInReader.ReaderPort, stop);

    /// <summary>Flips a bit in each half of the page where a subject stands, on the gate's own disk: a look-up reads one.</summary>
    /// <param name="member">Whose page.</param>
    /// <param name="others">Roles that must not stand on the same page.</param>
    public void TamperPage(global::Province.People.CastMember member, IEnumerable<string> others)
    {
        var indexFile = Directory.GetFiles(Path.Combine(Province.RepositoryFolder, "targets", "list"), "*.idx").Single();
        if (!Verifier.AllowList.AllowListIndex.TryRead(File.ReadAllBytes(indexFile), out var index, out var broken))
            throw new InvalidDataException($"The index is broken: {broken}.");
        var page = index.FindPage(KeyOf(member).Page);
        var shared = others.Select(role => Province.Cast[role]).Where(other => other.Role != member.Role
            && other.Kind != Verifier.AllowList.SubjectKind.None && index.FindPage(KeyOf(other).Page) == page).ToList();
        if (shared.Count > 0) throw new InvalidDataException($"{shared[0]} stands on the same page: choose another seed.");
        using var pages = File.OpenHandle(ListPath, FileMode.Open, FileAccess.ReadWrite);
        Span<byte> one = stackalloc byte[1];
        var start = (page + 1L) * Verifier.AllowList.ListPageLayout.PageSize;
        foreach (var at in (ReadOnlySpan<long>)[start + 8, start + Verifier.AllowList.ListPageLayout.HalfSize + 8])
        {
            RandomAccess.Read(pages, one, at);
            one[0] ^= 1;
            RandomAccess.Write(pages, one, at);
        }
    }

    /// <summary>Reads the gate's list, so that memory has it: a system may take pages away that nobody asked for in a minute.</summary>
    public void ReadList()
    {
        using var pages = File.OpenRead(ListPath);
        pages.CopyTo(Stream.Null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var process in Enumerable.Reverse(processes)) await EndAsync(process);
        Scope?.Dispose();
        cinemaScanner.Dispose();
        taxiScanner.Dispose();
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            using var term = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await term.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited) process.Kill();
        }

        process.Dispose();
    }

    private Verifier.AllowList.SubjectKey KeyOf(global::Province.People.CastMember member) =>
        Verifier.AllowList.SubjectKey.Compute(Province.Authority.ListKey.Span, member.Kind, member.Identifier.Span);

    private async Task EnrolAsync(ProvinceOptions options, Fault fault, int pulseMs, Action<string> tell, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.Combine(folder, "pictures"));
        var config = StageConfig.Write(folder, cinemaScanner.DevicePath, taxiScanner.DevicePath, pulseMs, fault);
        await File.WriteAllTextAsync(Path.Combine(folder, "agent.json"), config, stop);
        Province.MakeRoot();
        await RunAsync("gate-agent", ["enrol", "--config", Path.Combine(folder, "agent.json"), "--root", Province.RootFile, "--gate", options.Gate], stop);
        tell("gate enrolled: its key was made, the province's root is pinned");
        var pem = await File.ReadAllTextAsync(Path.Combine(StateFolder, "device.pub"), stop);
        Province = new ProvinceFolder(Path.Combine(folder, "province"), options with { DeviceKeyPem = pem });
        Province.Make(1, tell);
    }

    private async Task StartAsync(Action<string> tell, CancellationToken stop)
    {
        // Where pcscd asks polkit (Debian 13), nobody would answer in this namespace.
        const string Pcscd = "log=$1; if pcscd --help | grep -q disable-polkit; then set -- --disable-polkit; else set --; fi; exec pcscd --foreground \"$@\" >\"$log\" 2>&1";
        StartShell(Pcscd, Path.Combine(folder, "pcscd.log"));
        Scope = new Scope(Path.Combine(folder, "edges"));
        var startedAt = Stopwatch.GetTimestamp();
        Agent = Start(Path.Combine(programs, "gate-agent"), ["--config", Path.Combine(folder, "agent.json")], LogFile);
        await WaitAsync(startedAt, stop);
        ReadyMs = await StageLog.ReadyMsAsync(LogFile, ReadyWithin, stop);
        Start(
            Path.Combine(programs, "gate-camera"),
            ["--socket", Path.Combine(folder, "run", "camera.sock"), "--folder", Path.Combine(folder, "pictures")],
            Path.Combine(folder, "camera.log"));
        tell($"gate ready {ReadyMs} ms after its start");
        await WaitUntilWellAsync(startedAt, stop);
        tell("camera, scanners and card reader are there");
    }

    private async Task WaitUntilWellAsync(long startedAt, CancellationToken stop)
    {
        while (await Client.StatusAsync(stop) is { IsWell: false } status)
        {
            if (Stopwatch.GetElapsedTime(startedAt) > ReadyWithin)
                throw new IOException($"The gate is not well: {string.Join(" ", status.Health.Where(item => item.State != "well").Select(item => item.Text))}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stop);
        }
    }

    private async Task WaitAsync(long startedAt, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await Client.StatusAsync(stop);
                return;
            }
            catch (ControlException) when (!Agent.HasExited && Stopwatch.GetElapsedTime(startedAt) < ReadyWithin)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
            }
        }
    }

    // A shell, so that both streams go to the file without this program in between.
    private Process Start(string program, string[] arguments, string log) =>
        StartShell("log=$1; shift; exec \"$@\" >\"$log\" 2>&1", [log, program, .. arguments]);

    private Process StartShell(string script, params string[] arguments)
    {
        var process = Process.Start("/bin/sh", ["-c", script, "sh", .. arguments]);
        processes.Add(process);
        return process;
    }

    private async Task RunAsync(string program, string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Path.Combine(programs, program), arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0) throw new IOException($"{program} {arguments[0]} ended with {process.ExitCode}.");
    }
}
