using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace GateAgent.Journal;

/// <summary>Writes groups of passages with one prepared statement. Used by the journal's task alone.</summary>
internal sealed class PassageWriter : IDisposable
{
    private const string Insert = """
        INSERT OR IGNORE INTO passage VALUES ($sequence, $at, $believed, $lane, $reader, $outcome, $reason, $condition, $signal,
            $opened, $assurance, $policy, $list, $snapshot, $microseconds, 0, $people, 0)
        """;

    private static readonly string[] Names =
    [
        "$sequence", "$at", "$believed", "$lane", "$reader", "$outcome", "$reason", "$condition", "$signal", "$opened",
        "$assurance", "$policy", "$list", "$snapshot", "$microseconds", "$people",
    ];

    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly SqliteCommand settle;
    private readonly SqliteCommand note;
    private readonly SqliteCommand mode;
    private readonly SqliteCommand count;

    /// <summary>Prepares the statement.</summary>
    public PassageWriter(SqliteConnection connection)
    {
        this.connection = connection;
        insert = Prepare(Insert, Names);
        settle = Prepare(
            "UPDATE passage SET settlement = $settlement, passed = $passed WHERE sequence = $sequence", "$settlement", "$passed", "$sequence");
        note = Prepare(
            "INSERT INTO incident VALUES (NULL, $at, $believed, $lane, $incident, $by)", "$at", "$believed", "$lane", "$incident", "$by");
        mode = Prepare("INSERT OR REPLACE INTO mode VALUES ($lane, $mode, $until, $length)", "$lane", "$mode", "$until", "$length");
        count = connection.CreateCommand();
        count.CommandText = "UPDATE run SET records = records + $count WHERE id = $run";
        count.Parameters.Add(new SqliteParameter { ParameterName = "$count" });
        count.Parameters.Add(new SqliteParameter { ParameterName = "$run" });
    }

    /// <summary>Writes a group in one transaction: all of it is there after a power cut, or none. A record that is there
    /// already, because an earlier commit failed only in its answer, is not counted again.</summary>
    /// <returns>How many rows it added.</returns>
    /// <exception cref="SqliteException">The disk is full or fails; nothing of the group was written.</exception>
    public int Write(IReadOnlyList<JournalEntry> group, long run)
    {
        using var transaction = connection.BeginTransaction();
        foreach (var command in (ReadOnlySpan<SqliteCommand>)[insert, settle, note, mode]) command.Transaction = transaction;
        var inserted = 0;
        foreach (var entry in group) inserted += Write(entry);

        count.Transaction = transaction;
        count.Parameters[0].Value = inserted;
        count.Parameters[1].Value = run;
        count.ExecuteNonQuery();
        transaction.Commit();
        return inserted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        insert.Dispose();
        settle.Dispose();
        note.Dispose();
        mode.Dispose();
        count.Dispose();
    }

#pragma warning disable CA2100 // the statements are constants of this file
    private SqliteCommand Prepare(string statement, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement;
        foreach (var name in names) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        command.Prepare();
        return command;
    }
#pragma warning restore CA2100

    // How many rows it added.
    private int Write(JournalEntry entry)
    {
        switch (entry)
        {
            case PassageRecord record:
                Bind(insert, ValuesOf(record));
                return insert.ExecuteNonQuery();
            case SettlementRecord settled:
                Bind(settle, [(int)settled.Settlement, settled.Passed, settled.Sequence]);
                settle.ExecuteNonQuery();
                return 0;
            case IncidentRecord incident:
                Bind(note, [incident.At.ToUnixTimeMilliseconds(), incident.IsClockBelieved, incident.Lane, (int)incident.Incident, incident.By]);
                return note.ExecuteNonQuery();
            case ModeRecord set:
                Bind(mode, [set.Lane, (int)set.Mode, set.Until.ToUnixTimeMilliseconds(), (long)set.Length.TotalMilliseconds]);
                mode.ExecuteNonQuery();
                return 0;
            default:
                throw new UnreachableException("JournalEntry is a closed set.");
        }
    }

    private static void Bind(SqliteCommand command, ReadOnlySpan<object> values)
    {
        for (var index = 0; index < values.Length; index++) command.Parameters[index].Value = values[index];
    }

    private static object[] ValuesOf(PassageRecord record)
    {
        var verdict = record.Verdict;
        return
        [
            record.Sequence, record.At.ToUnixTimeMilliseconds(), record.IsClockBelieved, record.Lane, record.Reader,
            (int)verdict.Outcome, (int)verdict.Reason, (int)verdict.Condition, (int)record.Signal, record.IsOpened,
            (int)verdict.Assurance, verdict.Versions.Policy, verdict.Versions.ListEpoch, verdict.Versions.Snapshot,
            record.Microseconds, record.People,
        ];
    }
}
