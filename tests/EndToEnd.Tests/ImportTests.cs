using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalApi;
using Province;
using Province.Commands;
using Province.Documents;
using Province.Keys;

namespace EndToEnd.Tests;

/// <summary>A stick and the published programs: a gate without a network gets its first documents and its next ones.</summary>
public sealed class ImportTests : IDisposable
{
    private const string Seed = "import-end-to-end";
    private const string Gate = "gate-5";
    private const int Clutter = 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_gate_takes_its_documents_from_a_stick_and_says_what_they_change()
    {
        var agent = await StartAsync();
        try
        {
            var first = await ImportAsync("technician");
            Assert.True(first.Code == 0, first.Output + first.Errors);
            Assert.Contains("taken: these documents are kept, and count when the agent has begun again", first.Output, StringComparison.Ordinal);
            Assert.Contains("lane      metro-1: turnstile metro", first.Output, StringComparison.Ordinal);
            await UntilAsync(1);

            Publish(2, static policy => policy["venues"]!["metro"]!["red"] = "refer");
            await ClutterAsync();
            var tried = await ImportAsync("technician", "--dry-run");
            Assert.True(tried.Code == 0, tried.Output + tried.Errors);
            Assert.Contains("would be taken; nothing was changed", tried.Output, StringComparison.Ordinal);
            Assert.Contains("policy    1 -> 2", tried.Output, StringComparison.Ordinal);
            Assert.Contains("policy    metro red: refuse -> refer", tried.Output, StringComparison.Ordinal);
            await UntilAsync(1);

            var stranger = await ImportAsync("stationMaster");
            Assert.Equal((1, string.Empty), (stranger.Code, stranger.Output));
            Assert.Contains("does not let this role import", stranger.Errors, StringComparison.Ordinal);

            var second = await ImportAsync("technician");
            Assert.True(second.Code == 0, second.Output + second.Errors);
            Assert.Contains("taken: these documents count now", second.Output, StringComparison.Ordinal);
            await UntilAsync(2);
            Assert.Contains("nothing new", (await ImportAsync("technician")).Output, StringComparison.Ordinal);

            Directory.Delete(At("stick/repository/metadata"), recursive: true);
            var bare = await ImportAsync("technician");
            Assert.Equal(1, bare.Code);
            Assert.Contains("What the gate has goes on counting", bare.Errors, StringComparison.Ordinal);
            await UntilAsync(2);
        }
        finally
        {
            agent.Kill(entireProcessTree: true);
            await agent.WaitForExitAsync();
            agent.Dispose();
        }
    }

    private string At(string name) => Path.Combine(folder.Path, name);

    private async Task<Process> StartAsync()
    {
        Directory.CreateDirectory(At("empty"));
        await File.WriteAllTextAsync(At("metro-1.capture"), string.Empty);
        await File.WriteAllTextAsync(At("agent.json"), new JsonObject
        {
            ["stateFolder"] = At("state"),
            ["repositoryFolder"] = At("empty"),
            ["controlSocket"] = At("control.sock"),
            ["gpio"] = new JsonObject { ["chip"] = "simulated" },
            ["readers"] = new JsonArray(new JsonObject { ["name"] = "replay", ["kind"] = "replay", ["lane"] = "metro-1", ["path"] = At("metro-1.capture") }),
            ["lanes"] = new JsonArray(new JsonObject { ["name"] = "metro-1", ["relay"] = new JsonObject { ["pin"] = 17 } }),
        }.ToJsonString());
        new ProvinceFolder(At("stick"), Options(device: null, bend: null)).MakeRoot();
        var enrolled = await Programs.RunGateAsync("gate-agent", "enrol", "--config", At("agent.json"), "--root", At("stick/root.json"), "--gate", Gate);
        Assert.True(enrolled.Code == 0, enrolled.Errors);
        Publish(1, null);
        var agent = Process.Start(Path.Combine(Programs.Gate, "gate-agent"), ["--config", At("agent.json")]);
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!File.Exists(At("control.sock"))) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        return agent;
    }

    private void Publish(int version, Action<JsonObject>? bend) =>
        new ProvinceFolder(At("stick"), Options(File.ReadAllText(At("state/device.pub")), bend)).Make(version, static _ => { });

    private static ProvinceOptions Options(string? device, Action<JsonObject>? bend) => new()
    {
        Seed = Seed,
        People = 500,
        Now = Now,
        Gate = Gate,
        Lanes = [LaneEntry.Parse("metro-1:turnstile:metro")],
        DeviceKeyPem = device,
        BendPolicy = bend,
    };

    // What else may lie on a stick.
    private async Task ClutterAsync()
    {
        for (var index = 0; index < Clutter; index++)
            await File.WriteAllTextAsync(At(string.Create(CultureInfo.InvariantCulture, $"stick/repository/metadata/{index}.junk")), string.Empty);
        File.CreateSymbolicLink(At("stick/repository/targets/out"), "/etc");
        Assert.Equal(0, (await Programs.RunAsync("mkfifo", [At("stick/repository/metadata/2.root.json")])).Code);
    }

    private async Task<Ended> ImportAsync(string role, params string[] more)
    {
        var technician = TechnicianCommand.Issue(new SeededBytes(Seed), role, Now, TimeSpan.FromHours(1));
        await File.WriteAllTextAsync(At($"{role}.json"), JsonSerializer.Serialize(technician, LocalJson.Default.TechnicianFile));
        return await Programs.RunGateAsync(
            "gatectl", ["import", At("stick/repository"), "--credential", At($"{role}.json"), "--socket", At("control.sock"), .. more]);
    }

    private async Task UntilAsync(int policyVersion)
    {
        using var client = new ControlClient(At("control.sock"));
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            try
            {
                if ((await client.StatusAsync(patience.Token)).PolicyVersion == policyVersion) return;
            }
            catch (ControlException)
            {
                // The agent begins again with other lanes.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }
}
