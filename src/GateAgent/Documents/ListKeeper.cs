using Distribution;
using Distribution.Lists;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Timekeeping;
using Verifier.Trust;

namespace GateAgent.Documents;

/// <summary>
/// Looks after the list on the disk while the lanes judge. Its rules, in order:
/// <list type="number">
/// <item>A page that a look-up could not believe is put right at once, whatever the hour and whatever else is under way: someone
/// waits for it. One that cannot be put right is tried again after a minute and keeps nothing else from being done: a new base
/// cures it.</item>
/// <item>In peak hours and while people present nothing else is done; what is under way pauses. A new base that waits for half
/// an hour no longer yields to people, only to peak hours, and goes on slowly: a lane that is never quiet must not keep newer
/// colours out.</item>
/// <item>A signed base whose pages are not here is made, and the documents are then opened anew.</item>
/// <item>All pages are walked over once a day, <see cref="PagesPerSecond"/> at most, past what memory keeps; bad ones are put right.</item>
/// <item>Each bad page is journalled once when it is found and once when it is right again, and raises the item "list".</item>
/// <item>A source or a disk that fails a new base is a health item, and all is tried again after a minute.</item>
/// </list>
/// One task runs it.
/// </summary>
internal sealed class ListKeeper
{
    /// <summary>The pace of the walk: 65 million entries in an hour and a half, 64 KB per second.</summary>
    public const int PagesPerSecond = 16;

    /// <summary>The pace of making a new base: 65 million entries in less than a minute of quiet.</summary>
    public const int RebasePagesPerSecond = 4_096;

    /// <summary>The pace of a base that was kept waiting: 65 million entries in ten minutes, 1 MB per second.</summary>
    public const int LatePagesPerSecond = 256;

    private const int FailuresAtOnce = 16;
    private const long AtOnce = long.MinValue;
    private const string Component = "list";
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WaitsAtMost = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Round = TimeSpan.FromDays(1);
    private readonly Func<TrustedSnapshot?> present;
    private readonly SharedSource source;
    private readonly QuietTimes quiet;
    private readonly HealthBoard health;
    private readonly PassageJournal journal;
    private readonly TrustedClock clock;
    private readonly TimeProvider time;

    // From when each may be put right; a new one at once.
    private readonly Dictionary<int, long> bad = [];
    private ServedList? served;
    private string baseName = string.Empty;
    private int next;
    private long roundAt;
    private long? waitsSince;
    private string? unrepaired;

    /// <summary>A keeper of the list that counts.</summary>
    public ListKeeper(
        Func<TrustedSnapshot?> present,
        SharedSource source,
        QuietTimes quiet,
        HealthBoard health,
        PassageJournal journal,
        TrustedClock clock,
        TimeProvider time)
    {
        this.present = present;
        this.source = source;
        this.quiet = quiet;
        this.health = health;
        this.journal = journal;
        this.clock = clock;
        this.time = time;
        roundAt = time.GetTimestamp();
    }

    /// <summary>Looks after the list until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var wait = Tick;
            try
            {
                await Task.Run(() => KeepAsync(stop), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or RefusedException)
            {
                health.SetDegraded(Component, $"{failed.Message} {bad.Count} bad pages wait; tried again in a minute.");
                wait = Retry;
            }

            await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One step: what waits to be put right, and then a new base or a part of the walk.</summary>
    /// <exception cref="IOException">The source or the disk fails.</exception>
    /// <exception cref="RefusedException">The source has not what was signed.</exception>
    internal async Task KeepAsync(CancellationToken stop)
    {
        if (present()?.Pages is not ServedList list) return;
        Follow(list);
        using var care = PageCare.Open(list);
        await CareAsync(care, list, stop);
        waitsSince = list.Pending is null ? null : waitsSince ?? time.GetTimestamp();
        if (list.Pending is not null && !MustRest()) await RebaseAsync(care, list, stop);
        else if (list.Pending is null && !quiet.MustRest()) Walk(care, list);

        Review(list);
    }

    private async Task CareAsync(PageCare care, ServedList list, CancellationToken stop)
    {
        while (list.BadPages.TryRead(out var page)) Note(page);
        await RepairAsync(care, stop);
        Review(list);
    }

    private bool IsLate => waitsSince is { } since && time.GetElapsedTime(since) >= WaitsAtMost;

    private bool MustRest() => IsLate ? quiet.IsPeak : quiet.MustRest();

    // Pages of another base are others; those of the same one stay what they are over every hour of changes.
    private void Follow(ServedList list)
    {
        if (ReferenceEquals(served, list)) return;
        served = list;
        var name = Convert.ToBase64String(list.Index.Hash);
        if (name == baseName) return;
        baseName = name;
        bad.Clear();
        unrepaired = null;
        next = 0;
    }

    private void Note(int page)
    {
        if (bad.TryAdd(page, AtOnce)) Journal(Incident.PageBad, page);
    }

    private async Task RepairAsync(PageCare care, CancellationToken stop)
    {
        var failures = 0;
        foreach (var page in Due())
        {
            if (await RepairAsync(care, page, stop) is { } fault)
            {
                unrepaired = fault;
                bad[page] = time.GetTimestamp() + (long)(Retry.TotalSeconds * time.TimestampFrequency);
                if (++failures == FailuresAtOnce) return;
                continue;
            }

            bad.Remove(page);
            Journal(Incident.PageRepaired, page);
        }

        if (bad.Count == 0) unrepaired = null;
    }

    // Those that someone met just now first, then those that failed the longest ago: all have their turn.
    private List<int> Due()
    {
        if (bad.Count == 0) return [];
        var now = time.GetTimestamp();
        return [.. bad.Where(one => one.Value <= now).OrderBy(static one => one.Value).ThenBy(static one => one.Key).Select(static one => one.Key)];
    }

    // Null when the page is right, otherwise why it is not.
    private async Task<string?> RepairAsync(PageCare care, int page, CancellationToken stop)
    {
        try
        {
            return care.Look(page) == PageState.Sound || await care.RepairAsync(page, source.AskAsync, stop) == PageState.Sound
                ? null
                : $"Page {page} of the list is bad again after it was written: the card may be worn out.";
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or RefusedException)
        {
            return failed.Message;
        }
    }

    // Ends where documents came meanwhile that wait for another base, or for none.
    private async Task RebaseAsync(PageCare care, ServedList list, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pace = new Pace(time, IsLate ? LatePagesPerSecond : RebasePagesPerSecond, MustRest, CareMeanwhileAsync);
        try
        {
            var made = await Rebase.RunAsync(list, source.AskAsync, pace, ending.Token);
            if (made.IsDone) source.Hurry();
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            waitsSince = null;
        }

        // Newer documents serve the same pages by a list of their own.
        async Task CareMeanwhileAsync(CancellationToken stopping)
        {
            if (present()?.Pages is not ServedList now) return;
            if (now.HasBasesOf(list)) await CareAsync(care, now, stopping);
            else await ending.CancelAsync();
        }
    }

    private void Walk(PageCare care, ServedList list)
    {
        if (next == 0 && time.GetElapsedTime(roundAt) < TimeSpan.Zero) return;
        for (var looked = 0; looked < PagesPerSecond && next < list.Index.PageCount; looked++, next++)
        {
            if (care.Look(next) != PageState.Sound) Note(next);
        }

        if (next < list.Index.PageCount) return;
        next = 0;
        roundAt = time.GetTimestamp() + (long)(Round.TotalSeconds * time.TimestampFrequency);
    }

    private void Review(ServedList list)
    {
        if (list.Fault is { } fault) health.SetFailed(Component, fault);
        else if (bad.Count > 0) health.SetDegraded(Component, $"{bad.Count} pages of the list are not what was signed: people on them are sent to staff until they are put right. {unrepaired}".TrimEnd());
        else if (IsLate) health.SetDegraded(Component, "A new base waits for a quiet hour: until its pages are made no newer changes count.");
        else health.SetWell(Component);
    }

    private void Journal(Incident incident, int page)
    {
        var now = clock.Now();
        journal.Append(new IncidentRecord(
            now.Utc, now.IsBelieved, string.Empty, incident, page.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }
}
