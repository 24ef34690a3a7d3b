using System.Collections.Immutable;
using System.Reflection;
using CardReader;
using CardReader.Capture;
using Distribution;
using Distribution.Keys;
using GateAgent.Actuation;
using GateAgent.Api;
using GateAgent.Configuration;
using GateAgent.Documents;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Timekeeping;
using LocalApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Verifier.Trust;

namespace GateAgent;

/// <summary>
/// The composition root: the only place where concrete kinds meet. It begins to claim the lines at rest, opens the journal
/// and the documents, then lets readers run. Disposing it rests everything.
/// </summary>
internal sealed class AgentHost : IAsyncDisposable
{
    private static readonly TimeSpan ClaimWithin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan OrdersEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly AgentConfig config;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly HealthBoard health;
    private readonly TrustedClock clock;
    private readonly BoardPlaces board;
    private readonly bool isBoardOwned;
    private readonly StateSeal seal;
    private readonly PassageFeed feed = new();
    private readonly GateMemory memory;
    private readonly GpioChips chips;
    private readonly bool areChipsOwned;
    private readonly ImmutableArray<LaneHost> hosts;
    private readonly PassageJournal journal;
    private readonly JournalApi journals;
    private readonly KeptKinds kinds;
    private readonly WireCapture? capture;
    private readonly DateTimeOffset startedAt;
    private SharedSource? source;
    private DocumentKeeper? documents;
    private ImmutableArray<Lane> lanes = [];
    private ImmutableArray<ReaderLoop> readers = [];
    private WebApplication? api;

    private AgentHost(AgentConfig config, TimeProvider time, ILogger log, BoardPlaces? board, GpioChips? chips)
    {
        isBoardOwned = board is null;
        this.board = board ?? BoardConfig.Open(config);
        this.config = config;
        this.time = time;
        this.log = log;
        startedAt = time.GetUtcNow();
        health = new HealthBoard(time);
        memory = new GateMemory(time);
        clock = TrustedClock.Open(time, BuiltAt(), config.StateFolder!);
        areChipsOwned = chips is null;
        this.chips = chips ?? new GpioChips(config.Gpio);
        hosts = [.. config.Lanes!.Select(lane => LaneHost.Start(lane, config, this.chips, Hotline, health, time))];
        MakeStateFolder();
        DurableFile.Sweep(config.StateFolder!);
        SnapshotTrial.Sweep(config.StateFolder!);
        seal = StateSeal.Open(config.StateFolder!, this.board.Keys);
        kinds = KeptKinds.Open(config.StateFolder!);
        journal = PassageJournal.Open(config.StateFolder!, feed, health, time);
        journals = new JournalApi(journal);
        capture = config.CaptureFile is { } path ? new WireCapture(path, time) : null;
    }

    /// <summary>Version of this program.</summary>
    public static string Version =>
        typeof(AgentHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Claims the lines, loads the documents, makes the lanes and begins to listen.</summary>
    /// <exception cref="IOException">Another agent has the state folder, or the control socket cannot be used.</exception>
    /// <param name="config">What hangs where.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Takes events.</param>
    /// <param name="stop">Ends the start.</param>
    /// <param name="board">The board's places, kept when the agent begins again; null to open them for this time.</param>
    /// <param name="chips">The chips, which stay the caller's; null for those of the configuration.</param>
    public static async Task<AgentHost> StartAsync(
        AgentConfig config, TimeProvider time, ILogger log, CancellationToken stop, BoardPlaces? board = null, GpioChips? chips = null)
    {
        var host = new AgentHost(config, time, log, board, chips);
        try
        {
            AgentPool.Widen(config);
            await host.LoadAsync(stop);
            await host.AwaitLinesAsync(stop);
            host.MakeLanes();
            var challenges = new Challenges(time);
            var modes = new ModeApi(host.Snapshot, host.FindLane, host.GateName, challenges, host.journal, host.clock);
            var imports = new ImportApi(host.documents!, host.GateName, challenges, host.journal, host.clock, time);
            host.api = await ControlApi.StartAsync(config.ControlSocket!, host.Status, host.Trace, modes, imports, host.journals, host.feed, stop);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs lanes and readers until stopped. A defect in one of them ends them all: the process ends, the lines
    /// rest, and systemd starts it anew. Where the agent begins again, the lanes serve until nothing waits for the disk any more.</summary>
    /// <returns>True when the lanes must be made anew, because a new site document changes them.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var resting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        List<Task> lanesRunning = [.. hosts.Select(host => host.RunAsync(resting.Token)), .. readers.Select(reader => reader.RunAsync(resting.Token))];
        var keeping = documents!.RunAsync(FollowOrders, AreQuiet, MayRest, ending.Token);
        List<Task> storing =
        [
            KeepKindsAsync(ending.Token),
            KeepJournalAsync(ending.Token),
            FollowOrdersAsync(ending.Token),
            new ListKeeper(Snapshot, source!, new QuietTimes(Snapshot, Presentations, clock, time), health, journal, clock, time).RunAsync(ending.Token),
            keeping,
        ];
        var first = await Task.WhenAny([.. lanesRunning, .. storing]);
        await ending.CancelAsync();
        if (first == keeping) await Task.WhenAny([Task.WhenAll(storing), .. lanesRunning]);
        await resting.CancelAsync();
        await Task.WhenAll([.. lanesRunning, .. storing]);
        return first == keeping && !stop.IsCancellationRequested;
    }

    /// <summary>True while every lane takes events. Called by the watchdog's timer alone.</summary>
    public bool IsAlive()
    {
        var isAlive = true;
        foreach (var lane in lanes) isAlive &= lane.TakesEvents();
        return isAlive;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
        if (areChipsOwned) chips.Dispose();
        memory.Dispose();
        if (api is not null) await api.DisposeAsync();
        documents?.Dispose();
        if (isBoardOwned) board.Dispose();
        if (source is not null) await source.DisposeAsync();
        await journal.DisposeAsync();
        seal.Dispose();
        capture?.Dispose();
    }

    // A disk that fails now may be well later: the gate starts, sends people to staff, and says why.
    private void MakeStateFolder()
    {
        const string Component = "state folder";
        try
        {
            DurableFile.CreateFolder(config.StateFolder!);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            health.SetFailed(Component, $"{failed.Message} Mend or replace the card, and restart the agent.");
        }
    }

    // Written into the program when it is built: the clock is never believed below it.
    private static DateTimeOffset BuiltAt()
    {
        var text = typeof(AgentHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(entry => entry.Key == "ClockFloor").Value!;
        return DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    // What a start without documents needs.
    private async Task KeepKindsAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Run(() => kinds.Keep(lanes.Select(static lane => lane.Site).Where(static site => site.Kind != LaneKind.None), health), CancellationToken.None);
            await Task.Delay(OrdersEvery, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What the policy keeps no longer is deleted at start and once a day.
    private async Task KeepJournalAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            ReviewClock();
            if (Snapshot() is { } present && clock.Now() is { IsBelieved: true } now)
                await Task.Run(() => Retention.KeepTo(journal.Path, now.Utc - TimeSpan.FromDays(present.Policy.JournalDays), health, stop), CancellationToken.None);
            await Task.Delay(Day, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowOrdersAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            FollowOrders();
            documents!.Review();
            documents.ClosePages();
            await Task.Delay(OrdersEvery, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void ReviewClock()
    {
        const string Component = "clock";
        if (clock.Wall is null) health.SetFailed(Component, $"Wall time is before {clock.Floor:u}: set it, or connect a time source.");
        else if (!clock.Now().IsBelieved) health.SetFailed(Component, "In doubt, because an old card could have been put back: see floor.");
        else if (clock.Fault is { } fault) health.SetDegraded(Component, fault);
        else health.SetWell(Component);
    }

    private async Task LoadAsync(CancellationToken stop)
    {
        source = new SharedSource(
            config.LinkSocket is { } socket ? LinkSocket.Start(socket, null, health, time) : new FolderSource(config.RepositoryFolder!, time), time);
        documents = new DocumentKeeper(
            new SnapshotStoreOptions { StateFolder = config.StateFolder!, Keys = board.Keys, Floor = board.Floor }, source, health, clock, journal, time, log);
        await documents.OpenAsync(stop);
        if (board.IsKeyExposed)
            health.SetDegraded("device key", "It lies in a file, although a TPM is configured: follow \"Replacing a board\" in operating.md to have a sealed one.");
        ReviewClock();
    }

    // A lane whose chip answers late, or not at all, begins without its lines.
    private async Task AwaitLinesAsync(CancellationToken stop)
    {
        var claiming = Task.WhenAll(hosts.Select(static host => host.Claiming));
        await Task.WhenAny(claiming, Task.Delay(ClaimWithin, time, stop));
        if (claiming.IsCompleted) await claiming;
    }

    private void MakeLanes()
    {
        var kept = new KeptModes(KeptModes.Read(journal.Path, health), clock, Snapshot());
        var made = ImmutableArray.CreateBuilder<Lane>();
        var loops = ImmutableArray.CreateBuilder<ReaderLoop>();
        foreach (var (entry, host) in config.Lanes!.Zip(hosts))
        {
            var site = Snapshot()?.Site.Lanes.FirstOrDefault(lane => lane.Name == entry.Name);
            var lane = host.Make(site, kinds.Find(entry.Name!), kept.Find(entry.Name!), journal, Snapshot, memory, clock, log);
            made.Add(lane);
            foreach (var reader in config.Readers!.Where(reader => reader.Lane == entry.Name))
            {
                var device = ReaderCatalog.Make(reader.ToReaderConfig(), time);
                loops.Add(new ReaderLoop(device, lane.Connect(), capture, health, time, log));
            }
        }

        lanes = made.ToImmutable();
        readers = loops.ToImmutable();
    }

    // What the province orders of every gate. An order of its end needs a clock that is believed.
    private void FollowOrders()
    {
        if (Snapshot() is not { } present || clock.Now() is not { IsBelieved: true } now) return;
        foreach (var lane in lanes)
        {
            if (present.Orders.End is { } end && now.Utc >= end.At && end.Lanes.TryGetValue(lane.Site.Kind, out var mode))
                lane.Post(new LaneEvent.Ended(mode));
            else if (present.Orders.Locks(lane.Site.Venue, now.Utc) && lane.Now.Mode != LaneMode.Locked)
                lane.Post(new LaneEvent.ModeSet(LaneMode.Locked, present.Orders.Lockdown!.Until - now.Utc));
        }
    }

    private TrustedSnapshot? Snapshot() => documents?.Present;

    private string GateName() => Snapshot()?.Site.Gate ?? DeviceIdentity.NameOf(config.StateFolder!);

    private long Presentations() => lanes.Sum(static lane => lane.Passages);

    private bool MayRest() => lanes.All(static lane => lane.MayRest);

    private bool AreQuiet() => lanes.All(static lane => lane.IsQuiet);

    /// <summary>The lane of a name; null where there is none.</summary>
    internal Lane? FindLane(string name) => lanes.FirstOrDefault(lane => lane.Site.Name == name);

    private TracePage Trace() => new([.. lanes.Select(static lane => lane.Trace.Read(lane.Site.Name))]);

    private string Hotline() => Snapshot()?.Policy.Hotline ?? string.Empty;

    private Status Status()
    {
        ReviewClock();
        documents!.Review();
        return StatusPage.Make(startedAt, clock.Now(), Snapshot(), journal.Records, lanes, health.Items);
    }
}
