using System.Diagnostics;
using Distribution;
using GateAgent.Actuation;
using GateAgent.Configuration;
using LocalApi;
using Microsoft.Extensions.Logging.Abstractions;
using Province;
using Province.Documents;

namespace GateAgent.Tests;

/// <summary>An agent that begins again, because a site document changes its lanes.</summary>
public sealed class BeginningAgainTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder folder = new();
    private readonly string memory = $"/dev/shm/gate-{Guid.NewGuid():N}";

    public BeginningAgainTests() => Directory.CreateDirectory(memory);

    [Fact]
    public async Task A_disk_that_hangs_before_the_agent_begins_again_keeps_nobody_from_hearing_fire()
    {
        Publish(1, "turnstile");
        using var driver = new SimulatedGpioDriver(null);
        using var chips = new GpioChips(null);
        chips.Plug("board", driver);
        await using var host = await AgentHost.StartAsync(Config(), TimeProvider.System, NullLogger.Instance, CancellationToken.None, chips: chips);
        Publish(2, "door");
        using (var made = Process.Start("mkfifo", [folder.At("state/kinds.new")])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        var running = host.RunAsync(CancellationToken.None);
        await WaitsForLanesAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.False(running.IsCompleted);
        driver.Feed(5, isHigh: true);
        Assert.True(SpinWait.SpinUntil(() => driver.LevelOf(17) == true, Patience), "Nobody hears fire.");
        Assert.True(host.IsAlive());
        var drained = File.ReadAllBytesAsync(folder.At("state/kinds.new"), TestContext.Current.CancellationToken);
        Assert.True(await running.WaitAsync(Patience, TimeProvider.System));
        await drained;
        Assert.False(driver.LevelOf(17));
    }

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(memory, recursive: true);
    }

    private void Publish(int version, string kind)
    {
        Directory.CreateDirectory(folder.At("state"));
        using var identity = DeviceIdentity.OpenOrCreate(folder.At("state"));
        var province = new ProvinceFolder(folder.At("province"), new ProvinceOptions
        {
            Seed = "beginning-again",
            People = 20,
            Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()),
            Lanes = [new LaneEntry("metro-1", kind, "metro")],
            DeviceKeyPem = File.ReadAllText(folder.At("state/device.pub")),
        });
        province.Make(version, static _ => { });
        if (version == 1) identity.Enrol(File.ReadAllBytes(province.RootFile), "demo-1");
    }

    private AgentConfig Config() => new()
    {
        StateFolder = folder.At("state"),
        RepositoryFolder = folder.At("province/repository"),
        ControlSocket = folder.At("control.sock"),
        Floor = new BoardConfig { Kind = "memory", At = $"{memory}/floor" },
        Gpio = new GpioConfig { Chip = "board" },
        Readers = [],
        Lanes = [new LaneConfig { Name = "metro-1", Relay = new LineConfig { Pin = 17 }, Inputs = new InputsConfig { Fire = new LineConfig { Pin = 5 } } }],
    };

    private async Task WaitsForLanesAsync()
    {
        using var client = new ControlClient(folder.At("control.sock"));
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!(await client.StatusAsync(patience.Token)).Health.Any(static item => item is { Component: "site", State: "degraded" }))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }
}
