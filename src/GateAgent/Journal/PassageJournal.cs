using System.Security.Cryptography;
using System.Threading.Channels;
using GateAgent.Health;
using GateAgent.Lanes;
using Microsoft.Data.Sqlite;

namespace GateAgent.Journal;

/// <summary>
/// The journal: what the gate did and why, without identities. Rules:
/// <list type="number">
/// <item>Lanes hand records over and never wait; an overflow is counted and becomes a health item.</item>
/// <item>One task writes, in groups of at most 50 ms, each group one synchronised transaction.</item>
/// <item>A cut can lose the group that was not yet committed; the next start counts it and writes the count down.</item>
/// <item>A disk that fails is tried again, also one that fails at the start; records wait in the channel meanwhile. Numbers given
/// before the file could be read go on from the milliseconds since 1970.</item>
/// <item>A journal that is damaged is set aside, never overwritten, and the gate goes on with a new one.</item>
/// </list>
/// </summary>
internal sealed class PassageJournal : IAsyncDisposable
{
    /// <summary>Greatest time a record waits for its transaction.</summary>
    public static readonly TimeSpan GroupWithin = TimeSpan.FromMilliseconds(50);

    /// <summary>Records that may wait: minutes of the busiest lane.</summary>
    public const int WaitingMax = 8_192;

    private const int GroupMax = 512;
    private const string Component = "journal";

    // The first millisecond of 2026: no gate has let so many people pass.
    private const long NumbersFrom = 1_767_225_600_000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // When full, the new record is dropped and counted: what waits is older, and its people have passed already.
    private readonly Channel<JournalEntry> waiting = Channel.CreateBounded<JournalEntry>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly HealthBoard health;
    private readonly TimeProvider time;
    private readonly PassageFeed feed;
    private readonly string folder;
    private JournalFile? file;
    private Task writing = Task.CompletedTask;
    private long lastSequence;
    private long dropped;
    private long written;
    private long unwritten;
    private volatile bool isClosing;
    private bool hasGivenUp;

    private PassageJournal(string folder, PassageFeed feed, HealthBoard health, TimeProvider time)
    {
        this.folder = folder;
        this.feed = feed;
        this.health = health;
        this.time = time;
    }

    /// <summary>The journal's file.</summary>
    public string Path => JournalFile.PathIn(folder);

    /// <summary>Records that the last unclean end lost.</summary>
    public long LostRecords => Volatile.Read(ref file)?.LostRecords ?? 0;

    /// <summary>Records written since the journal was made, those too that have been deleted by age.</summary>
    public long Records => Interlocked.Read(ref written);

    /// <summary>True when everything that was handed over is on the disk. Any thread.</summary>
    public bool IsWritten => Interlocked.Read(ref unwritten) == 0;

    /// <summary>Opens the journal of a state folder and begins to write. Where the disk fails it is opened later: the gate
    /// answers people meanwhile, and what it does waits in memory.</summary>
    /// <exception cref="IOException">Another agent has the folder.</exception>
    /// <exception cref="InvalidDataException">A later program made it.</exception>
    public static PassageJournal Open(string folder, PassageFeed feed, HealthBoard health, TimeProvider time)
    {
        var journal = new PassageJournal(folder, feed, health, time);

        if (!journal.TryOpen(isStart: true)) journal.lastSequence = UnusedNumber(time.GetUtcNow());
        journal.writing = journal.WriteAsync();
        return journal;
    }

    /// <summary>A number for the next record of a lane. Any thread.</summary>
    public long ReserveSequence() => Interlocked.Increment(ref lastSequence);

    /// <summary>Says what became of a passage that was handed over before. Never waits. Any thread.</summary>
    public void Settle(long sequence, Settlement settlement, int passed) => Append(new SettlementRecord(sequence, settlement, passed));

    /// <summary>Hands a record over. Never waits. Any thread.</summary>
    public void Append(JournalEntry record)
    {
        if (record is PassageRecord passage) feed.Publish(PassageEvents.Of(passage));
        Interlocked.Increment(ref unwritten);
        if (waiting.Writer.TryWrite(record)) return;
        Interlocked.Decrement(ref unwritten);
        Drop(1);
    }

    /// <summary>Writes what waits, marks the run as ended cleanly and closes. A disk that still fails is given up: the
    /// next start counts what that lost, unless the file was never opened.</summary>
    public async ValueTask DisposeAsync()
    {
        isClosing = true;
        waiting.Writer.Complete();
        await writing;
        if (!hasGivenUp) file?.EndCleanly();
        file?.Dispose();
    }

    // Above every number given by counting, and rising faster than numbers are given: none is given twice. Where the clock is not
    // set each start would begin with the same, so chance decides.
    private static long UnusedNumber(DateTimeOffset now) => now.ToUnixTimeMilliseconds() is var number && number > NumbersFrom
        ? number
        : NumbersFrom + (512L * RandomNumberGenerator.GetInt32(int.MaxValue));

    // At the start an agent that may not have the folder ends, and says why; later there are people at its lanes.
    private bool TryOpen(bool isStart)
    {
        try
        {
            var opened = JournalFile.Open(folder, time);
            for (var given = Interlocked.Read(ref lastSequence); given < opened.LastSequence;)
                given = Interlocked.CompareExchange(ref lastSequence, opened.LastSequence, given);
            Interlocked.Exchange(ref written, opened.Records);
            Volatile.Write(ref file, opened);
            ReviewHealth();
            return true;
        }
        catch (Exception failed) when (JournalFile.IsOfTheDisk(failed) || (!isStart && failed is IOException or InvalidDataException))
        {
            health.SetFailed(Component, $"The journal cannot be opened, and what happens waits in memory: make room or replace the card. {failed.Message}");
            return false;
        }
    }

    private void Drop(int records)
    {
        var count = Interlocked.Add(ref dropped, records);
        health.SetFailed(Component, $"{count} records were dropped: the disk does not keep up, or their numbers stood there. Replace the card.");
    }

    // What is not well although the disk works: nothing that happened is forgotten by a later success.
    private void ReviewHealth()
    {
        if (Interlocked.Read(ref dropped) > 0) return;
        if (file!.Aside is { } aside)
            health.SetDegraded(Component, $"The journal was damaged and stands aside as {aside}: copy it, and replace the card.");
        else if (LostRecords > 0)
            health.SetDegraded(Component, $"The last run ended uncleanly: {LostRecords} records of its last 50 ms were lost.");
        else
            health.SetWell(Component);
    }

    private async Task WriteAsync()
    {
        while (file is null)
        {
            if (isClosing)
            {
                hasGivenUp = true;
                return;
            }

            await Task.Delay(RetryAfter, time);
            TryOpen(isStart: false);
        }

        var group = new List<JournalEntry>(GroupMax);
        while (await waiting.Reader.WaitToReadAsync())
        {
            await GatherAsync(group);
            for (var isAgain = false; !TryWrite(group, isAgain); isAgain = true)
            {
                if (isClosing)
                {
                    hasGivenUp = true;
                    return;
                }

                await Task.Delay(RetryAfter, time);
                Count(group.Count(IsRow) + waiting.Reader.Count);
            }

            group.Clear();
        }
    }

    private async Task GatherAsync(List<JournalEntry> group)
    {
        var since = time.GetTimestamp();
        Take(group);
        while (group.Count < GroupMax && !waiting.Reader.Completion.IsCompleted)
        {
            var left = GroupWithin - time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero) return;
            using var ending = new CancellationTokenSource(left, time);
            try
            {
                if (!await waiting.Reader.WaitToReadAsync(ending.Token)) return;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Take(group);
        }
    }

    private void Take(List<JournalEntry> group)
    {
        while (group.Count < GroupMax && waiting.Reader.TryRead(out var record)) group.Add(record);
        Count(group.Count(IsRow));
    }

    // A settlement changes a row, and where it is lost the row says so itself; so does a mode.
    private static bool IsRow(JournalEntry entry) => entry is not (SettlementRecord or ModeRecord);

    private void Count(int beyondWritten)
    {
        try
        {
            file!.Count(written + beyondWritten, Interlocked.Read(ref lastSequence));
        }
        catch (IOException)
        {
            // The transaction that follows meets the same disk and says so.
        }
    }

    // A row of which the first attempt finds the number there was not written; a later attempt may find its own.
    private bool TryWrite(List<JournalEntry> group, bool isAgain)
    {
        try
        {
            var rows = group.Count(IsRow);
            var added = file!.Write(group);
            if (added < rows && !isAgain) Drop(rows - added);
            Interlocked.Add(ref written, isAgain ? rows : added);
            Interlocked.Add(ref unwritten, -group.Count);
            ReviewHealth();
            return true;
        }
        catch (SqliteException failed)
        {
            health.SetFailed(Component, $"The journal cannot be written (SQLite {failed.SqliteErrorCode}): make room or replace the card.");
            return false;
        }
    }
}
