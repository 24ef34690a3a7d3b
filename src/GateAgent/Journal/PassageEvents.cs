using System.Text.Json;
using GateAgent.Lanes;
using LocalApi;
using Verifier.Credentials;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Journal;

/// <summary>From the journal's record to what is told over the control socket.</summary>
internal static class PassageEvents
{
    /// <summary>The event of a record.</summary>
    public static PassageEvent Of(PassageRecord record) => new()
    {
        Sequence = record.Sequence,
        At = record.At,
        IsClockBelieved = record.IsClockBelieved,
        Lane = record.Lane,
        Reader = record.Reader,
        Outcome = Word(record.Verdict.Outcome),
        Reason = (int)record.Verdict.Reason,
        ReasonWord = Word(record.Verdict.Reason),
        Condition = Word(record.Verdict.Condition),
        Signal = Word(record.Signal),
        IsOpened = record.IsOpened,
        Assurance = Word(record.Verdict.Assurance),
        PolicyVersion = record.Verdict.Versions.Policy,
        ListEpoch = record.Verdict.Versions.ListEpoch,
        SnapshotVersion = record.Verdict.Versions.Snapshot,
        People = record.People,
        Microseconds = record.Microseconds,
        Reference = Reference.Of(record.Verdict.Reason, record.Sequence).ToString(),
    };

    /// <summary>The word of an enumeration's value, in camel case.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>An event from its columns, in the order of the table.</summary>
    public static PassageEvent Read(Microsoft.Data.Sqlite.SqliteDataReader row)
    {
        var settlement = (Settlement)row.GetByte(15);
        return Of(ReadRecord(row)) with { Settlement = settlement == Settlement.None ? null : Word(settlement), Passed = row.GetInt32(17) };
    }

    private static PassageRecord ReadRecord(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
        row.GetInt64(0),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        row.GetBoolean(2),
        row.GetString(3),
        row.GetString(4),
        new Verdict(
            (Outcome)row.GetByte(5),
            (Reason)row.GetByte(6),
            (Condition)row.GetByte(7),
            (Assurance)row.GetByte(10),
            new SnapshotVersions(row.GetInt32(11), row.GetInt32(12), row.GetInt32(13))),
        (Signal)row.GetByte(8),
        row.GetBoolean(9),
        row.GetInt32(16),
        row.GetInt64(14));
}
