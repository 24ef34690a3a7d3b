using System.Security.Cryptography;
using Distribution;
using Distribution.Floor;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Timekeeping;
using Microsoft.Extensions.Logging;
using Verifier.Trust;

namespace GateAgent.Documents;

/// <summary>
/// Keeps the signed documents that count, and brings newer ones. Its rules, in order:
/// <list type="number">
/// <item>The start takes what this gate holds and waits for nothing; only a gate that holds nothing waits for a source at hand.
/// </item>
/// <item>An update runs beside the lanes. What counts is one reference, replaced whole when all of the new set was read, held and
/// is on the disk: a judgement takes it once, so none sees a mixed set, and none waits.</item>
/// <item>An update that fails leaves what counts as it is, and is tried again: after a time that doubles from 5 s to 10
/// minutes, of which a random part is waited, so that gates do not come back together.</item>
/// <item>A new set that changes a lane's kind or venue is held but does not count: <see cref="RunAsync"/> ends when all
/// lanes are quiet, or after ten minutes when no lane is passed, left, or held open by fire or the staff key, and the agent begins
/// again with it: that rests every relay for a moment. Until then the old set counts, whole; but not where the new one ends a doubt
/// about it: then everyone is sent to staff.</item>
/// <item>A set that is older than what the board has seen counts for nothing, whenever that is found.</item>
/// <item>The pages of the set before are closed a minute after the swap: no judgement takes that long.</item>
/// </list>
/// Its members may be read on any thread; one task runs it.
/// </summary>
internal sealed partial class DocumentKeeper : IDisposable
{
    private const string Component = "documents";
    private const string Updates = "updates";
    private const string SiteComponent = "site";
    private const string FloorComponent = "floor";
    private static readonly TimeSpan QuietWithin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan QuietEvery = TimeSpan.FromMilliseconds(100);

    // Whoever brought it hears first what it did.
    private static readonly TimeSpan BeginsAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeldEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TurnWithin = TimeSpan.FromMinutes(2);
    private readonly SnapshotStoreOptions options;
    private readonly DocumentSource source;
    private readonly HealthBoard health;
    private readonly TrustedClock clock;
    private readonly PassageJournal journal;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly DocumentPace pace;
    private readonly ReplacedPages replaced;

    // Held by whoever updates or imports: one at a time.
    private readonly SemaphoreSlim updating = new(1, 1);

    // Cancelled when an import changed the lanes, so that the loop below ends.
    private readonly CancellationTokenSource lanesChanged;
    private Action changed = static () => { };
    private TrustedSnapshot? present;
    private string? faultWithout;
    private int failures;

    /// <summary>A keeper of the documents in a state folder.</summary>
    public DocumentKeeper(
        SnapshotStoreOptions options,
        DocumentSource source,
        HealthBoard health,
        TrustedClock clock,
        PassageJournal journal,
        TimeProvider time,
        ILogger log,
        DocumentPace? pace = null)
    {
        this.options = options;
        this.source = source;
        this.health = health;
        this.clock = clock;
        this.journal = journal;
        this.time = time;
        this.log = log;
        lanesChanged = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        this.pace = pace ?? new DocumentPace();
        replaced = new ReplacedPages(time);
    }

    /// <summary>What counts now; null without documents.</summary>
    public TrustedSnapshot? Present => Volatile.Read(ref present);

    /// <summary>Takes what this gate holds. A disk that fails is a fault, and is looked at again with each update.</summary>
    public async Task OpenAsync(CancellationToken stop)
    {
        var opened = await OpenHeldAsync(stop);
        if (opened.Snapshot is null && source.IsLocal) opened = await FetchOrSayAsync(opened.Fault!, stop);
        FollowFloor();
        if (opened.Snapshot is null) LogRefused(log, faultWithout = opened.Fault!);
        else Adopt(opened.Snapshot);
        Review();
    }

    /// <summary>Brings what is new until stopped, or until a new set changes the lanes and all of them are quiet.</summary>
    /// <param name="changed">Called after each swap.</param>
    /// <param name="areQuiet">True when nobody is at a lane.</param>
    /// <param name="isNobodyPassing">True when no lane is passed, left, or held open by fire or the staff key.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action changed, Func<bool> areQuiet, Func<bool> isNobodyPassing, CancellationToken stop)
    {
        Volatile.Write(ref this.changed, changed);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, lanesChanged.Token);
        // gate-link is heard when it connects; a folder is there at once.
        var wait = source.IsLocal ? TimeSpan.Zero : NextWait();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!await WaitAsync(wait, either.Token)) break;
                if (!await UpdateInTurnAsync(either.Token)) break;
                await Task.Delay(pace.Gap, time, either.Token);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                break;
            }

            wait = NextWait();
        }

        // A sensor that is taped over keeps its lane from ever being quiet: that must not keep newer documents out.
        var waitedSince = time.GetTimestamp();
        while (!stop.IsCancellationRequested && !areQuiet() && !(time.GetElapsedTime(waitedSince) >= QuietWithin && isNobodyPassing()))
            await Task.Delay(QuietEvery, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Takes what a technician brings, or says what it would change. It waits for an update that runs; both end in one
    /// swap, so a judgement sees the set before or the set after.</summary>
    /// <param name="fetch">Where it comes from. Not trusted.</param>
    /// <param name="isDryRun">True when nothing may change.</param>
    /// <param name="allows">Judges by the offered set who may import where this gate has none: null when they may.</param>
    /// <param name="stop">Ends it; what counts goes on counting.</param>
    public async Task<ImportOutcome> ImportAsync(Fetch fetch, bool isDryRun, Func<TrustedSnapshot, string?> allows, CancellationToken stop)
    {
        if (!await updating.WaitAsync(TurnWithin, stop)) return new ImportOutcome(Present, null, "The gate is updating: try again when it has ended.");
        try
        {
            var (before, wasProven) = (Present, clock.IsProven);
            var paced = new PacedFetch(fetch, time);
            var moment = clock.Wall;
            if (isDryRun || before is null)
            {
                var tried = await SnapshotTrial.RunAsync(options, paced.ReadAsync, moment, before, stop);
                using var pages = ReferenceEquals(tried.Snapshot, before) ? null : tried.Snapshot?.Pages;
                var refusal = before is null && tried.Snapshot is { } offered ? allows(offered) : null;
                if (isDryRun || tried.Snapshot is null || refusal is not null)
                    return new ImportOutcome(before, refusal is null ? tried.Snapshot : null, refusal ?? tried.Fault);
            }

            var fetched = await SnapshotStore.UpdateAsync(options, paced.ReadAsync, moment, before, stop);
            FollowFloor();
            if (fetched.Snapshot is { } snapshot && !ReferenceEquals(snapshot, before)) Take(before, snapshot, wasProven);
            return new ImportOutcome(before, fetched.Snapshot, fetched.Fault);
        }
        catch (Exception failed) when (IsOfTheDisk(failed))
        {
            return new ImportOutcome(Present, null, failed.Message);
        }
        finally
        {
            updating.Release();
        }
    }

    private void Take(TrustedSnapshot? before, TrustedSnapshot snapshot, bool wasProven)
    {
        if (NeedsOtherLanes(before, snapshot))
        {
            Postpone(snapshot, wasProven);
            lanesChanged.CancelAfter(BeginsAgainAfter);
            return;
        }

        Swap(before, snapshot);
        Volatile.Read(ref changed)();
    }

    /// <summary>Says how old the documents are, and what that allows. Any thread.</summary>
    public void Review()
    {
        if (Present is not { } documents)
        {
            health.SetFailed(Component, faultWithout ?? "There are no signed documents.");
            return;
        }

        if (DocumentAge.FindFault(documents, clock.Now()) is { } fault) health.SetDegraded(Component, fault);
        else health.SetWell(Component);
    }

    /// <summary>Closes pages that nobody reads any more. Called now and then, by one task.</summary>
    public void ClosePages() => replaced.CloseOld();

    /// <inheritdoc/>
    public void Dispose()
    {
        replaced.Dispose();
        present?.Pages?.Dispose();
        updating.Dispose();
        lanesChanged.Dispose();
    }

    private async Task<SnapshotResult> OpenHeldAsync(CancellationToken stop)
    {
        try
        {
            return await SnapshotStore.OpenHeldAsync(options, stop);
        }
        catch (Exception failed) when (IsOfTheDisk(failed))
        {
            return new SnapshotResult(null, $"What this gate holds cannot be read: {failed.Message}");
        }
    }

    private async Task<SnapshotResult> FetchOrSayAsync(string heldFault, CancellationToken stop)
    {
        try
        {
            return await FetchAsync(null, stop);
        }
        catch (Exception failed) when (IsOfTheDisk(failed))
        {
            return new SnapshotResult(null, heldFault);
        }
    }

    private static bool IsOfTheDisk(Exception failed) => failed is IOException or UnauthorizedAccessException or InvalidDataException or CryptographicException;

    private async Task<SnapshotResult> FetchAsync(TrustedSnapshot? before, CancellationToken stop)
    {
        var paced = new PacedFetch(source.ReadAsync, time);
        return await SnapshotStore.UpdateAsync(options, paced.ReadAsync, clock.Wall, before, stop);
    }

    // A set that the board knows a newer one of judges nobody: everyone is sent to staff, and the agent begins again when the
    // newest returns.
    private void FollowFloor()
    {
        if (options.Floor is not { } floor) return;
        clock.Follow(floor.Newest, floor.IsProven);
        switch (floor.Health)
        {
            case FloorHealth.Well: health.SetWell(FloorComponent); break;
            case FloorHealth.Degraded: health.SetDegraded(FloorComponent, floor.Text); break;
            default: health.SetFailed(FloorComponent, floor.Text); break;
        }

        if (floor.IsRefused) Drop(floor.Text);
    }

    // Judges nobody any more: everyone is sent to staff.
    private void Drop(string why)
    {
        if (Interlocked.Exchange(ref present, null) is not { } old) return;
        faultWithout = why;
        replaced.Add(old.Pages);
    }

    private async Task<bool> UpdateInTurnAsync(CancellationToken stop)
    {
        await updating.WaitAsync(stop);
        try
        {
            return await UpdateAsync(stop);
        }
        finally
        {
            updating.Release();
        }
    }

    // False when the new set needs other lanes.
    private async Task<bool> UpdateAsync(CancellationToken stop)
    {
        var (before, wasProven) = (Present, clock.IsProven);
        var fault = string.Empty;
        try
        {
            var fetched = await FetchAsync(before, stop);
            FollowFloor();
            if (fetched.Snapshot is { } snapshot)
            {
                failures = 0;
                health.SetWell(Updates);
                if (ReferenceEquals(snapshot, before)) return true;
                if (NeedsOtherLanes(before, snapshot)) return Postpone(snapshot, wasProven);
                Swap(before, snapshot);
                changed();
                return true;
            }

            fault = fetched.Fault!;
            await source.TellRefusedAsync(stop);
        }
        catch (Exception failed) when (IsOfTheDisk(failed))
        {
            fault = failed.Message;
        }

        failures++;
        if (before is null && !await TakeHeldAsync(fault, wasProven, stop)) return false;
        if (health.SetDegraded(Updates, $"{fault} What this gate has goes on counting; tried again within {pace.RetryMax.TotalMinutes} minutes.")) LogRefused(log, fault);
        Review();
        return true;
    }

    // While nothing counts, what this gate holds is looked at again and again: everyone waits for staff meanwhile. False when it
    // can be read.
    private async Task<bool> WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        while (Present is null && wait > HeldEvery)
        {
            var since = time.GetTimestamp();
            await source.WaitAsync(HeldEvery, stop);
            if (time.GetElapsedTime(since) < HeldEvery) return true;
            if (!await TakeHeldAsync(faultWithout, clock.IsProven, stop)) return false;
            wait -= HeldEvery;
        }

        await source.WaitAsync(wait, stop);
        return true;
    }

    // What could not be read at the start may be readable now: a gate without a network has nothing else. False when it can.
    private async Task<bool> TakeHeldAsync(string? fault, bool wasProven, CancellationToken stop)
    {
        faultWithout = fault;
        var held = await OpenHeldAsync(stop);
        FollowFloor();
        return held.Snapshot is not { } snapshot || Postpone(snapshot, wasProven);
    }

    // Kind and venue decide how a lane rests and by which row it judges: they are not changed under a person's feet.
    private static bool NeedsOtherLanes(TrustedSnapshot? before, TrustedSnapshot after) =>
        before is null || !before.Site.Lanes.ToHashSet().SetEquals(after.Site.Lanes);

    // The new set proves itself to be the newest, and not the one that counts: a doubt about that must not end with it.
    private bool Postpone(TrustedSnapshot snapshot, bool wasProven)
    {
        if (!wasProven) Drop("Newer documents are here, and count when the agent has begun again with their lanes.");
        health.SetDegraded(SiteComponent, "The site document changes the lanes: the agent begins again as soon as nobody is at one.");
        LogLanesChange(log, snapshot.Versions.Snapshot);
        snapshot.Pages?.Dispose();
        return false;
    }

    private void Swap(TrustedSnapshot? before, TrustedSnapshot snapshot)
    {
        Adopt(snapshot);
        replaced.Add(before?.Pages);
        var (now, versions) = (clock.Now(), snapshot.Versions);
        var text = $"{versions.Policy}.{versions.ListEpoch}.{versions.Snapshot}";
        journal.Append(new IncidentRecord(now.Utc, now.IsBelieved, string.Empty, Incident.DocumentsCount, text));
        LogCounts(log, versions.Policy, versions.ListEpoch, versions.Snapshot);
        Review();
    }

    private void Adopt(TrustedSnapshot snapshot) => Volatile.Write(ref present, snapshot);

    private TimeSpan NextWait() => failures > 0 ? pace.AfterFailure(failures) : pace.AfterAnswer(source.Every);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Error, Message = "Signed documents: {Fault}")]
    private static partial void LogRefused(ILogger log, string fault);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Information, Message = "Newer documents count: policy {Policy}, list {List}, snapshot {Snapshot}")]
    private static partial void LogCounts(ILogger log, int policy, int list, int snapshot);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Warning, Message = "Snapshot {Snapshot} changes the lanes: beginning again when they are quiet")]
    private static partial void LogLanesChange(ILogger log, int snapshot);
}
