using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Demo;
using LocalApi;
using Province;
using Province.Documents;

namespace LinkBench;

/// <summary>A published agent with four doors on serial lines, a published gate-link, a static server, and a province.</summary>
internal sealed class SwapStage : IAsyncDisposable
{
    public const int Lanes = 4;
    private const int PulseMs = 50;
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private readonly string memory = Path.Combine("/dev/shm", $"gate-swap-{Environment.ProcessId}");
    private readonly PseudoTerminal[] scanners = [.. Enumerable.Range(0, Lanes).Select(static _ => PseudoTerminal.Open())];
    private readonly List<Process> processes = [];
    private readonly string folder;
    private readonly string programs;

    private SwapStage(string folder, string programs, ProvinceOptions options)
    {
        this.folder = folder;
        this.programs = programs;
        Options = options;
        Client = new ControlClient(At("control.sock"));
    }

    public ProvinceOptions Options { get; private set; }

    public ControlClient Client { get; }

    public Scope Scope { get; private set; } = null!;

    public StaticServer Server { get; private set; } = null!;

    public ProvinceFolder Province { get; private set; } = null!;

    /// <summary>The agent's process.</summary>
    public Process Agent { get; private set; } = null!;

    public string Journal => At("state/journal.db");

    public static async Task<SwapStage> OpenAsync(string folder, string programs, long people, CancellationToken stop)
    {
        var stage = new SwapStage(folder, programs, new ProvinceOptions
        {
            Seed = "swap",
            People = people,
            Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()),
            Lanes = [.. Enumerable.Range(1, Lanes).Select(static number => new LaneEntry($"door-{number}", "door", "metro"))],
        });
        try
        {
            await stage.StartAsync(stop);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the next publication beside the one that is served. Serving it is <see cref="Publish"/>.</summary>
    public ProvinceFolder MakeNext(long people)
    {
        var next = At("province-2");
        CopyFolder(At("province"), next);
        var made = new ProvinceFolder(next, Options with { People = people });
        made.Make(2, static _ => { });
        return made;
    }

    public void Publish(ProvinceFolder province) => Server.Publish(province.RepositoryFolder);

    public void Scan(int lane, string text) => scanners[lane].Write(Encoding.UTF8.GetBytes(text + "\r"));

    public async Task UntilAsync(Func<Status, bool> holds, TimeSpan within, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (holds(await Client.StatusAsync(stop))) return;
            }
            catch (ControlException) when (!Agent.HasExited)
            {
                // It begins again with the lanes of its first documents.
            }

            if (Stopwatch.GetElapsedTime(began) > within) throw new IOException($"The gate did not come so far within {within.TotalSeconds} s: see {folder}/agent.log.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var process in Enumerable.Reverse(processes)) await EndAsync(process);
        if (Server is not null) await Server.DisposeAsync();
        Scope?.Dispose();
        foreach (var scanner in scanners) scanner.Dispose();
        Directory.Delete(memory, recursive: true);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
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

    private string At(string name) => Path.Combine(folder, name);

    private async Task StartAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(memory);
        await File.WriteAllTextAsync(At("agent.json"), AgentConfig(), stop);
        Province = new ProvinceFolder(At("province"), Options);
        Province.MakeRoot();
        await RunAsync("gate-agent", ["enrol", "--config", At("agent.json"), "--root", Province.RootFile, "--gate", Options.Gate], stop);
        Options = Options with { DeviceKeyPem = await File.ReadAllTextAsync(At("state/device.pub"), stop) };
        Province = new ProvinceFolder(At("province"), Options);
        Province.Make(1, static _ => { });
        Server = await StaticServer.StartAsync(folder, repository: null, stop);
        Publish(Province);
        var link = new JsonObject
        {
            ["linkSocket"] = At("link.sock"),
            ["cacheFolder"] = At("cache"),
            ["baseUrls"] = new JsonArray(Server.AddressFor(0).AbsoluteUri),
            ["pollSeconds"] = 10,
        };
        await File.WriteAllTextAsync(At("link.json"), link.ToJsonString(), stop);
        Scope = new Scope(At("edges"));
        Agent = Start("gate-agent", ["--config", At("agent.json")], At("agent.log"));
        Start("gate-link", ["--config", At("link.json")], At("link.log"));
        await UntilAsync(static status => status.PolicyVersion == 1 && status.Lanes.All(static lane => lane.Kind == "door"), ReadyWithin, stop);
    }

    private string AgentConfig()
    {
        var (readers, lanes) = (new JsonArray(), new JsonArray());
        for (var lane = 0; lane < Lanes; lane++)
        {
            var name = $"door-{lane + 1}";
            readers.Add((JsonNode)new JsonObject { ["name"] = $"scanner-{lane + 1}", ["kind"] = "serial", ["lane"] = name, ["path"] = scanners[lane].DevicePath });
            lanes.Add((JsonNode)new JsonObject { ["name"] = name, ["pulseMs"] = PulseMs, ["relay"] = new JsonObject { ["pin"] = lane } });
        }

        return new JsonObject
        {
            ["stateFolder"] = At("state"),
            ["linkSocket"] = At("link.sock"),
            ["controlSocket"] = At("control.sock"),
            ["floor"] = new JsonObject { ["kind"] = "memory", ["at"] = Path.Combine(memory, "floor") },
            ["gpio"] = new JsonObject { ["chip"] = "simulated", ["edgesFile"] = At("edges") },
            ["readers"] = readers,
            ["lanes"] = lanes,
        }.ToJsonString();
    }

    // A shell, so that both streams go to the file without this program in between.
    private Process Start(string program, string[] arguments, string log)
    {
        var process = Process.Start("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log, Path.Combine(programs, program), .. arguments]);
        processes.Add(process);
        return process;
    }

    private async Task RunAsync(string program, string[] arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(programs, program), arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0) throw new IOException($"{program} {arguments[0]} ended with {process.ExitCode}.");
    }
}
