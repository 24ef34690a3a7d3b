using GateAgent.Health;
using Microsoft.Data.Sqlite;

namespace GateAgent.Journal;

/// <summary>Deletes what the signed policy keeps no longer, on a connection of its own and in small pieces, so that the
/// journal's writer waits for one piece at most.</summary>
internal static class Retention
{
    /// <summary>Records deleted in one transaction.</summary>
    public const int PieceMax = 2_000;

    private const string DeletePassages = """
        DELETE FROM passage WHERE sequence IN
            (SELECT sequence FROM passage WHERE at_ms < $moment ORDER BY at_ms LIMIT $piece)
        """;

    private const string DeleteIncidents = """
        DELETE FROM incident WHERE id IN
            (SELECT id FROM incident WHERE at_ms < $moment ORDER BY at_ms LIMIT $piece)
        """;

    /// <summary>Deletes records that are older than a moment.</summary>
    /// <returns>How many went.</returns>
    /// <exception cref="SqliteException">The journal cannot be written now.</exception>
    public static long DeleteBefore(string path, DateTimeOffset moment, CancellationToken stop)
    {
        using var connection = JournalDatabase.OpenForDeleting(path);
        return Delete(connection, DeletePassages, moment, stop) + Delete(connection, DeleteIncidents, moment, stop);
    }

    /// <summary>Deletes as above, and tells a failure as a health item: it is tried again the next day.</summary>
    public static void KeepTo(string path, DateTimeOffset before, HealthBoard health, CancellationToken stop)
    {
        const string Component = "retention";
        try
        {
            DeleteBefore(path, before, stop);
            health.SetWell(Component);
        }
        catch (SqliteException failed)
        {
            health.SetFailed(Component, $"Records from before {before:u} could not be deleted (SQLite {failed.SqliteErrorCode}): tried again tomorrow.");
        }
    }

    private static long Delete(SqliteConnection connection, string statement, DateTimeOffset moment, CancellationToken stop)
    {
        using var delete = connection.CreateCommand();
#pragma warning disable CA2100 // the statements are constants of this file
        delete.CommandText = statement;
#pragma warning restore CA2100
        delete.Parameters.AddWithValue("$moment", moment.ToUnixTimeMilliseconds());
        delete.Parameters.AddWithValue("$piece", PieceMax);
        var deleted = 0L;
        while (!stop.IsCancellationRequested && delete.ExecuteNonQuery() is > 0 and var piece) deleted += piece;
        return deleted;
    }
}
