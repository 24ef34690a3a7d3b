using System.Diagnostics;
using System.Security.Cryptography;
using Distribution;
using GateAgent.Configuration;
using LocalApi;
using LocalApi.Link;
using Microsoft.Extensions.Logging.Abstractions;
using Province;
using Province.Commands;
using Province.Documents;
using Province.Keys;
using Verifier.Commands;

namespace GateAgent.Tests.Api;

/// <summary>Imports into a whole agent over its real socket, from a real folder that stands for a stick.</summary>
public sealed class ImportTests : IDisposable
{
    private const string Seed = "import-tests";
    private const string Gate = "gate-9";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    private static readonly TechnicianFile Technician = TechnicianCommand.Issue(new SeededBytes(Seed), "technician", Now, TimeSpan.FromHours(1));
    private static readonly LaneEntry Metro = new("metro-1", "turnstile", "metro");
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_dry_run_says_what_would_change_and_changes_nothing_and_the_import_does_it()
    {
        Enrol();
        Publish("stick", 2, static policy => policy["venues"]!["metro"]!["red"] = "refer");
        await using var host = await StartAsync();
        using var client = new ControlClient(folder.At("control.sock"));
        var before = StateOf();

        var tried = await ImportAsync(client, Technician, isDryRun: true);
        var between = StateOf();
        var versionBetween = (await client.StatusAsync(CancellationToken.None)).PolicyVersion;
        var taken = await ImportAsync(client, Technician, isDryRun: false);
        var again = await ImportAsync(client, Technician, isDryRun: false);

        Assert.Equal(("wouldBeTaken", "taken", "nothingNew"), (tried.Outcome, taken.Outcome, again.Outcome));
        Assert.Equal(before, between);
        Assert.Equal(1, versionBetween);
        Assert.Equal(2, (await client.StatusAsync(CancellationToken.None)).PolicyVersion);
        Assert.Equal((1, 2), (tried.Before!.Policy, tried.After!.Policy));
        Assert.Equal(new Change("metro red", "refuse", "refer"), Assert.Single(tried.Policy));
        Assert.Equal(tried.Policy, taken.Policy);
        Assert.Equal(("none", 0L), (tried.ListBy, tried.ListChanges));
        Assert.Equal(["keys", "list", "root", "sites", "snapshot", "targets", "timestamp"], tried.Roles.Select(static role => role.Role).Order(StringComparer.Ordinal));
        Assert.All(tried.Roles, static role => Assert.True(role.Signers.Count >= role.Threshold));
        var incidents = await IncidentsAsync(client, 4);
        Assert.Equal(["importTried", "documentsCount", "documentsImported", "importTried"], incidents.Select(static one => one.IncidentWord));
        Assert.All(incidents.Where(static one => one.IncidentWord != "documentsCount"), static one => Assert.Equal(16, one.By.Length));
    }

    [Fact]
    public async Task Who_may_not_import_changes_nothing_and_is_written_down()
    {
        Enrol();
        Publish("stick", 2);
        var expired = TechnicianCommand.Issue(new SeededBytes(Seed), "technician", Now - TimeSpan.FromHours(3), TimeSpan.FromHours(1));
        var master = TechnicianCommand.Issue(new SeededBytes(Seed), "stationMaster", Now, TimeSpan.FromHours(1));
        await using var host = await StartAsync();
        using var client = new ControlClient(folder.At("control.sock"));

        Assert.Contains("has expired", await RefusalAsync(client, expired), StringComparison.Ordinal);
        Assert.Contains("does not let this role import", await RefusalAsync(client, master), StringComparison.Ordinal);
        Assert.Contains("own key", await RefusalAsync(client, Technician with { Key = master.Key }), StringComparison.Ordinal);
        Assert.Contains("no technician credential", await RefusalAsync(client, Technician with { Credential = "ZJ1:" }), StringComparison.Ordinal);

        Assert.Equal(1, (await client.StatusAsync(CancellationToken.None)).PolicyVersion);
        Assert.All(await IncidentsAsync(client, 4), static one => Assert.Equal("commandRefused", one.IncidentWord));
    }

    [Fact]
    public async Task A_signature_for_a_dry_run_imports_nothing()
    {
        Enrol();
        Publish("stick", 2);
        await using var host = await StartAsync();
        using var client = new ControlClient(folder.At("control.sock"));
        var request = await RequestAsync(client, Technician, isDryRun: true);

        var (report, refusal) = await client.ImportAsync(request with { IsDryRun = false }, Stick(), CancellationToken.None);

        Assert.Null(report);
        Assert.Contains("own key", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("older")]
    [InlineData("link")]
    [InlineData("pipe")]
    [InlineData("huge")]
    [InlineData("empty")]
    [InlineData("unplugged")]
    [InlineData("flipped")]
    public async Task A_bad_stick_is_refused_with_a_reason_and_nothing_is_half_done(string what)
    {
        Enrol(version: 3);
        Publish("stick", what == "older" ? 2 : 4, people: 3_000);
        await using var host = await StartAsync();
        using var client = new ControlClient(folder.At("control.sock"));
        var timestamp = folder.At("stick/repository/metadata/timestamp.json");
        var source = Stick();
        switch (what)
        {
            case "link":
                File.Move(timestamp, folder.At("outside.json"));
                File.CreateSymbolicLink(timestamp, folder.At("outside.json"));
                break;
            case "pipe":
                File.Delete(timestamp);
                using (var made = Process.Start("mkfifo", [timestamp])) await made.WaitForExitAsync();
                break;
            case "huge":
                await using (var file = File.OpenWrite(timestamp)) file.SetLength(100_000_000);
                break;
            case "empty": Directory.Delete(folder.At("stick/repository"), recursive: true); break;
            case "unplugged": source = Unplugged(afterBytes: 6_000); break;
            case "flipped":
                var pages = Directory.GetFiles(folder.At("stick/repository/targets/list"), "*.gal").Single();
                await using (var file = new FileStream(pages, FileMode.Open, FileAccess.ReadWrite))
                {
                    file.Position = file.Length - 5_000;
                    var old = file.ReadByte();
                    file.Position--;
                    file.WriteByte((byte)(old ^ 1));
                }

                break;
        }

        foreach (var isDryRun in new[] { true, false })
        {
            var (report, _) = await client.ImportAsync(await RequestAsync(client, Technician, isDryRun), source, CancellationToken.None);

            Assert.Equal("refused", report!.Outcome);
            Assert.NotEmpty(report.Fault);
        }

        Assert.Equal(3, (await client.StatusAsync(CancellationToken.None)).PolicyVersion);
        Assert.Empty(Directory.GetFiles(folder.At("state"), "*.new", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(folder.At("state/trial")));
        Assert.Single(Directory.GetDirectories(folder.At("state/metadata")));
    }

    [Fact]
    public async Task A_second_import_at_once_is_refused_and_a_dead_holder_ends_the_first()
    {
        Enrol();
        Publish("stick", 2);
        await using var host = await StartAsync();
        using var client = new ControlClient(folder.At("control.sock"));
        using var gone = new CancellationTokenSource();
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = client.ImportAsync(
            await RequestAsync(client, Technician, isDryRun: false),
            async (_, _, _, _, stop) =>
            {
                isAsked.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                return LinkAnswer.End;
            },
            gone.Token);
        await isAsked.Task.WaitAsync(Patience, TimeProvider.System, CancellationToken.None);

        Assert.Contains("Another import", await RefusalAsync(client, Technician), StringComparison.Ordinal);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => first);

        ImportReport? taken = null;
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (taken is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
            (taken, _) = await client.ImportAsync(await RequestAsync(client, Technician, isDryRun: false), Stick(), patience.Token);
        }

        Assert.Equal("taken", taken.Outcome);
    }

    [Fact]
    public async Task A_gate_without_documents_judges_the_credential_by_those_that_are_offered()
    {
        Enrol(version: 0);
        Publish("stick", 1);
        var master = TechnicianCommand.Issue(new SeededBytes(Seed), "stationMaster", Now, TimeSpan.FromHours(1));
        await using var host = await StartAsync();
        using var client = new ControlClient(folder.At("control.sock"));
        using var stopping = new CancellationTokenSource(Patience, TimeProvider.System);
        var running = host.RunAsync(stopping.Token);

        var refused = await ImportAsync(client, master, isDryRun: false);
        var taken = await ImportAsync(client, Technician, isDryRun: false);

        Assert.Contains("does not let this role import", refused.Fault, StringComparison.Ordinal);
        Assert.Equal("taken", taken.Outcome);
        Assert.Equal(new Change("metro-1", string.Empty, "turnstile metro"), Assert.Single(taken.Lanes));
        Assert.True(await running);
    }

    public void Dispose() => folder.Dispose();

    // The journal writes in groups: what is awaited comes within one of them.
    private static async Task<List<IncidentEvent>> IncidentsAsync(ControlClient client, int count)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            var incidents = (await client.IncidentsAsync("limit=100", patience.Token)).Incidents;
            if (incidents.Count >= count) return [.. incidents.Reverse()];
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }

    private static async Task<ImportRequest> RequestAsync(ControlClient client, TechnicianFile technician, bool isDryRun)
    {
        var asked = await client.ChallengeAsync(CancellationToken.None);
        var command = new ImportCommand(asked.Gate, isDryRun, Convert.FromHexString(asked.Value));
        using var key = ECDsa.Create();
        key.ImportFromPem(technician.Key);
        return new ImportRequest
        {
            Credential = technician.Credential,
            IsDryRun = isDryRun,
            Challenge = asked.Value,
            Signature = Convert.ToBase64String(key.SignData(command.ToBeSigned(), HashAlgorithmName.SHA256)),
        };
    }

    private async Task<ImportReport> ImportAsync(ControlClient client, TechnicianFile technician, bool isDryRun)
    {
        var (report, refusal) = await client.ImportAsync(await RequestAsync(client, technician, isDryRun), Stick(), CancellationToken.None);
        Assert.Null(refusal);
        return report!;
    }

    private async Task<string> RefusalAsync(ControlClient client, TechnicianFile technician) =>
        (await client.ImportAsync(await RequestAsync(client, technician, isDryRun: false), Stick(), CancellationToken.None)).Refusal!;

    private LinkSource Stick()
    {
        var fetch = FolderFetch.From(folder.At("stick/repository"));
        return async (path, offset, buffer, _, stop) =>
        {
            try
            {
                var count = await fetch(path, offset, buffer, stop);
                return count < 0 ? LinkAnswer.NoFile : LinkAnswer.Bytes(count);
            }
            catch (IOException)
            {
                return LinkAnswer.Unavailable(LinkWhy.Storage);
            }
        };
    }

    private LinkSource Unplugged(long afterBytes)
    {
        var stick = Stick();
        var given = 0L;
        return async (path, offset, buffer, wanted, stop) =>
        {
            if (given >= afterBytes) return LinkAnswer.Unavailable(LinkWhy.Storage);
            var answer = await stick(path, offset, buffer, wanted, stop);
            given += answer.Count;
            return answer;
        };
    }

    // Every file of the state with its contents, but for the journal.
    private List<string> StateOf() =>
    [
        .. Directory.GetFiles(folder.At("state"), "*", SearchOption.AllDirectories).Where(static path => !path.Contains("journal", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(static path => $"{path} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"),
    ];

    private void Enrol(int version = 1)
    {
        Directory.CreateDirectory(folder.At("state"));
        using var identity = DeviceIdentity.OpenOrCreate(folder.At("state"));
        File.WriteAllText(folder.At("metro-1.capture"), string.Empty);
        var province = Publish("province", version);
        identity.Enrol(File.ReadAllBytes(province.RootFile), Gate);
    }

    private ProvinceFolder Publish(string name, int version, Action<System.Text.Json.Nodes.JsonObject>? bend = null, long people = 100)
    {
        var province = new ProvinceFolder(folder.At(name), new ProvinceOptions
        {
            Seed = Seed,
            People = people,
            Now = Now,
            Gate = Gate,
            Lanes = [Metro],
            DeviceKeyPem = File.ReadAllText(folder.At("state/device.pub")),
            BendPolicy = bend,
        });
        if (version == 0) province.MakeRoot();
        else province.Make(version, static _ => { });
        return province;
    }

    private Task<AgentHost> StartAsync() => AgentHost.StartAsync(
        new AgentConfig
        {
            StateFolder = folder.At("state"),
            RepositoryFolder = folder.At("province/repository"),
            ControlSocket = folder.At("control.sock"),
            Gpio = new GpioConfig { Chip = "simulated", EdgesFile = folder.At("edges") },
            Readers = [new ReaderEntry { Name = "replay", Kind = "replay", Lane = "metro-1", Path = folder.At("metro-1.capture") }],
            Lanes = [new LaneConfig { Name = "metro-1", PulseMs = 50, Relay = new LineConfig { Pin = 17 } }],
        },
        TimeProvider.System,
        NullLogger.Instance,
        CancellationToken.None);
}
