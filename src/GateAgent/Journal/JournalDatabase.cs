using Microsoft.Data.Sqlite;

namespace GateAgent.Journal;

/// <summary>
/// The journal's file: SQLite in WAL with synchronous FULL, so that what is committed survives a power cut.
/// docs/formats/journal.md describes the tables. Only the writer's task writes; readers have connections of their own.
/// </summary>
internal static class JournalDatabase
{
    /// <summary>Version of the tables, kept in <c>user_version</c>.</summary>
    public const int SchemaVersion = 3;

    private const int BusySeconds = 2;

    // sqlite3.h: SQLITE_CORRUPT, SQLITE_NOTADB.
    private const int ErrorCorrupt = 11;
    private const int ErrorNotADatabase = 26;

    private const string FromVersion1 = """
        ALTER TABLE passage ADD COLUMN settlement INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE incident (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, clock_believed INTEGER NOT NULL, lane TEXT NOT NULL,
            incident INTEGER NOT NULL) STRICT;
        """;

    private const string FromVersion2 = """
        ALTER TABLE passage ADD COLUMN people INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE passage ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE incident ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
        """;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS passage (
            sequence INTEGER PRIMARY KEY,
            at_ms INTEGER NOT NULL,
            clock_believed INTEGER NOT NULL,
            lane TEXT NOT NULL,
            reader TEXT NOT NULL,
            outcome INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            condition INTEGER NOT NULL,
            signal INTEGER NOT NULL,
            opened INTEGER NOT NULL,
            assurance INTEGER NOT NULL,
            policy_version INTEGER NOT NULL,
            list_epoch INTEGER NOT NULL,
            snapshot_version INTEGER NOT NULL,
            microseconds INTEGER NOT NULL,
            settlement INTEGER NOT NULL DEFAULT 0,
            people INTEGER NOT NULL DEFAULT 1,
            passed INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX IF NOT EXISTS passage_at ON passage (at_ms);
        CREATE TABLE IF NOT EXISTS incident (
            id INTEGER PRIMARY KEY,
            at_ms INTEGER NOT NULL,
            clock_believed INTEGER NOT NULL,
            lane TEXT NOT NULL,
            incident INTEGER NOT NULL,
            made_by TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX IF NOT EXISTS incident_at ON incident (at_ms);
        CREATE TABLE IF NOT EXISTS mode (
            lane TEXT PRIMARY KEY,
            mode INTEGER NOT NULL,
            until_ms INTEGER NOT NULL,
            length_ms INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE IF NOT EXISTS run (
            id INTEGER PRIMARY KEY,
            started_at_ms INTEGER NOT NULL,
            ended_cleanly INTEGER NOT NULL DEFAULT 0,
            records INTEGER NOT NULL DEFAULT 0,
            lost_records INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        """;

    /// <summary>Opens the file for writing, making it where needed.</summary>
    /// <exception cref="SqliteException">It is no journal, or the disk fails.</exception>
    /// <exception cref="InvalidDataException">A later program made it.</exception>
    public static SqliteConnection OpenForWriting(string path)
    {
        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000;");
            var found = (long)Scalar(connection, "PRAGMA user_version")!;
            if (found is < 0 or > SchemaVersion)
                throw new InvalidDataException($"The journal is of version {found}, this program knows {SchemaVersion}: update it.");
            if (found == 1) Execute(connection, FromVersion1);
            if (found is 1 or 2) Execute(connection, FromVersion2);
            Execute(connection, Schema);
            Execute(connection, $"PRAGMA user_version = {SchemaVersion}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file beside its writer, to delete what is kept no longer.</summary>
    /// <exception cref="SqliteException">The disk fails.</exception>
    public static SqliteConnection OpenForDeleting(string path)
    {
        var connection = Connect(path, SqliteOpenMode.ReadWrite);
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
        return connection;
    }

    /// <summary>Sets a damaged file aside, with what belongs to it.</summary>
    /// <returns>Where it is now.</returns>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public static string SetAside(string path)
    {
        var aside = path + ".damaged";
        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            if (File.Exists(path + suffix)) File.Move(path + suffix, aside + suffix, overwrite: true);
        }

        return aside;
    }

    /// <summary>True when the file's contents are no database any more, which no retry mends.</summary>
    public static bool IsDamage(SqliteException fault) => fault.SqliteErrorCode is ErrorCorrupt or ErrorNotADatabase;

    /// <summary>Opens the file for reading.</summary>
    public static SqliteConnection OpenForReading(string path) => Connect(path, SqliteOpenMode.ReadOnly);

    /// <summary>Runs statements that return nothing.</summary>
    public static void Execute(SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the statements are constants of this folder
        command.CommandText = statements;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement that returns one value.</summary>
    public static object? Scalar(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the statements are constants of this folder
        command.CommandText = statement;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,

            // The library's own patience is 30 s, for which the writer would not even hear that the agent stops.
            DefaultTimeout = BusySeconds,
        }.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout = {BusySeconds * 1_000}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
