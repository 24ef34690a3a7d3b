using Distribution.Floor;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Timekeeping;
using Microsoft.Extensions.Logging;
using Verifier.Trust;

namespace GateAgent.Documents;

/// <summary>
/// The one set of signed documents that counts. Its rules, in order:
/// <list type="number">
/// <item>It is one reference, replaced whole: a judgement takes it once.</item>
/// <item>A set that is older than what the board has seen counts for nothing, whenever that is found: everyone is sent to staff.</item>
/// <item>The pages of the set before are closed a minute after the swap: no judgement takes that long.</item>
/// </list>
/// It is read on any thread; one task at a time changes it.
/// </summary>
internal sealed partial class CountingDocuments : IDisposable
{
    private const string Component = "documents";
    private const string FloorComponent = "floor";
    private readonly FloorGuard? floor;
    private readonly HealthBoard health;
    private readonly TrustedClock clock;
    private readonly PassageJournal journal;
    private readonly ILogger log;
    private readonly ReplacedPages replaced;
    private TrustedSnapshot? present;

    /// <summary>None yet.</summary>
    public CountingDocuments(FloorGuard? floor, HealthBoard health, TrustedClock clock, PassageJournal journal, TimeProvider time, ILogger log)
    {
        this.floor = floor;
        this.health = health;
        this.clock = clock;
        this.journal = journal;
        this.log = log;
        replaced = new ReplacedPages(time);
    }

    /// <summary>What counts now; null without documents.</summary>
    public TrustedSnapshot? Present => Volatile.Read(ref present);

    /// <summary>Why nothing counts, where nothing does.</summary>
    public string? FaultWithout { get; set; }

    /// <summary>Takes the first set.</summary>
    public void Adopt(TrustedSnapshot snapshot) => Volatile.Write(ref present, snapshot);

    /// <summary>Takes another set.</summary>
    public void Swap(TrustedSnapshot? before, TrustedSnapshot snapshot)
    {
        Adopt(snapshot);
        replaced.Add(before?.Pages);
        var (now, versions) = (clock.Now(), snapshot.Versions);
        var text = $"{versions.Policy}.{versions.ListEpoch}.{versions.Snapshot}";
        journal.Append(new IncidentRecord(now.Utc, now.IsBelieved, string.Empty, Incident.DocumentsCount, text));
        LogCounts(log, versions.Policy, versions.ListEpoch, versions.Snapshot);
        Review();
    }

    /// <summary>Judges nobody any more: everyone is sent to staff.</summary>
    public void Drop(string why)
    {
        if (Interlocked.Exchange(ref present, null) is not { } old) return;
        FaultWithout = why;
        replaced.Add(old.Pages);
    }

    /// <summary>Takes up what the board knows. A set that it knows a newer one of is dropped, and the agent begins again when the
    /// newest returns.</summary>
    public void FollowFloor()
    {
        if (floor is null) return;
        clock.Follow(floor.Newest, floor.IsProven);
        switch (floor.Health)
        {
            case FloorHealth.Well: health.SetWell(FloorComponent); break;
            case FloorHealth.Degraded: health.SetDegraded(FloorComponent, floor.Text); break;
            default: health.SetFailed(FloorComponent, floor.Text); break;
        }

        if (floor.IsRefused) Drop(floor.Text);
    }

    /// <summary>Says how old the documents are, and what that allows. Any thread.</summary>
    public void Review()
    {
        if (Present is not { } documents)
        {
            health.SetFailed(Component, FaultWithout ?? "There are no signed documents.");
            return;
        }

        if (DocumentAge.FindFault(documents, clock.Now()) is { } fault) health.SetDegraded(Component, fault);
        else health.SetWell(Component);
    }

    /// <summary>Closes pages that nobody reads any more.</summary>
    public void ClosePages() => replaced.CloseOld();

    /// <inheritdoc/>
    public void Dispose()
    {
        replaced.Dispose();
        present?.Pages?.Dispose();
    }

    [LoggerMessage(EventId = 1004, Level = LogLevel.Information, Message = "Newer documents count: policy {Policy}, list {List}, snapshot {Snapshot}")]
    private static partial void LogCounts(ILogger log, int policy, int list, int snapshot);
}
