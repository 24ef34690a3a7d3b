using Microsoft.Data.Sqlite;

namespace GateAgent.Journal;

/// <summary>Writes groups of passages with one prepared statement. Used by the journal's task alone.</summary>
internal sealed class PassageWriter : IDisposable
{
    private const string Insert = """
        INSERT OR IGNORE INTO passage VALUES ($sequence, $at, $believed, $lane, $reader, $outcome, $reason, $condition, $signal,
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

    /// <summary>Writes a group in one transaction: all of it is there after a power cut, or none. A record that is there
    /// already, because an earlier commit failed only in its answer, is not counted again.</summary>
    /// <exception cref="SqliteException">The disk is full or fails; nothing of the group was written.</exception>
    public void Write(IReadOnlyList<PassageRecord> group, long run)
    {
        using var transaction = connection.BeginTransaction();
        insert.Transaction = transaction;
        var inserted = 0;
        foreach (var record in group)
        {
            Bind(record);
            inserted += insert.ExecuteNonQuery();
        }

        count.Transaction = transaction;
        count.Parameters[0].Value = inserted;
        count.Parameters[1].Value = run;
        count.ExecuteNonQuery();
        transaction.Commit();
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
