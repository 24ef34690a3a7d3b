using Distribution;
using GateAgent.Health;
using GateAgent.Journal;
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
/// </list>
/// What counts, and what ends that, is <see cref="CountingDocuments"/>. Its members may be read on any thread; one task runs it.
/// </summary>
internal sealed partial class DocumentKeeper : IDisposable
{
    private const string Updates = "updates";
    private const string SiteComponent = "site";
    private static readonly TimeSpan QuietWithin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan QuietEvery = TimeSpan.FromMilliseconds(100);

    // Whoever brought it hears first what it did.
    private static readonly TimeSpan BeginsAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeldEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TurnWithin = TimeSpan.FromMinutes(2);
    private readonly DocumentStore store;
    private readonly DocumentSource source;
    private readonly HealthBoard health;
    private readonly TrustedClock clock;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly DocumentPace pace;
    private readonly CountingDocuments counting;

    // Held by whoever updates or imports: one at a time.
    private readonly SemaphoreSlim updating = new(1, 1);

    // Cancelled when an import changed the lanes, so that the loop below ends.
    private readonly CancellationTokenSource lanesChanged;
    private Action changed = static () => { };
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
        store = new DocumentStore(options, clock, time);
        this.source = source;
        this.health = health;
        this.clock = clock;
        this.time = time;
        this.log = log;
        lanesChanged = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        this.pace = pace ?? new DocumentPace();
        counting = new CountingDocuments(options.Floor, health, clock, journal, time, log);
    }

    /// <summary>What counts now; null without documents.</summary>
    public TrustedSnapshot? Present => counting.Present;

    /// <summary>Takes what this gate holds. A disk that fails is a fault, and is looked at again with each update.</summary>
    public async Task OpenAsync(CancellationToken stop)
    {
        var opened = await store.OpenHeldAsync(stop);
        if (opened.Snapshot is null && source.IsLocal) opened = await store.FetchFirstAsync(source.ReadAsync, opened.Fault!, stop);
        counting.FollowFloor();
        if (opened.Snapshot is null) LogRefused(log, counting.FaultWithout = opened.Fault!);
        else counting.Adopt(opened.Snapshot);
        Review();
    }

    /// <summary>Brings what is new until stopped, or until a new set changes the lanes and all of them are quiet.</summary>
    /// <param name="changed">Called after each swap.</param>
    /// <param name="areQuiet">True when nobody is at a lane.</param>
    /// <param name="mayRest">True when nobody is passing and no lane drives anything.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action changed, Func<bool> areQuiet, Func<bool> mayRest, CancellationToken stop)
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

        // A sensor that is taped over keeps its lane from ever being quiet: that must not keep newer documents out. Where none count
        // nobody can be admitted, so that only what is driven holds them up.
        var waitedSince = time.GetTimestamp();
        while (!stop.IsCancellationRequested && !areQuiet() && !((Present is null || time.GetElapsedTime(waitedSince) >= QuietWithin) && mayRest()))
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
            if (isDryRun || before is null)
            {
                var tried = await store.TryAsync(fetch, before, stop);
                using var pages = ReferenceEquals(tried.Snapshot, before) ? null : tried.Snapshot?.Pages;
                var refusal = before is null && tried.Snapshot is { } offered ? allows(offered) : null;
                if (isDryRun || tried.Snapshot is null || refusal is not null)
                    return new ImportOutcome(before, refusal is null ? tried.Snapshot : null, refusal ?? tried.Fault);
            }

            var fetched = await store.FetchAsync(fetch, before, stop);
            counting.FollowFloor();
            if (fetched.Snapshot is { } snapshot && !ReferenceEquals(snapshot, before)) Take(before, snapshot, wasProven);
            return new ImportOutcome(before, fetched.Snapshot, fetched.Fault);
        }
        catch (Exception failed) when (DocumentStore.IsOfTheDisk(failed))
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

        counting.Swap(before, snapshot);
        Volatile.Read(ref changed)();
    }

    /// <summary>Says how old the documents are, and what that allows. Any thread.</summary>
    public void Review() => counting.Review();

    /// <summary>Closes pages that nobody reads any more. Called now and then, by one task.</summary>
    public void ClosePages() => counting.ClosePages();

    /// <inheritdoc/>
    public void Dispose()
    {
        counting.Dispose();
        updating.Dispose();
        lanesChanged.Dispose();
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
            var fetched = await store.FetchAsync(source.ReadAsync, before, stop);
            counting.FollowFloor();
            if (fetched.Snapshot is { } snapshot)
            {
                failures = 0;
                health.SetWell(Updates);
                if (ReferenceEquals(snapshot, before)) return true;
                if (NeedsOtherLanes(before, snapshot)) return Postpone(snapshot, wasProven);
                counting.Swap(before, snapshot);
                changed();
                return true;
            }

            fault = fetched.Fault!;
            await source.TellRefusedAsync(stop);
        }
        catch (Exception failed) when (DocumentStore.IsOfTheDisk(failed))
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
            if (await source.WaitAsync(HeldEvery, stop)) return true;
            if (!await TakeHeldInTurnAsync(stop)) return false;
            wait -= HeldEvery;
        }

        await source.WaitAsync(wait, stop);
        return true;
    }

    // What an import is writing is not read, and not swept.
    private async Task<bool> TakeHeldInTurnAsync(CancellationToken stop)
    {
        if (!await updating.WaitAsync(TimeSpan.Zero, stop)) return true;
        try
        {
            return await TakeHeldAsync(counting.FaultWithout, clock.IsProven, stop);
        }
        finally
        {
            updating.Release();
        }
    }

    // What could not be read at the start may be readable now: a gate without a network has nothing else. False when it can.
    private async Task<bool> TakeHeldAsync(string? fault, bool wasProven, CancellationToken stop)
    {
        counting.FaultWithout = fault;
        var held = await store.OpenHeldAsync(stop);
        counting.FollowFloor();
        return held.Snapshot is not { } snapshot || Postpone(snapshot, wasProven);
    }

    // Kind and venue decide how a lane rests and by which row it judges: they are not changed under a person's feet.
    private static bool NeedsOtherLanes(TrustedSnapshot? before, TrustedSnapshot after) =>
        before is null || !before.Site.Lanes.ToHashSet().SetEquals(after.Site.Lanes);

    // The new set proves itself to be the newest, and not the one that counts: a doubt about that must not end with it.
    private bool Postpone(TrustedSnapshot snapshot, bool wasProven)
    {
        if (!wasProven) counting.Drop("Newer documents are here, and count when the agent has begun again with their lanes.");
        health.SetDegraded(SiteComponent, "The site document changes the lanes: the agent begins again as soon as nobody is at one.");
        LogLanesChange(log, snapshot.Versions.Snapshot);
        snapshot.Pages?.Dispose();
        return false;
    }

    private TimeSpan NextWait() => failures > 0 ? pace.AfterFailure(failures) : pace.AfterAnswer(source.Every);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Error, Message = "Signed documents: {Fault}")]
    private static partial void LogRefused(ILogger log, string fault);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Warning, Message = "Snapshot {Snapshot} changes the lanes: beginning again when they are quiet")]
    private static partial void LogLanesChange(ILogger log, int snapshot);
}
