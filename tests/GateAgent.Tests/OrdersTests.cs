using System.Text.Json.Nodes;
using Distribution;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Journal;
using LocalApi;
using Microsoft.Extensions.Logging.Abstractions;
using Province;
using Province.Documents;

namespace GateAgent.Tests;

/// <summary>What the province orders of every gate, signed, followed by a whole agent at its lines.</summary>
public sealed class OrdersTests : IDisposable
{
    private const int Relay = 17;
    private const int Fire = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder folder = new();
    private readonly string memory = $"/dev/shm/gate-{Guid.NewGuid():N}";
    private readonly DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    public OrdersTests() => Directory.CreateDirectory(memory);

    [Theory]
    [InlineData("freeFlow", true)]
    [InlineData("outOfOrder", false)]
    public async Task The_end_leaves_a_lane_as_it_was_signed_and_a_restart_changes_nothing(string mode, bool isDriven)
    {
        Publish(lockdown: null, End(mode, now - TimeSpan.FromMinutes(1)));

        for (var start = 0; start < 2; start++)
        {
            await WhileRunningAsync(async (client, driver) =>
            {
                await UntilAsync(client, mode);
                Assert.True(SpinWait.SpinUntil(() => driver.LevelOf(Relay) == isDriven, Patience));
                driver.Feed(Fire, isHigh: true);
                Assert.True(SpinWait.SpinUntil(() => driver.LevelOf(Relay) == true, Patience), "Fire is not heard after the end.");
            });
        }

        Assert.Equal(["judgingEnded", "judgingEnded"], Words().Where(static word => word == "judgingEnded"));
    }

    [Fact]
    public async Task An_end_that_lies_ahead_opens_nothing_yet()
    {
        Publish(lockdown: null, End("freeFlow", now + TimeSpan.FromHours(1)));

        await WhileRunningAsync(StaysNormalAsync);

        Assert.DoesNotContain("judgingEnded", Words());
    }

    [Fact]
    public async Task An_end_opens_nothing_while_the_clock_is_in_doubt()
    {
        Publish(lockdown: null, End("freeFlow", now - TimeSpan.FromMinutes(1)));
        var unfloored = Config() with { Floor = new BoardConfig { Kind = "none" } };
        await using (await AgentHost.StartAsync(unfloored, TimeProvider.System, NullLogger.Instance, CancellationToken.None)) { }

        await WhileRunningAsync(
            async (client, driver) =>
            {
                Assert.False((await client.StatusAsync(CancellationToken.None)).IsClockBelieved);
                await StaysNormalAsync(client, driver);
            },
            unfloored);
    }

    [Theory]
    [InlineData("metro", "locked")]
    [InlineData("library", "normal")]
    public async Task A_lockdown_locks_its_venues_alone_and_fire_opens_them(string venue, string mode)
    {
        var lockdown = new JsonObject
        {
            ["venues"] = new JsonArray(venue),
            ["from"] = SignedDocuments.Moment(now - TimeSpan.FromMinutes(1)),
            ["until"] = SignedDocuments.Moment(now + TimeSpan.FromHours(1)),
        };
        Publish(lockdown, end: null);

        await WhileRunningAsync(async (client, driver) =>
        {
            if (mode == "normal") await StaysNormalAsync(client, driver);
            await UntilAsync(client, mode);
            Assert.False(driver.LevelOf(Relay));
            driver.Feed(Fire, isHigh: true);
            Assert.True(SpinWait.SpinUntil(() => driver.LevelOf(Relay) == true, Patience), "A lockdown keeps people in a fire.");
        });
    }

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(memory, recursive: true);
    }

    private static JsonObject End(string turnstile, DateTimeOffset at) => new()
    {
        ["at"] = SignedDocuments.Moment(at),
        ["destroyBy"] = SignedDocuments.Moment(at + TimeSpan.FromDays(30)),
        ["lanes"] = new JsonObject { ["turnstile"] = turnstile, ["door"] = "outOfOrder", ["freeFlow"] = "freeFlow", ["attended"] = "outOfOrder" },
    };

    // Orders are followed at the start; what did not happen by then would not happen for 30 s.
    private static async Task StaysNormalAsync(ControlClient client, SimulatedGpioDriver driver)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("normal", (await client.StatusAsync(CancellationToken.None)).Lanes[0].Mode);
        Assert.False(driver.LevelOf(Relay));
    }

    private static async Task UntilAsync(ControlClient client, string mode)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while ((await client.StatusAsync(patience.Token)).Lanes[0].Mode != mode) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    private async Task WhileRunningAsync(Func<ControlClient, SimulatedGpioDriver, Task> act, AgentConfig? config = null)
    {
        using var driver = new SimulatedGpioDriver(null);
        using var chips = new GpioChips(null);
        chips.Plug("board", driver);
        using var stopping = new CancellationTokenSource();
        await using var host = await AgentHost.StartAsync(
            config ?? Config(), TimeProvider.System, NullLogger.Instance, CancellationToken.None, chips: chips);
        var running = host.RunAsync(stopping.Token);
        using (var client = new ControlClient(folder.At("control.sock"))) await act(client, driver);
        await stopping.CancelAsync();
        await running;
    }

    private List<string> Words() =>
        [.. JournalReader.ReadIncidents(folder.At("state/journal.db"), new(null, null, null, 100)).Select(static one => one.IncidentWord)];

    private void Publish(JsonObject? lockdown, JsonObject? end)
    {
        Directory.CreateDirectory(folder.At("state"));
        using var identity = DeviceIdentity.OpenOrCreate(folder.At("state"));
        var province = new ProvinceFolder(folder.At("province"), new ProvinceOptions
        {
            Seed = "orders",
            People = 20,
            Now = now,
            Lanes = [new LaneEntry("metro-1", "turnstile", "metro")],
            DeviceKeyPem = File.ReadAllText(folder.At("state/device.pub")),
            Lockdown = lockdown,
            End = end,
        });
        province.Make(1, static _ => { });
        identity.Enrol(File.ReadAllBytes(province.RootFile), "demo-1");
    }

    private AgentConfig Config() => new()
    {
        StateFolder = folder.At("state"),
        RepositoryFolder = folder.At("province/repository"),
        ControlSocket = folder.At("control.sock"),
        Floor = new BoardConfig { Kind = "memory", At = $"{memory}/floor" },
        Gpio = new GpioConfig { Chip = "board" },
        Readers = [],
        Lanes = [new LaneConfig { Name = "metro-1", Relay = new LineConfig { Pin = Relay }, Inputs = new InputsConfig { Fire = new LineConfig { Pin = Fire } } }],
    };
}
