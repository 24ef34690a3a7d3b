using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Demo;
using FaultyDisk;
using LocalApi;
using Province;
using Province.Codes;
using Province.Documents;
using Province.Keys;
using Province.People;
using Verifier.AllowList;

namespace EndToEnd.Tests.Faults;

/// <summary>
/// The published agent with two turnstiles on serial lines, whose state folder lies on a disk that fails on command. What its
/// inputs read, what its pins do and what the province publishes lie elsewhere, in memory.
/// </summary>
internal sealed class FaultyGate : IAsyncDisposable
{
    public const int PulseMs = 300;
    public const int ExitMs = 1_000;
    private const int PinsOfLane = 3;
    private const int People = 3_000;
    private const string Seed = "faulty-gate";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string folder = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"gate-faulty-{Guid.NewGuid():N}");
    private readonly PseudoTerminal[] scanners = [PseudoTerminal.Open(), PseudoTerminal.Open()];
    private readonly List<PassageEvent> seen = [];
    private readonly CancellationTokenSource ending = new();
    private readonly SubjectKey[] keys;
    private readonly Population population;
    private ProvinceOptions options;
    private Task watching = Task.CompletedTask;
    private Process? agent;
    private long person;

    private FaultyGate(Disk disk)
    {
        Disk = disk;
        options = new ProvinceOptions
        {
            Seed = Seed,
            People = People,
            Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()),
            Gate = "gate-9",
            Lanes = [LaneEntry.Parse("metro-1:turnstile:metro"), LaneEntry.Parse("metro-2:turnstile:metro")],
        };
        Directory.CreateDirectory(folder);
        Province = new ProvinceFolder(At("province"), options);
        population = new Population(new SeededBytes(Seed), Province.Authority.ListKey.Span);
        keys = [.. Enumerable.Range(0, People).Select(one => SubjectKey.Compute(Province.Authority.ListKey.Span, SubjectKind.Person, population.Subject(one)))];
        Client = new ControlClient(At("control.sock"));
    }

    public Disk Disk { get; }

    public ProvinceFolder Province { get; private set; }

    public ControlClient Client { get; }

    public Scope Scope { get; private set; } = null!;

    /// <summary>The passages that the agent told of while they happened, the oldest first.</summary>
    public IReadOnlyList<PassageEvent> Seen
    {
        get
        {
            lock (seen) return [.. seen];
        }
    }

    /// <summary>What the agent wrote to its log.</summary>
    public string Log => File.Exists(At("agent.log")) ? File.ReadAllText(At("agent.log")) : string.Empty;

    /// <summary>The agent's threads now.</summary>
    public int Threads => Directory.GetDirectories($"/proc/{agent!.Id}/task").Length;

    /// <summary>True while nobody hears of passages.</summary>
    public bool IsEndOfWatch => watching.IsCompleted;

    public bool HasEnded => agent!.HasExited;

    private string State => Path.Combine(Disk.Path, "state");

    /// <summary>Enrols a gate on a well disk and publishes for it. The agent does not run yet.</summary>
    public static async Task<FaultyGate> MakeAsync(Disk disk)
    {
        var gate = new FaultyGate(disk);
        await gate.OrDisposedAsync(gate.EnrolAsync);
        return gate;
    }

    /// <summary>As above, and the agent runs and is well.</summary>
    public static async Task<FaultyGate> StartAsync(Disk disk)
    {
        var gate = await MakeAsync(disk);
        await gate.OrDisposedAsync(async () =>
        {
            gate.Start();
            await gate.UntilAsync(IsReady, Patience);
            await gate.WatchAsync();
        });
        return gate;
    }

    /// <summary>True when documents count, and lanes and readers are there.</summary>
    public static bool IsReady(Status status) => status.PolicyVersion == 1 && status.Lanes.All(static lane => lane.Kind == "turnstile")
        && status.Health.Count(static item => item.State == "well" && item.Component.StartsWith("reader ", StringComparison.Ordinal)) == status.Lanes.Count;

    public void Publish(int version)
    {
        Province = new ProvinceFolder(At("province"), options);
        Province.Make(version, static _ => { });
    }

    public void Start() => agent = Process.Start(
        "/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", At("agent.log"), Path.Combine(Programs.Gate, "gate-agent"), "--config", At("agent.json")]);

    /// <summary>Ends the agent as an operator does.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        using var term = Process.Start("kill", ["-TERM", agent!.Id.ToString(CultureInfo.InvariantCulture)]);
        await term.WaitForExitAsync();
        using var patience = new CancellationTokenSource(within, TimeProvider.System);
        await agent.WaitForExitAsync(patience.Token);
        await watching;
    }

    /// <summary>Hears of every passage from now on.</summary>
    public async Task WatchAsync()
    {
        var watch = Client.WatchAsync(ending.Token).GetAsyncEnumerator(ending.Token);
        var first = watch.MoveNextAsync().AsTask();
        await Client.StatusAsync(ending.Token);
        watching = KeepAsync(watch, first);
    }

    /// <summary>Shows the code of the next green person at a lane, counted from 0.</summary>
    public void Show(int lane) => Show(lane, static _ => true);

    /// <summary>The same, of the next whose page of the list fits.</summary>
    public void Show(int lane, Func<int, bool> fits)
    {
        var index = IndexOf();
        while (population.ValueOf(person).Colour != Colour.Green || !fits(index.FindPage(keys[person].Page))) person++;
        scanners[lane].Write(Encoding.UTF8.GetBytes(DomesticCodeWriter.Write(
            new CodeClaims
            {
                Issuer = Authority.HomeId,
                Subject = population.Subject(person),
                IssuedAt = options.Now - TimeSpan.FromHours(1),
                ExpiresAt = options.Now + TimeSpan.FromHours(12),
                Id = new SeededBytes(Seed).Bytes($"shown:{person++}", 8),
                Standing = ListValue.Of(Colour.Green),
            },
            Province.Authority.Home) + "\r"));
    }

    /// <summary>Shows a person and waits for what the agent tells of them.</summary>
    public async Task<PassageEvent> AnswerAsync(int lane, Func<int, bool>? fits = null)
    {
        var before = Seen.Count;
        Show(lane, fits ?? (static _ => true));
        await UntilAsync(() => Seen.Count > before, TimeSpan.FromSeconds(2));
        return Seen[before];
    }

    /// <summary>The pin of a lane's relay.</summary>
    public static int RelayOf(int lane) => lane * PinsOfLane;

    /// <summary>Sets a lane's fire input.</summary>
    public void SetFire(int lane, bool isActive) => Feed((lane * PinsOfLane) + 1, isActive);

    /// <summary>Presses a lane's exit button for a moment.</summary>
    public async Task PressExitAsync(int lane)
    {
        Feed((lane * PinsOfLane) + 2, isHigh: true);
        await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System);
        Feed((lane * PinsOfLane) + 2, isHigh: false);
    }

    /// <summary>How long after a moment a relay changed to a level.</summary>
    public async Task<TimeSpan> EdgeAsync(int lane, bool isHigh, long since)
    {
        Edge found = default;
        await UntilAsync(
            () =>
            {
                found = Scope.Edges.FirstOrDefault(edge => edge.Pin == RelayOf(lane) && edge.IsHigh == isHigh && edge.Nanoseconds >= since);
                return found != default;
            },
            TimeSpan.FromSeconds(5),
            () => $"Relay {RelayOf(lane)} {isHigh}: " + string.Join(' ', Directory.GetDirectories($"/proc/{agent!.Id}/task").Select(static task => $"{File.ReadAllText(task + "/comm").Trim()}={File.ReadAllText(task + "/wchan")}")) + string.Join('\n', Scope.Edges));
        return Stopwatch.GetElapsedTime(since, found.Nanoseconds);
    }

    public async Task<HealthItem?> ItemAsync(string component) =>
        (await Client.StatusAsync(ending.Token)).Health.FirstOrDefault(item => item.Component == component);

    /// <summary>Waits until a component is in a state, and returns its item.</summary>
    public async Task<HealthItem> UntilItemAsync(string component, string state, TimeSpan within)
    {
        HealthItem? item = null;
        await UntilAsync(status => (item = status.Health.FirstOrDefault(one => one.Component == component))?.State == state, within);
        return item!;
    }

    public async Task UntilAsync(Func<Status, bool> holds, TimeSpan within)
    {
        var (began, last) = (Stopwatch.GetTimestamp(), string.Empty);
        while (true)
        {
            try
            {
                var status = await Client.StatusAsync(ending.Token);
                if (holds(status)) return;
                last = string.Join(" ", status.Health.Where(static item => item.State != "well").Select(static item => $"{item.Component} {item.State}: {item.Text}"));
            }
            catch (ControlException failed)
            {
                last = failed.Message;
            }

            Assert.False(HasEnded, $"The agent has ended: {Log}");
            Assert.True(Stopwatch.GetElapsedTime(began) < within, $"Not within {within.TotalSeconds} s. {last}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Every record of the journal, the newest first.</summary>
    public async Task<IReadOnlyList<PassageEvent>> JournalAsync() => (await Client.JournalAsync("limit=1000", ending.Token)).Records;

    public async ValueTask DisposeAsync()
    {
        Disk.Mend();
        await ending.CancelAsync();
        await watching;
        if (agent is { HasExited: false })
        {
            agent.Kill();
            await agent.WaitForExitAsync();
        }

        agent?.Dispose();
        Client.Dispose();
        Scope?.Dispose();
        foreach (var scanner in scanners) scanner.Dispose();
        ending.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public static async Task UntilAsync(Func<bool> holds, TimeSpan within, Func<string>? tell = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(began) >= within) Assert.Fail($"Not within {within.TotalSeconds} s. {tell?.Invoke()}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private async Task EnrolAsync()
    {
        await File.WriteAllTextAsync(At("levels"), new string('0', 64));
        await File.WriteAllTextAsync(At("agent.json"), Config());
        Province.MakeRoot();
        var enrolled = await Programs.RunGateAsync("gate-agent", "enrol", "--config", At("agent.json"), "--root", Province.RootFile, "--gate", options.Gate);
        Assert.True(enrolled.Code == 0, enrolled.Errors);
        options = options with { DeviceKeyPem = await File.ReadAllTextAsync(Path.Combine(State, "device.pub")) };
        Publish(1);
        Scope = new Scope(At("edges"));
    }

    // Nothing is left of a gate that does not come to stand.
    private async Task OrDisposedAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private string At(string name) => Path.Combine(folder, name);

    private void Feed(int pin, bool isHigh)
    {
        using var levels = File.OpenHandle(At("levels"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(levels, isHigh ? "1"u8 : "0"u8, pin);
    }

    private AllowListIndex IndexOf()
    {
        Assert.True(AllowListIndex.TryRead(File.ReadAllBytes(Directory.GetFiles(Path.Combine(Province.RepositoryFolder, "targets", "list"), "*.idx")[0]), out var index, out _));
        return index;
    }

    private async Task KeepAsync(IAsyncEnumerator<PassageEvent> watch, Task<bool> next)
    {
        try
        {
            while (await next)
            {
                lock (seen) seen.Add(watch.Current);
                next = watch.MoveNextAsync().AsTask();
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ControlException or IOException)
        {
            // The agent has ended, or the test has.
        }

        await watch.DisposeAsync();
    }

    private string Config()
    {
        var (readers, lanes) = (new JsonArray(), new JsonArray());
        for (var lane = 0; lane < scanners.Length; lane++)
        {
            var name = options.Lanes[lane].Name;
            readers.Add((JsonNode)new JsonObject { ["name"] = $"scanner-{lane + 1}", ["kind"] = "serial", ["lane"] = name, ["path"] = scanners[lane].DevicePath });
            lanes.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["pulseMs"] = PulseMs,
                ["exitMs"] = ExitMs,
                ["relay"] = Line(0),
                ["inputs"] = new JsonObject { ["fire"] = Line(1), ["exitRequest"] = Line(2) },
            });

            JsonObject Line(int pin) => new() { ["pin"] = (lane * PinsOfLane) + pin };
        }

        return new JsonObject
        {
            ["stateFolder"] = State,
            ["repositoryFolder"] = At("province/repository"),
            ["controlSocket"] = At("control.sock"),
            ["floor"] = new JsonObject { ["kind"] = "memory", ["at"] = At("floor") },
            ["gpio"] = new JsonObject { ["chip"] = "simulated", ["edgesFile"] = At("edges"), ["levelsFile"] = At("levels") },
            ["readers"] = readers,
            ["lanes"] = lanes,
        }.ToJsonString();
    }
}
