using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using Microsoft.Data.Sqlite;
using Verifier.Credentials;
using Verifier.Trust;
using Verifier.Verdicts;

namespace PowerCut.Subjects;

/// <summary>The journal: groups of records, what became of them, and a clean end and a new start now and then.</summary>
internal sealed class JournalSubject : Subject
{
    private const string Settled = "journal.settled";
    private const int GroupMax = 40;
    private const int ReopenPerMille = 60;
    private static readonly DateTimeOffset Begin = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(1);

    public override string Name => "journal";

    public override IReadOnlyList<string> Counters => [Name, Settled];

    public override async Task WorkAsync(Workplace place, CancellationToken stop)
    {
        Directory.CreateDirectory(place.Folder);
        var health = new HealthBoard(TimeProvider.System);
        var journal = Open(place.Folder, health);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await WriteGroupAsync(journal, place, health);
                if (!place.Dice.Falls(ReopenPerMille)) continue;
                await journal.DisposeAsync();
                journal = Open(place.Folder, health);
            }
        }
        finally
        {
            await journal.DisposeAsync();
        }
    }

    public override async Task<Finding> CheckAsync(CutPlace place)
    {
        Directory.CreateDirectory(place.Folder);
        var health = new HealthBoard(TimeProvider.System);
        try
        {
            await using var journal = Open(place.Folder, health);
            if (health.Items.FirstOrDefault(static item => item.Text.Contains("damaged", StringComparison.Ordinal)) is { } item)
                return new Finding(FindingKind.Corrupt, item.Text);
            using var connection = JournalDatabase.OpenForReading(journal.Path);
            if (JournalDatabase.Scalar(connection, "PRAGMA integrity_check") is not "ok")
                return new Finding(FindingKind.Corrupt, "integrity_check is not ok");
            return Judge(connection, journal, place.Ledger);
        }
        catch (Exception broken) when (broken is SqliteException or IOException or InvalidDataException)
        {
            return new Finding(FindingKind.Corrupt, broken.Message);
        }
    }

    private static async Task WriteGroupAsync(PassageJournal journal, Workplace place, HealthBoard health)
    {
        var first = journal.ReserveSequence();
        var last = first + place.Dice.Below(GroupMax);
        place.Ledger.Begin("journal", last);
        for (var sequence = first; sequence <= last; sequence = journal.ReserveSequence())
        {
            journal.Append(RecordOf(sequence));
            if (sequence == last) break;
        }

        await WrittenAsync(journal, health);
        place.Ledger.Acknowledge("journal", last);
        place.Ledger.Begin(Settled, last);
        for (var sequence = first; sequence <= last; sequence++)
        {
            if (IsOpened(sequence)) journal.Settle(sequence, Settlement.Settled, 1);
        }

        await WrittenAsync(journal, health);
        place.Ledger.Acknowledge(Settled, last);
    }

    private static async Task WrittenAsync(PassageJournal journal, HealthBoard health)
    {
        while (!journal.IsWritten)
        {
            await Task.Delay(LookAgain, TimeProvider.System);
            if (health.Items.FirstOrDefault(static item => item.State == "failed") is { } failed) throw new HarnessException(failed.Text);
        }
    }

    private static Finding Judge(SqliteConnection connection, PassageJournal journal, LedgerAtCut ledger)
    {
        var settled = ledger.Of(Settled).Least;
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT sequence, at_ms, microseconds, opened, settlement FROM passage ORDER BY sequence";
        using var rows = select.ExecuteReader();
        var last = 0L;
        while (rows.Read())
        {
            var sequence = rows.GetInt64(0);
            if (sequence != last + 1) return new Finding(FindingKind.Lost, $"record {last + 1} is missing, {sequence} is there");
            var expected = RecordOf(sequence);
            if (rows.GetInt64(1) != expected.At.ToUnixTimeMilliseconds() || rows.GetInt64(2) != expected.Microseconds || rows.GetBoolean(3) != expected.IsOpened)
                return new Finding(FindingKind.Neither, $"record {sequence} is not what was written");
            if (sequence <= settled && expected.IsOpened && (Settlement)rows.GetByte(4) != Settlement.Settled)
                return new Finding(FindingKind.Lost, $"what became of record {sequence} was acknowledged");
            last = sequence;
        }

        var found = Finding.Of("the last record", last, ledger.Of("journal"));
        if (found.Kind != FindingKind.Kept) return found;
        return journal.ReserveSequence() > last ? Finding.Kept : new Finding(FindingKind.Neither, $"number {last} would be given twice");
    }

    private static bool IsOpened(long sequence) => sequence % 3 != 0;

    private static PassageRecord RecordOf(long sequence) => new(
        sequence, Begin + TimeSpan.FromSeconds(sequence), true, "metro-1", "camera",
        new Verdict(Outcome.Admit, Reason.None, Condition.None, Assurance.Signed, new SnapshotVersions(3, 2, 9)),
        Signal.Pass, IsOpened(sequence), 1, sequence * 7 % 100_000);

    private static PassageJournal Open(string folder, HealthBoard health) =>
        PassageJournal.Open(folder, new PassageFeed(), health, TimeProvider.System);
}
