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
/// <item>A disk that fails is tried again; records wait in the channel meanwhile.</item>
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
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // When full, the new record is dropped and counted: what waits is older, and its people have passed already.
    private readonly Channel<JournalEntry> waiting = Channel.CreateBounded<JournalEntry>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly SqliteConnection connection;
    private readonly PassageWriter writer;
    private readonly HandoverCounter counter;
    private readonly HealthBoard health;
    private readonly TimeProvider time;
    private readonly PassageFeed feed;
    private readonly string? aside;
    private readonly long run;
    private Task writing = Task.CompletedTask;
    private long lastSequence;
    private long dropped;
    private long written;
    private long unwritten;
    private volatile bool isClosing;
    private bool hasGivenUp;

    private PassageJournal(
        string path, SqliteConnection connection, HandoverCounter counter, string? aside, PassageFeed feed, HealthBoard health, TimeProvider time)
    {
        Path = path;
        this.connection = connection;
        this.counter = counter;
        this.aside = aside;
        this.feed = feed;
        this.health = health;
        this.time = time;
        writer = new PassageWriter(connection);
        var highest = (long)JournalDatabase.Scalar(connection, "SELECT coalesce(max(sequence), 0) FROM passage")!;
        lastSequence = Math.Max(highest, counter.LastSequence);
        written = (long)JournalDatabase.Scalar(connection, "SELECT coalesce(sum(records), 0) FROM run")!;
        LostRecords = aside is null ? CountLost() : 0;
        run = Begin();
    }

    /// <summary>The journal's file.</summary>
    public string Path { get; }

    /// <summary>Records that the last unclean end lost.</summary>
    public long LostRecords { get; }

    /// <summary>Records written since the journal was made, those too that have been deleted by age.</summary>
    public long Records => Interlocked.Read(ref written);

    /// <summary>True when everything that was handed over is on the disk. Any thread.</summary>
    public bool IsWritten => Interlocked.Read(ref unwritten) == 0;

    /// <summary>Opens the journal of a state folder and begins to write.</summary>
    /// <exception cref="SqliteException">The disk fails.</exception>
    /// <exception cref="IOException">The disk fails, or another agent has the folder.</exception>
    /// <exception cref="InvalidDataException">A later program made it.</exception>
    public static PassageJournal Open(string folder, PassageFeed feed, HealthBoard health, TimeProvider time)
    {
        var path = System.IO.Path.Combine(folder, "journal.db");

        // Opened for this process alone, so that two agents never write one journal.
        var count = new HandoverCounter(System.IO.Path.Combine(folder, "journal.count"));
        try
        {
            var journal = OpenSound(path, count, feed, health, time);
            journal.writing = journal.WriteAsync();
            return journal;
        }
        catch
        {
            count.Dispose();
            throw;
        }
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
        var count = Interlocked.Increment(ref dropped);
        health.SetFailed(Component, $"The disk does not keep up: {count} records were dropped. Replace the card.");
    }

    /// <summary>Writes what waits, marks the run as ended cleanly and closes. A disk that still fails is given up, and the
    /// next start counts what that lost.</summary>
    public async ValueTask DisposeAsync()
    {
        isClosing = true;
        waiting.Writer.Complete();
        await writing;
        if (!hasGivenUp) EndCleanly();
        writer.Dispose();
        counter.Dispose();
        await connection.DisposeAsync();
    }

    private static PassageJournal OpenSound(
        string path, HandoverCounter count, PassageFeed feed, HealthBoard health, TimeProvider time)
    {
        try
        {
            return OpenOnce(path, count, null, feed, health, time);
        }
        catch (SqliteException damaged) when (JournalDatabase.IsDamage(damaged))
        {
            return OpenOnce(path, count, JournalDatabase.SetAside(path), feed, health, time);
        }
    }

    private static PassageJournal OpenOnce(
        string path, HandoverCounter count, string? damaged, PassageFeed feed, HealthBoard health, TimeProvider time)
    {
        var opened = JournalDatabase.OpenForWriting(path);
        try
        {
            return new PassageJournal(path, opened, count, damaged, feed, health, time);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private long CountLost()
    {
        var isClean = (long?)JournalDatabase.Scalar(connection, "SELECT ended_cleanly FROM run ORDER BY id DESC LIMIT 1") ?? 1;
        return isClean == 1 ? 0 : Math.Max(0, counter.Count - written);
    }

    private long Begin()
    {
        using var begin = connection.CreateCommand();
        begin.CommandText =
            "INSERT INTO run (started_at_ms, lost_records) VALUES ($at, $lost) RETURNING id";
        begin.Parameters.AddWithValue("$at", time.GetUtcNow().ToUnixTimeMilliseconds());
        begin.Parameters.AddWithValue("$lost", LostRecords);
        var id = (long)begin.ExecuteScalar()!;
        JournalDatabase.Execute(
            connection, $"UPDATE passage SET settlement = {(int)Settlement.Unknown} WHERE opened = 1 AND settlement = 0");
        counter.Set(written, lastSequence);
        ReviewHealth();
        return id;
    }

    // What is not well although the disk works: nothing that happened is forgotten by a later success.
    private void ReviewHealth()
    {
        if (Interlocked.Read(ref dropped) > 0) return;
        if (aside is not null)
            health.SetDegraded(Component, $"The journal was damaged and stands aside as {aside}: copy it, and replace the card.");
        else if (LostRecords > 0)
            health.SetDegraded(Component, $"The last run ended uncleanly: {LostRecords} records of its last 50 ms were lost.");
        else
            health.SetWell(Component);
    }

    private async Task WriteAsync()
    {
        var group = new List<JournalEntry>(GroupMax);
        while (await waiting.Reader.WaitToReadAsync())
        {
            await GatherAsync(group);
            while (!TryWrite(group))
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
            counter.Set(written + beyondWritten, Interlocked.Read(ref lastSequence));
        }
        catch (IOException)
        {
            // The transaction that follows meets the same disk and says so.
        }
    }

    private bool TryWrite(List<JournalEntry> group)
    {
        try
        {
            writer.Write(group, run);
            Interlocked.Add(ref written, group.Count(IsRow));
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

    private void EndCleanly()
    {
        try
        {
            JournalDatabase.Execute(connection, $"UPDATE run SET ended_cleanly = 1 WHERE id = {run}");
        }
        catch (SqliteException)
        {
            // The next start finds a run without an end, and counts.
        }
    }
}
