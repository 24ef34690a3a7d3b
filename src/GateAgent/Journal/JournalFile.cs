using GateAgent.Lanes;
using Microsoft.Data.Sqlite;

namespace GateAgent.Journal;

/// <summary>
/// The journal's file while it is open for writing, and the run that began with opening it. A file that is damaged is set
/// aside and a new one is made. Used by one task at a time.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    // errno(3): what a file answers that another process has locked.
    private const int Locked = 11;
    private readonly SqliteConnection connection;
    private readonly PassageWriter writer;
    private readonly HandoverCounter counter;
    private readonly long run;

    private JournalFile(SqliteConnection connection, HandoverCounter counter, string? aside, TimeProvider time)
    {
        this.connection = connection;
        this.counter = counter;
        Aside = aside;
        writer = new PassageWriter(connection);
        var highest = (long)JournalDatabase.Scalar(connection, "SELECT coalesce(max(sequence), 0) FROM passage")!;
        LastSequence = Math.Max(highest, counter.LastSequence);
        Records = (long)JournalDatabase.Scalar(connection, "SELECT coalesce(sum(records), 0) FROM run")!;
        LostRecords = aside is null ? CountLost() : 0;
        run = Begin(time);
    }

    /// <summary>Where a damaged one stands that was found instead; null when none was.</summary>
    public string? Aside { get; }

    /// <summary>The highest number given before.</summary>
    public long LastSequence { get; }

    /// <summary>Records written before, those too that have been deleted by age.</summary>
    public long Records { get; }

    /// <summary>Records that the last unclean end lost.</summary>
    public long LostRecords { get; }

    /// <summary>The file of a state folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "journal.db");

    /// <summary>True when opening failed for the disk's sake, and may succeed later.</summary>
    public static bool IsOfTheDisk(Exception failed) => failed is SqliteException or UnauthorizedAccessException || (failed is IOException && failed.HResult != Locked);

    /// <summary>Opens the file of a state folder, making it where needed.</summary>
    /// <exception cref="SqliteException">The disk fails.</exception>
    /// <exception cref="IOException">The disk fails, or another agent has the folder.</exception>
    /// <exception cref="InvalidDataException">A later program made it.</exception>
    public static JournalFile Open(string folder, TimeProvider time)
    {
        // Opened for this process alone, so that two agents never write one journal.
        var count = new HandoverCounter(Path.Combine(folder, "journal.count"));
        try
        {
            return OpenSound(PathIn(folder), count, time);
        }
        catch
        {
            count.Dispose();
            throw;
        }
    }

    /// <summary>Writes a group, all of it or nothing, and says how many rows that added.</summary>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    public int Write(IReadOnlyList<JournalEntry> group) => writer.Write(group, run);

    /// <summary>Notes how many records were handed over and which number was given last.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void Count(long records, long lastSequence) => counter.Set(records, lastSequence);

    /// <summary>Marks the run as ended.</summary>
    public void EndCleanly()
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

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        counter.Dispose();
        connection.Dispose();
    }

    private static JournalFile OpenSound(string path, HandoverCounter count, TimeProvider time)
    {
        try
        {
            return OpenOnce(path, count, null, time);
        }
        catch (SqliteException damaged) when (JournalDatabase.IsDamage(damaged))
        {
            return OpenOnce(path, count, JournalDatabase.SetAside(path), time);
        }
    }

    private static JournalFile OpenOnce(string path, HandoverCounter count, string? damaged, TimeProvider time)
    {
        var opened = JournalDatabase.OpenForWriting(path);
        try
        {
            return new JournalFile(opened, count, damaged, time);
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
        return isClean == 1 ? 0 : Math.Max(0, counter.Count - Records);
    }

    private long Begin(TimeProvider time)
    {
        using var begin = connection.CreateCommand();
        begin.CommandText =
            "INSERT INTO run (started_at_ms, lost_records) VALUES ($at, $lost) RETURNING id";
        begin.Parameters.AddWithValue("$at", time.GetUtcNow().ToUnixTimeMilliseconds());
        begin.Parameters.AddWithValue("$lost", LostRecords);
        var id = (long)begin.ExecuteScalar()!;
        JournalDatabase.Execute(
            connection, $"UPDATE passage SET settlement = {(int)Settlement.Unknown} WHERE opened = 1 AND settlement = 0");
        counter.Set(Records, LastSequence);
        return id;
    }
}
