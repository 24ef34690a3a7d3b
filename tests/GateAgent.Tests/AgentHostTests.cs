using System.Security.Cryptography;
using System.Text;
using CardReader;
using CardReader.Capture;
using Distribution;
using GateAgent.Actuation;
using GateAgent.Configuration;
using LocalApi;
using Microsoft.Extensions.Logging.Abstractions;
using Province;
using Province.Commands;
using Province.Documents;
using Province.Keys;

namespace GateAgent.Tests;

/// <summary>The whole agent in one process, on the test province's signed documents, asked over its real socket.</summary>
public sealed class AgentHostTests : IDisposable
{
    private const string Gate = "gate-7";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder folder = new();

    // Memory of this board: a restart of the agent alone leaves no doubt.
    private readonly string memory = $"/dev/shm/gate-{Guid.NewGuid():N}";

    public AgentHostTests() => Directory.CreateDirectory(memory);

    [Fact]
    public async Task People_pass_or_do_not_and_nothing_tells_who_they_were()
    {
        var province = Enrol([new LaneEntry("metro-1", "turnstile", "metro"), new LaneEntry("taxi", "attended", "taxi")]);
        Replay("metro-1", ("green-phone", 0), ("red", 200));
        Replay("taxi", ("red", 0), ("yellow-taxi", 200), ("red", 400), ("green-phone", 2500));
        Replay("side", ("green-phone", 0));

        var passages = await RunAsync(Config("metro-1", "taxi", "side"), 6);

        string[] expected =
        [
            "metro-1 pass green True", "metro-1 refused red False", "side seeStaff noSnapshot False",
            "taxi passAgain green False", "taxi passWithCondition yellowWithMask False", "taxi refused red False",
        ];
        Assert.Equal(expected, passages
            .Select(passage => $"{passage.Lane} {passage.Signal} {passage.ReasonWord} {passage.IsOpened}").Order(StringComparer.Ordinal));
        Assert.Equal(["17 0", "17 1", "17 0"], EdgesOf(17));
        Assert.Equal(["18 0"], EdgesOf(18));
        Assert.Equal(["19 0"], EdgesOf(19));
        Assert.Equal(passages.Count, GateAgent.Journal.JournalReader.Count(folder.At("state/journal.db")));
        AssertSilent(province, "green-phone", "red", "yellow-taxi");
    }

    [Fact]
    public async Task Status_tells_what_the_gate_is_and_what_is_not_well()
    {
        Enrol([new LaneEntry("metro-1", "turnstile", "metro")]);
        Replay("metro-1");
        Replay("side");
        await using var host = await StartAsync(Config("metro-1", "side"));
        using var client = new ControlClient(folder.At("control.sock"));

        var status = await client.StatusAsync(CancellationToken.None);

        Assert.Equal((Gate, "33", 1, 1), (status.Gate, status.Province, status.PolicyVersion, status.ListEpoch));
        Assert.True(status.IsClockBelieved);
        Assert.NotNull(status.NextDegradation);
        Assert.Equal(["turnstile", "none"], status.Lanes.Select(lane => lane.Kind));
        Assert.Equal("lane side", Assert.Single(status.Health, item => item.State == "failed").Component);
        Assert.False(status.IsWell);
    }

    [Fact]
    public async Task A_gate_without_documents_answers_and_says_what_to_do()
    {
        Replay("metro-1");
        await using var host = await StartAsync(Config("metro-1"));
        using var client = new ControlClient(folder.At("control.sock"));

        var status = await client.StatusAsync(CancellationToken.None);

        Assert.Equal("no documents", status.Staleness);
        Assert.Contains("not enrolled", status.Health.Single(item => item.Component == "documents").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_not_understood_says_what_is()
    {
        Replay("metro-1");
        await using var host = await StartAsync(Config("metro-1"));
        using var client = new ControlClient(folder.At("control.sock"));

        foreach (var query in new[] { "limit=0", "limit=1001", "reference=1234567", "from=yesterday", "colour=red" })
        {
            var refused = await Assert.ThrowsAsync<ControlException>(() => client.JournalAsync(query, CancellationToken.None));
            Assert.Contains("not understood", refused.Message, StringComparison.Ordinal);
        }

        Assert.Empty((await client.IncidentsAsync("limit=1000", CancellationToken.None)).Incidents);
        await Assert.ThrowsAsync<ControlException>(() => client.IncidentsAsync("limit=0", CancellationToken.None));
        Assert.Empty((await client.JournalAsync("limit=1000", CancellationToken.None)).Records);
    }

    [Fact]
    public async Task Only_owner_and_group_may_use_the_socket_and_a_second_agent_is_refused()
    {
        Replay("metro-1");
        await using var host = await StartAsync(Config("metro-1"));

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(folder.At("control.sock")));
        await Assert.ThrowsAsync<IOException>(() => StartAsync(Config("metro-1")));
    }

    [Fact]
    public async Task A_technician_sets_a_mode_and_a_restart_keeps_it()
    {
        Enrol([new LaneEntry("metro-1", "turnstile", "metro")]);
        Replay("metro-1");
        var technician = TechnicianCommand.Issue(new SeededBytes("agent-tests"), "technician", TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));
        var expired = TechnicianCommand.Issue(new SeededBytes("agent-tests"), "technician", TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(3), TimeSpan.FromHours(1));

        await WhileRunningAsync(async client =>
        {
            Assert.Contains("does not let this role set freeFlow", await SetAsync(client, technician, "freeFlow", 10), StringComparison.Ordinal);
            Assert.Contains("has expired", await SetAsync(client, expired, "maintenance", 10), StringComparison.Ordinal);
            Assert.Contains("no technician credential", await SetAsync(client, technician with { Credential = "ZJ1:" }, "maintenance", 10), StringComparison.Ordinal);
            Assert.Contains("1 to 1440", await SetAsync(client, technician, "maintenance", 0), StringComparison.Ordinal);
            Assert.Contains("not open", await SetAsync(client, technician, "maintenance", 10, new string('0', 64)), StringComparison.Ordinal);
            Assert.Null(await SetAsync(client, technician, "maintenance", 10));
            await UntilAsync(client, "maintenance");
        });
        await WhileRunningAsync(async client =>
        {
            await UntilAsync(client, "maintenance");
            Assert.Null(await SetAsync(client, technician, "normal", 0));
            await UntilAsync(client, "normal");
        });

        var incidents = GateAgent.Journal.JournalReader.ReadIncidents(folder.At("state/journal.db"), new(null, null, null, 100)).Reverse().ToList();
        string[] expected = ["commandRefused", "commandRefused", "commandRefused", "modeSet", "modeResumed", "modeSet"];
        Assert.Equal(expected, incidents.Select(static one => one.IncidentWord));
        Assert.Equal([16, 0, 0, 16, 0, 16], incidents.Select(static one => one.By.Length));
    }

    [Fact]
    public async Task A_mode_that_nobody_may_set_is_not_resumed_and_no_mode_longer_than_anyone_may_set_it()
    {
        Enrol([new LaneEntry("metro-1", "turnstile", "metro")]);
        Replay("metro-1");
        await WhileRunningAsync(static _ => Task.CompletedTask);
        Keep("(77)");
        await WhileRunningAsync(static async client => Assert.Equal("normal", (await client.StatusAsync(CancellationToken.None)).Lanes[0].Mode));
        Keep("(1)");
        await WhileRunningAsync(client => UntilAsync(client, "freeFlow"));

        using var journal = GateAgent.Journal.JournalDatabase.OpenForDeleting(folder.At("state/journal.db"));
        var length = (long)GateAgent.Journal.JournalDatabase.Scalar(journal, "SELECT length_ms FROM mode")!;
        Assert.InRange(length, 1, (long)TimeSpan.FromMinutes(120).TotalMilliseconds);
    }

    // Someone with the card in their hands writes a mode of a hundred years.
    private void Keep(string mode)
    {
        using var journal = GateAgent.Journal.JournalDatabase.OpenForDeleting(folder.At("state/journal.db"));
        GateAgent.Journal.JournalDatabase.Execute(
            journal, $"INSERT OR REPLACE INTO mode VALUES ('metro-1', {mode}, 4900000000000, 3155760000000)");
    }

    [Fact]
    public async Task The_trace_tells_how_long_each_stage_took()
    {
        Enrol([new LaneEntry("metro-1", "turnstile", "metro")]);
        Replay("metro-1", ("green-phone", 0));
        await WhileRunningAsync(async client =>
        {
            TracePage page;
            do page = await client.TraceAsync(CancellationToken.None);
            while (page.Lanes[0].Recent.Count == 0);

            var passage = Assert.Single(page.Lanes[0].Recent).Microseconds;
            Assert.Equal(["read", "wait", "decode", "signature", "lookUp", "policy", "order", "edge", "whole"], page.Lanes[0].Stages.Select(static stage => stage.Stage));
            Assert.All(page.Lanes[0].Stages, static stage => Assert.Equal(1, stage.Count));
            Assert.True(passage[3] > 0, "A signature takes time.");
            Assert.InRange(passage.Take(passage.Count - 1).Sum(), passage[^1] / 2, passage[^1]);
        });
    }

    [Fact]
    public async Task A_gate_without_a_place_for_a_floor_says_that_it_is_in_doubt_until_a_newer_timestamp_comes()
    {
        var province = Enrol([new LaneEntry("metro-1", "turnstile", "metro")]);
        Replay("metro-1");
        var config = Config("metro-1") with { Floor = new BoardConfig { Kind = "none" } };
        await using (await StartAsync(config)) { }

        await using (var again = await StartAsync(config))
        {
            using var client = new ControlClient(config.ControlSocket!);
            var status = await client.StatusAsync(CancellationToken.None);
            Assert.False(status.IsClockBelieved);
            Assert.Equal("refer", status.Staleness);
            var technician = TechnicianCommand.Issue(new SeededBytes("agent-tests"), "technician", TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));
            Assert.Contains("newer publication", await SetAsync(client, technician, "maintenance", 10), StringComparison.Ordinal);
            Assert.Contains("no place for a version floor", status.Health.Single(static item => item.Component == "floor").Text, StringComparison.Ordinal);
            Assert.Equal("failed", status.Health.Single(static item => item.Component == "clock").State);
        }

        province.Make(2, static _ => { });
        await WhileRunningAsync(
            async client =>
            {
                using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
                var status = await client.StatusAsync(patience.Token);
                while (!status.IsClockBelieved)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
                    status = await client.StatusAsync(patience.Token);
                }

                Assert.Equal("well", status.Health.Single(static item => item.Component == "floor").State);
            },
            config);
    }

    [Theory]
    [InlineData("turnstile", true, true)]
    [InlineData("door", true, true)]
    [InlineData("freeFlow", true, false)]
    [InlineData("turnstile", false, false)]
    public async Task A_lane_whose_documents_were_lost_follows_fire_as_what_it_was_and_says_so_where_nobody_knows(string kind, bool isKnown, bool isDriven)
    {
        Enrol([new LaneEntry("metro-1", kind, "metro")]);
        Replay("metro-1");
        var line = new LaneConfig
        {
            Name = "metro-1",
            Relay = new LineConfig { Pin = 17 },
            Green = new LineConfig { Pin = 22 },
            Amber = new LineConfig { Pin = 23 },
            Inputs = new InputsConfig { Fire = new LineConfig { Pin = 5 } },
        };
        var config = Config("metro-1") with { Gpio = new GpioConfig { Chip = "board" }, Lanes = [line] };
        using var driver = new SimulatedGpioDriver(null);
        using var chips = new GpioChips(null);
        chips.Plug("board", driver);
        if (isKnown)
        {
            await WhileRunningAsync(static _ => Task.CompletedTask, config, chips);
            Directory.Delete(folder.At("state/metadata"), recursive: true);
        }

        Directory.Delete(folder.At("province/repository"), recursive: true);

        await WhileRunningAsync(
            async client =>
            {
                var text = (await client.StatusAsync(CancellationToken.None)).Health.Single(static item => item.Component == "lane metro-1").Text;
                Assert.Contains(isKnown ? $"as that of the {kind}" : "count on the hardware's own release alone", text, StringComparison.OrdinalIgnoreCase);
                Assert.Equal([new InputStatus("fire", false)], (await client.StatusAsync(CancellationToken.None)).Lanes[0].Inputs);
                driver.Feed(5, isHigh: true);
                Assert.True(SpinWait.SpinUntil(() => driver.LevelOf(isKnown ? 22 : 23) == true, Patience));
                Assert.Equal((isDriven, isKnown), (driver.LevelOf(17), driver.LevelOf(22)));
                Assert.Equal([new InputStatus("fire", true)], (await client.StatusAsync(CancellationToken.None)).Lanes[0].Inputs);
                driver.Feed(5, isHigh: false);
                Assert.True(SpinWait.SpinUntil(() => driver.LevelOf(isKnown ? 22 : 23) == false, Patience));
                Assert.False(driver.LevelOf(17));
            },
            config, chips);
    }

    private async Task WhileRunningAsync(Func<ControlClient, Task> act, AgentConfig? config = null, GpioChips? chips = null)
    {
        using var stopping = new CancellationTokenSource();
        await using var host = await AgentHost.StartAsync(
            config ?? Config("metro-1"), TimeProvider.System, NullLogger.Instance, CancellationToken.None, chips: chips);
        var running = host.RunAsync(stopping.Token);
        using (var client = new ControlClient(folder.At("control.sock"))) await act(client);
        await stopping.CancelAsync();
        await running;
    }

    private static async Task<string?> SetAsync(ControlClient client, TechnicianFile technician, string mode, int minutes, string? challenge = null)
    {
        var asked = await client.ChallengeAsync(CancellationToken.None);
        challenge ??= asked.Value;
        var command = new Verifier.Commands.ModeCommand(
            asked.Gate, "metro-1", Enum.Parse<Verifier.Trust.LaneMode>(mode, ignoreCase: true), minutes, Convert.FromHexString(challenge));
        using var key = ECDsa.Create();
        key.ImportFromPem(technician.Key);
        var request = new ModeRequest
        {
            Credential = technician.Credential,
            Lane = "metro-1",
            Mode = mode,
            Minutes = minutes,
            Challenge = challenge,
            Signature = Convert.ToBase64String(key.SignData(command.ToBeSigned(), HashAlgorithmName.SHA256)),
        };
        return (await client.SetModeAsync(request, CancellationToken.None)).Refusal;
    }

    private static async Task UntilAsync(ControlClient client, string mode)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while ((await client.StatusAsync(patience.Token)).Lanes[0].Mode != mode) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    [Fact]
    public async Task Without_an_agent_the_client_says_so()
    {
        using var client = new ControlClient(folder.At("nobody.sock"));

        var refused = await Assert.ThrowsAsync<ControlException>(() => client.StatusAsync(CancellationToken.None));

        Assert.Contains("is gate-agent running", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(memory, recursive: true);
    }

    private static Task<AgentHost> StartAsync(AgentConfig config) =>
        AgentHost.StartAsync(config, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

    private AgentConfig Config(params string[] lanes) => new()
    {
        StateFolder = folder.At("state"),
        RepositoryFolder = folder.At("province/repository"),
        ControlSocket = folder.At("control.sock"),
        CaptureFile = folder.At("capture"),
        Floor = new BoardConfig { Kind = "memory", At = $"{memory}/floor" },
        Gpio = new GpioConfig { Chip = "simulated", EdgesFile = folder.At("edges") },
        Readers = [.. lanes.Select(lane => new ReaderEntry { Name = $"replay-{lane}", Kind = "replay", Lane = lane, Path = folder.At($"{lane}.capture") })],
        Lanes = [.. lanes.Select((lane, index) => new LaneConfig { Name = lane, PulseMs = 50, Relay = new LineConfig { Pin = 17 + index } })],
    };

    private ProvinceFolder Enrol(IReadOnlyList<LaneEntry> lanes)
    {
        Directory.CreateDirectory(folder.At("state"));
        using var identity = DeviceIdentity.OpenOrCreate(folder.At("state"));
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var province = new ProvinceFolder(folder.At("province"), new ProvinceOptions
        {
            Seed = "agent-tests",
            People = 100,
            Now = now,
            Gate = Gate,
            Lanes = lanes,
            DeviceKeyPem = File.ReadAllText(folder.At("state/device.pub")),
        });
        province.Make(1, static _ => { });
        identity.Enrol(File.ReadAllBytes(province.RootFile), Gate);
        return province;
    }

    private void Replay(string lane, params ReadOnlySpan<(string Role, int AtMs)> shown)
    {
        var lines = new List<string>();
        foreach (var (role, atMs) in shown)
        {
            var text = RoleText(role);
            lines.Add(CaptureLine.WriteWhole(TimeSpan.FromMilliseconds(300 + atMs), "replay", Carrier.Qr, Encoding.UTF8.GetBytes(text)));
        }

        File.WriteAllLines(folder.At($"{lane}.capture"), lines);
    }

    private string RoleText(string role) => File.ReadLines(folder.At("province/cast/cast.tsv"))
        .Select(line => line.Split('\t')).First(fields => fields[0] == role)[2];

    private static async Task<List<PassageEvent>> RunAsync(AgentConfig config, int count)
    {
        using var stopping = new CancellationTokenSource(Patience, TimeProvider.System);
        await using var host = await StartAsync(config);
        using var client = new ControlClient(config.ControlSocket!);
        await using var watch = client.WatchAsync(stopping.Token).GetAsyncEnumerator(stopping.Token);
        var next = watch.MoveNextAsync();
        var running = host.RunAsync(stopping.Token);
        var passages = new List<PassageEvent>();
        while (await next)
        {
            passages.Add(watch.Current);
            if (passages.Count == count) break;
            next = watch.MoveNextAsync();
        }

        await stopping.CancelAsync();
        await running;
        return passages;
    }

    private IEnumerable<string> EdgesOf(int pin) => File.ReadLines(folder.At("edges"))
        .Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])
        .Where(line => line.StartsWith($"{pin} ", StringComparison.Ordinal));

    private void AssertSilent(ProvinceFolder province, params string[] roles)
    {
        foreach (var file in new[] { "capture", "edges", "state/journal.db", "state/journal.count" })
        {
            var bytes = File.ReadAllBytes(folder.At(file));
            Assert.NotEmpty(bytes);
            foreach (var role in roles)
            {
                var text = RoleText(role);
                Assert.False(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text[10..30])) >= 0, $"{file} holds the code of {role}.");
                var identifier = province.Cast[role].Identifier;
                Assert.False(bytes.AsSpan().IndexOf(identifier.Span) >= 0, $"{file} holds the pseudonym of {role}.");
                Assert.False(
                    bytes.AsSpan().IndexOf(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8)) >= 0, $"{file} holds a hash of {role}.");
            }
        }
    }
}
