using Microsoft.Data.Sqlite;

namespace GateAgent.Journal;

/// <summary>Writes groups of passages with one prepared statement. Used by the journal's task alone.</summary>
internal sealed class PassageWriter : IDisposable
{
    private const string Insert = """
        INSERT INTO passage VALUES ($sequence, $at, $believed, $lane, $reader, $outcome, $reason, $condition, $signal,
            $opened, $assurance, $policy, $list, $snapshot, $microseconds)
        """;

    private static readonly string[] Names =
    [
        "$sequence", "$at", "$believed", "$lane", "$reader", "$outcome", "$reason", "$condition", "$signal", "$opened",
        "$assurance", "$policy", "$list", "$snapshot", "$microseconds",
    ];

    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly SqliteCommand count;

    /// <summary>Prepares the statement.</summary>
    public PassageWriter(SqliteConnection connection)
    {
        this.connection = connection;
        insert = connection.CreateCommand();
        insert.CommandText = Insert;
        foreach (var name in Names) insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        insert.Prepare();
        count = connection.CreateCommand();
        count.CommandText = "UPDATE run SET records = records + $count WHERE id = $run";
        count.Parameters.Add(new SqliteParameter { ParameterName = "$count" });
        count.Parameters.Add(new SqliteParameter { ParameterName = "$run" });
    }

    /// <summary>Writes a group in one transaction: all of it is there after a power cut, or none.</summary>
    /// <exception cref="SqliteException">The disk is full or fails; nothing of the group was written.</exception>
    public void Write(IReadOnlyList<PassageRecord> group, long run)
    {
        using var transaction = connection.BeginTransaction();
        insert.Transaction = transaction;
        foreach (var record in group)
        {
            Bind(record);
            insert.ExecuteNonQuery();
        }

        count.Transaction = transaction;
        count.Parameters[0].Value = group.Count;
        count.Parameters[1].Value = run;
        count.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <summary>Deletes what is older than a moment.</summary>
    /// <returns>How many records went.</returns>
    public int DeleteBefore(DateTimeOffset moment)
    {
        using var delete = connection.CreateCommand();
        delete.CommandText = "DELETE FROM passage WHERE at_ms < $moment";
        delete.Parameters.AddWithValue("$moment", moment.ToUnixTimeMilliseconds());
        return delete.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        insert.Dispose();
        count.Dispose();
    }

    private void Bind(PassageRecord record)
    {
        var verdict = record.Verdict;
        object[] values =
        [
            record.Sequence, record.At.ToUnixTimeMilliseconds(), record.IsClockBelieved, record.Lane, record.Reader,
            (int)verdict.Outcome, (int)verdict.Reason, (int)verdict.Condition, (int)record.Signal, record.IsOpened,
            (int)verdict.Assurance, verdict.Versions.Policy, verdict.Versions.ListEpoch, verdict.Versions.Snapshot,
            record.Microseconds,
        ];
        for (var index = 0; index < values.Length; index++) insert.Parameters[index].Value = values[index];
    }
}
