using System.Net.Sockets;
using Distribution;
using GateAgent.Documents;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Timekeeping;
using LocalApi;
using LocalApi.Link;
using Microsoft.Extensions.Logging.Abstractions;
using Province;
using Province.Documents;

namespace GateAgent.Tests.Documents;

/// <summary>A keeper over a province's real repository, with a real link.sock, for one test.</summary>
internal sealed class KeeperBench : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private const string Gate = "gate-7";
    private readonly TemporaryFolder folder = new();
    private readonly TimeProvider time;
    private readonly PassageJournal journal;
    private readonly CancellationTokenSource stopping = new();
    private readonly ProvinceOptions options;
    private DocumentSource? source;
    private Task running = Task.CompletedTask;

    public KeeperBench(TimeProvider time)
    {
        this.time = time;
        Health = new HealthBoard(time);
        Directory.CreateDirectory(State);
        journal = PassageJournal.Open(State, new PassageFeed(), Health, TimeProvider.System);
        using var identity = DeviceIdentity.OpenOrCreate(State);
        options = new ProvinceOptions
        {
            Seed = "keeper-tests",
            People = 100,
            Now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()),
            Gate = Gate,
            Lanes = [new LaneEntry("metro-1", "turnstile", "metro")],
            DeviceKeyPem = File.ReadAllText(Path.Combine(State, "device.pub")),
        };
        Publish(1);
        identity.Enrol(File.ReadAllBytes(new ProvinceFolder(folder.At("province"), options).RootFile), Gate);
    }

    public HealthBoard Health { get; }

    public DocumentKeeper Keeper { get; private set; } = null!;

    public string Socket => folder.At("link.sock");

    public int Swaps { get; private set; }

    public bool AreQuiet { get; set; } = true;

    public bool MayRest { get; set; } = true;

    public TrustedClock Clock { get; private set; } = null!;

    public int PolicyVersion => Keeper.Present?.Versions.Policy ?? 0;

    /// <summary>A file that someone is writing among the targets.</summary>
    public string HalfWritten => Path.Combine(State, "targets", "policy.json.new");

    private string State => folder.At("state");

    private string Metadata => Path.Combine(State, "metadata");

    private string Repository => folder.At("province/repository");

    public void Publish(int version, IReadOnlyList<LaneEntry>? lanes = null) =>
        new ProvinceFolder(folder.At("province"), options with { Lanes = lanes ?? options.Lanes }).Make(version, static _ => { });

    /// <summary>Opens from the folder, so that version 1 is held, and then listens on link.sock.</summary>
    public async Task OpenWithLinkAsync(IReadOnlyList<uint>? users = null, bool canRead = true)
    {
        await OpenWithFolderAsync();
        Keeper.Dispose();
        if (!canRead) Directory.Move(Metadata, Metadata + ".lost");
        source = LinkSocket.Start(Socket, users, Health, time);
        await MakeAsync();
    }

    /// <summary>What could not be read at the opening is there again.</summary>
    public void LetRead()
    {
        Directory.Delete(Metadata, recursive: true);
        Directory.Move(Metadata + ".lost", Metadata);
    }

    public async Task OpenWithFolderAsync()
    {
        source = new FolderSource(Repository, time);
        await MakeAsync();
    }

    public Task RunAsync() => running = Keeper.RunAsync(() => Swaps++, () => AreQuiet, () => MayRest, stopping.Token);

    public async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>An honest gate-link over the province's repository.</summary>
    public async Task ServeHonestlyAsync(CancellationToken stop)
    {
        var fetch = FolderFetch.From(Repository);
        using var answerer = new LinkAnswerer(
            await ConnectAsync(),
            async (path, offset, buffer, _, ending) => await fetch(path, offset, buffer, ending) is var count and >= 0 ? LinkAnswer.Bytes(count) : LinkAnswer.NoFile,
            static () => { });
        try
        {
            await answerer.RunAsync(stop);
        }
        catch (Exception ended) when (ended is LinkException or OperationCanceledException)
        {
            // The agent dropped it, or the test is over.
        }
    }

    public HealthItem? ItemOf(string component) => Health.Items.FirstOrDefault(item => item.Component == component);

    public static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!holds()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    public async Task<IReadOnlyList<IncidentEvent>> IncidentsAsync()
    {
        await UntilAsync(() => journal.IsWritten);
        return JournalReader.ReadIncidents(journal.Path, new JournalQuery(null, null, null, 100));
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        await stopping.CancelAsync();
        await running;
        Keeper.Dispose();
        if (source is not null) await source.DisposeAsync();
        await journal.DisposeAsync();
        stopping.Dispose();
        folder.Dispose();
    }

    private async Task MakeAsync()
    {
        Clock = TrustedClock.Open(time, options.Now - TimeSpan.FromDays(30), State);
        Keeper = new DocumentKeeper(
            new SnapshotStoreOptions { StateFolder = State }, source!, Health, Clock, journal, time, NullLogger.Instance,
            new DocumentPace { Gap = TimeSpan.FromMilliseconds(20), RetryMax = TimeSpan.FromMilliseconds(50) });
        await Keeper.OpenAsync(CancellationToken.None);
    }
}
