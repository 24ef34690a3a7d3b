using GateAgent.Lanes;
using LocalApi;
using Microsoft.Data.Sqlite;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Journal;

/// <summary>What to read from the journal.</summary>
/// <param name="From">Not older than this; null for no bound.</param>
/// <param name="Until">Older than this; null for no bound.</param>
/// <param name="Reference">Only passages that this reference fits; null for all.</param>
/// <param name="Limit">At most so many, 1 to 1,000.</param>
internal sealed record JournalQuery(DateTimeOffset? From, DateTimeOffset? Until, Reference? Reference, int Limit);

/// <summary>Reads the journal beside its writer, on a connection of its own.</summary>
internal static class JournalReader
{
    /// <summary>Records in one answer.</summary>
    public const int LimitMax = 1_000;

    private const string Select = """
        SELECT * FROM passage
        WHERE at_ms >= $from AND at_ms < $until
          AND ($reason IS NULL OR (reason = $reason AND sequence % 10000 = $sequence))
        ORDER BY sequence DESC LIMIT $limit
        """;

    /// <summary>The newest records that fit.</summary>
    /// <exception cref="SqliteException">The journal cannot be read.</exception>
    public static IReadOnlyList<PassageEvent> Read(string path, JournalQuery query)
    {
        using var connection = JournalDatabase.OpenForReading(path);
        using var select = connection.CreateCommand();
        select.CommandText = Select;
        select.Parameters.AddWithValue("$from", query.From?.ToUnixTimeMilliseconds() ?? long.MinValue);
        select.Parameters.AddWithValue("$until", query.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        select.Parameters.AddWithValue("$reason", query.Reference is { } reference ? (int)reference.Reason : DBNull.Value);
        select.Parameters.AddWithValue("$sequence", query.Reference?.Sequence ?? 0);
        select.Parameters.AddWithValue("$limit", Math.Clamp(query.Limit, 1, LimitMax));
        using var rows = select.ExecuteReader();
        var found = new List<PassageEvent>();
        while (rows.Read()) found.Add(PassageEvents.Read(rows));
        return found;
    }

    private const string SelectIncidents = """
        SELECT at_ms, clock_believed, lane, incident, made_by FROM incident
        WHERE at_ms >= $from AND at_ms < $until ORDER BY id DESC LIMIT $limit
        """;

    /// <summary>The newest incidents that fit; a reference does not count.</summary>
    /// <exception cref="SqliteException">The journal cannot be read.</exception>
    public static IReadOnlyList<IncidentEvent> ReadIncidents(string path, JournalQuery query)
    {
        using var connection = JournalDatabase.OpenForReading(path);
        using var select = connection.CreateCommand();
        select.CommandText = SelectIncidents;
        select.Parameters.AddWithValue("$from", query.From?.ToUnixTimeMilliseconds() ?? long.MinValue);
        select.Parameters.AddWithValue("$until", query.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        select.Parameters.AddWithValue("$limit", Math.Clamp(query.Limit, 1, LimitMax));
        using var rows = select.ExecuteReader();
        var found = new List<IncidentEvent>();
        while (rows.Read())
        {
            var incident = (Incident)rows.GetByte(3);
            found.Add(new IncidentEvent(
                DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(0)), rows.GetBoolean(1), rows.GetString(2), (int)incident, PassageEvents.Word(incident), rows.GetString(4)));
        }

        return found;
    }

    /// <summary>The modes the lanes were in when the agent ended, those that ended meanwhile too.</summary>
    /// <exception cref="SqliteException">The journal cannot be read.</exception>
    public static IReadOnlyDictionary<string, ModeRecord> ReadModes(string path)
    {
        using var connection = JournalDatabase.OpenForReading(path);
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT lane, mode, until_ms, length_ms FROM mode";
        using var rows = select.ExecuteReader();
        var found = new Dictionary<string, ModeRecord>(StringComparer.Ordinal);
        while (rows.Read())
        {
            var (lane, mode) = (rows.GetString(0), (LaneMode)rows.GetByte(1));
            found[lane] = new ModeRecord(
                lane, mode, DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(2)), TimeSpan.FromMilliseconds(rows.GetInt64(3)));
        }

        return found;
    }

    /// <summary>How many records there are.</summary>
    public static long Count(string path)
    {
        using var connection = JournalDatabase.OpenForReading(path);
        return (long)JournalDatabase.Scalar(connection, "SELECT count(*) FROM passage")!;
    }
}
