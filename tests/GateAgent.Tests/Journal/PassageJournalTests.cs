using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Verifier.Credentials;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Tests.Journal;

/// <summary>On real files. An unclean end is a folder copied while the journal is open: what a killed process leaves.</summary>
public sealed class PassageJournalTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly HealthBoard health = new(TimeProvider.System);

    [Fact]
    public async Task A_clean_stop_loses_nothing_and_the_next_start_goes_on_counting()
    {
        await using (var journal = Open(folder.Path))
        {
            for (var count = 0; count < 1_000; count++) journal.Append(Record(journal.ReserveSequence()));
        }

        await using var next = Open(folder.Path);

        Assert.Equal(1_000, next.Records);
        Assert.Equal(0, next.LostRecords);
        Assert.Equal(1_001, next.ReserveSequence());
        Assert.Equal("well", Item().State);
    }

    [Fact]
    public async Task What_was_written_is_read_back_as_it_was()
    {
        var record = Record(1) with { IsOpened = true, Microseconds = 812 };
        await using (var journal = Open(folder.Path)) journal.Append(record);

        var read = Assert.Single(JournalReader.Read(folder.At("journal.db"), new JournalQuery(null, null, null, 10)));

        Assert.Equal(PassageEvents.Of(record), read);
    }

    [Fact]
    public async Task Records_of_one_moment_share_one_transaction_within_fifty_milliseconds()
    {
        await using var journal = Open(folder.Path);
        var since = TimeProvider.System.GetTimestamp();
        for (var count = 0; count < 100; count++) journal.Append(Record(journal.ReserveSequence()));

        while (JournalReader.Count(journal.Path) == 0) await Task.Yield();
        var first = TimeProvider.System.GetElapsedTime(since);

        Assert.Equal(100, JournalReader.Count(journal.Path));
        Assert.True(first >= PassageJournal.GroupWithin / 2, $"A group of {first.TotalMilliseconds} ms gathers nothing.");
    }

    [Fact]
    public async Task A_killed_process_has_its_lost_records_counted_and_their_numbers_are_not_given_again()
    {
        using var left = new TemporaryFolder();
        await using (var journal = Open(folder.Path))
        {
            journal.Append(Record(journal.ReserveSequence()));
            while (journal.Records == 0) await Task.Yield();
        }

        CopyTo(left);
        MarkUnclean(left);
        using (var counter = new HandoverCounter(left.At("journal.count"))) counter.Set(4, 4);

        await using (var next = Open(left.Path))
        {
            Assert.Equal(3, next.LostRecords);
            Assert.Equal(5, next.ReserveSequence());
            Assert.Equal("degraded", Item().State);
            Assert.Contains("3 records", Item().Text, StringComparison.Ordinal);
        }

        await using var after = Open(left.Path);
        Assert.Equal(0, after.LostRecords);
        Assert.Equal(3L, Scalar(left, "SELECT sum(lost_records) FROM run"));
    }

    [Fact]
    public async Task The_counter_knows_records_that_no_transaction_holds_yet()
    {
        using var left = new TemporaryFolder();
        await using (var journal = Open(folder.Path))
        {
            using (var writer = JournalDatabase.OpenForDeleting(journal.Path))
            {
                JournalDatabase.Execute(writer, "BEGIN IMMEDIATE");
                journal.Append(Record(journal.ReserveSequence()));
                journal.Append(Record(journal.ReserveSequence()));
                while (ReadCount() < 2) await Task.Yield();
                CopyTo(left);
                JournalDatabase.Execute(writer, "ROLLBACK");
            }
        }

        await using var next = Open(left.Path);

        Assert.Equal(2, next.LostRecords);
    }

    [Fact]
    public async Task A_record_that_is_there_already_does_not_stop_the_others()
    {
        await using (var journal = Open(folder.Path))
        {
            journal.Append(Record(1));
            journal.Append(Record(1));
            journal.Append(Record(2));
        }

        Assert.Equal(2, JournalReader.Count(folder.At("journal.db")));
        Assert.Contains("1 records were dropped", Item().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_starts_that_cannot_read_the_file_do_not_give_one_number_twice()
    {
        const int Passages = 10_000;
        Directory.CreateDirectory(folder.At("journal.db"));
        var unset = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var set = new FakeTimeProvider(At);

        var first = await FirstNumberAsync(unset);
        var second = await FirstNumberAsync(unset);
        Assert.True(Math.Abs(first - second) > Passages, $"{first} and {second} with a clock that is not set: once in 100,000,000 runs.");

        first = await FirstNumberAsync(set);
        set.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await FirstNumberAsync(set) - first > Passages);

        async Task<long> FirstNumberAsync(FakeTimeProvider time)
        {
            var journal = PassageJournal.Open(folder.Path, new PassageFeed(), health, time);
            var number = journal.ReserveSequence();
            var closing = journal.DisposeAsync();
            time.Advance(TimeSpan.FromSeconds(1));
            await closing;
            return number;
        }
    }

    [Fact]
    public async Task A_file_that_another_holds_when_the_disk_works_again_is_tried_until_it_is_free()
    {
        Directory.CreateDirectory(folder.At("journal.db"));
        await using (var journal = Open(folder.Path))
        {
            journal.Append(Record(journal.ReserveSequence()));
            using (new HandoverCounter(folder.At("journal.count")))
            {
                Directory.Delete(folder.At("journal.db"));
                while (!Item().Text.Contains("being used", StringComparison.Ordinal)) await Task.Yield();
            }

            while (journal.Records == 0) await Task.Yield();
        }

        Assert.Equal(1, JournalReader.Count(folder.At("journal.db")));
    }

    [Fact]
    public async Task A_damaged_journal_is_set_aside_and_the_gate_goes_on()
    {
        await File.WriteAllTextAsync(folder.At("journal.db"), new string('x', 8_192));

        await using (var journal = Open(folder.Path)) journal.Append(Record(journal.ReserveSequence()));

        Assert.Equal(1, JournalReader.Count(folder.At("journal.db")));
        Assert.True(File.Exists(folder.At("journal.db.damaged")));
        Assert.Equal("degraded", Item().State);
    }

    [Theory]
    [InlineData("ALTER TABLE passage DROP COLUMN settlement; DROP TABLE incident; PRAGMA user_version = 1")]
    [InlineData("ALTER TABLE incident DROP COLUMN made_by; PRAGMA user_version = 2")]
    public async Task A_journal_of_an_earlier_version_is_taken_over_with_what_it_holds(string back)
    {
        const string Newest = "ALTER TABLE passage DROP COLUMN people; ALTER TABLE passage DROP COLUMN passed; DROP TABLE mode; ";
        await using (var first = Open(folder.Path)) first.Append(Record(1));
        using (var writer = JournalDatabase.OpenForDeleting(folder.At("journal.db"))) JournalDatabase.Execute(writer, Newest + back);

        await using (var second = Open(folder.Path)) second.Append(Record(2) with { IsOpened = true });

        Assert.Equal("1,2", Scalar(folder, "SELECT group_concat(sequence) FROM passage"));
    }

    [Fact]
    public async Task An_admitted_passage_is_settled_and_one_that_a_cut_left_open_is_unknown()
    {
        await using (var journal = Open(folder.Path))
        {
            for (var sequence = 1; sequence <= 4; sequence++) journal.Append(Record(sequence) with { IsOpened = sequence < 4 });
            journal.Append(Record(5) with { IsOpened = true, People = 4 });
            journal.Settle(1, Settlement.Settled, 1);
            journal.Settle(2, Settlement.Annulled, 0);
            journal.Settle(5, Settlement.Annulled, 3);
        }

        await using (Open(folder.Path))
        {
        }

        Assert.Equal("1,2,4,0,2", Scalar(folder, "SELECT group_concat(settlement) FROM passage"));
        Assert.Equal("1,0,0,0,3", Scalar(folder, "SELECT group_concat(passed) FROM passage"));
    }

    [Fact]
    public async Task An_incident_is_written_down_and_kept_as_long_as_a_passage()
    {
        await using (var journal = Open(folder.Path)) journal.Append(new IncidentRecord(At, true, "metro-1", Incident.DoorForced, "0102030405060708"));
        var query = new JournalQuery(At, null, null, 10);
        Assert.Equal(
            new LocalApi.IncidentEvent(At, true, "metro-1", 7, "doorForced", "0102030405060708"),
            Assert.Single(JournalReader.ReadIncidents(folder.At("journal.db"), query)));
        Assert.Empty(JournalReader.ReadIncidents(folder.At("journal.db"), query with { From = At + TimeSpan.FromSeconds(1) }));

        Retention.DeleteBefore(folder.At("journal.db"), At + TimeSpan.FromSeconds(1), CancellationToken.None);

        Assert.Equal(0L, Scalar(folder, "SELECT count(*) FROM incident"));
    }

    [Fact]
    public async Task A_journal_of_a_later_version_is_left_alone()
    {
        await using (Open(folder.Path))
        {
        }

        using (var writer = JournalDatabase.OpenForDeleting(folder.At("journal.db")))
            JournalDatabase.Execute(writer, "PRAGMA user_version = 4");

        var refused = Assert.Throws<InvalidDataException>(() => Open(folder.Path));
        Assert.Contains("version 4", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_agents_never_write_one_journal()
    {
        await using var journal = Open(folder.Path);

        Assert.Throws<IOException>(() => Open(folder.Path));
    }

    [Fact]
    public async Task Retention_deletes_what_is_older_in_pieces_and_keeps_the_rest()
    {
        await using var journal = Open(folder.Path);
        for (var count = 0; count < Retention.PieceMax + 1; count++) journal.Append(Record(journal.ReserveSequence()) with { At = At - TimeSpan.FromDays(1) });
        journal.Append(Record(journal.ReserveSequence()));
        while (journal.Records < Retention.PieceMax + 2) await Task.Yield();

        var deleted = Retention.DeleteBefore(journal.Path, At, CancellationToken.None);

        Assert.Equal(Retention.PieceMax + 1, deleted);
        Assert.Equal(1, JournalReader.Count(journal.Path));
    }

    [Fact]
    public async Task A_lane_never_waits_and_an_overflow_is_counted()
    {
        await using (var journal = Open(folder.Path))
        {
            using var writer = JournalDatabase.OpenForDeleting(journal.Path);
            JournalDatabase.Execute(writer, "BEGIN IMMEDIATE");
            for (var count = 0; count < PassageJournal.WaitingMax + 1_000; count++) journal.Append(Record(journal.ReserveSequence()));
            JournalDatabase.Execute(writer, "ROLLBACK");

            Assert.Equal("failed", Item().State);
            Assert.Contains("dropped", Item().Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_column_of_the_journal_has_room_for_an_identity()
    {
        await using (Open(folder.Path))
        {
        }

        string[] columns =
        [
            "sequence", "at_ms", "clock_believed", "lane", "reader", "outcome", "reason", "condition", "signal", "opened",
            "assurance", "policy_version", "list_epoch", "snapshot_version", "microseconds",
            "settlement", "people", "passed",
        ];
        Assert.Equal(string.Join(',', columns), Scalar(folder, "SELECT group_concat(name) FROM pragma_table_info('passage')"));
    }

    public void Dispose() => folder.Dispose();

    private static PassageRecord Record(long sequence) => new(
        sequence, At, true, "metro-1", "camera",
        new Verdict(Outcome.Refer, Reason.NotListed, Condition.None, Assurance.Signed, new SnapshotVersions(3, 2, 9)),
        Signal.SeeStaff, false, 1, 400);

    private static object? Scalar(TemporaryFolder from, string statement)
    {
        using var connection = JournalDatabase.OpenForReading(from.At("journal.db"));
        return JournalDatabase.Scalar(connection, statement);
    }

    private static void MarkUnclean(TemporaryFolder left)
    {
        using SqliteConnection connection = JournalDatabase.OpenForDeleting(left.At("journal.db"));
        JournalDatabase.Execute(connection, "UPDATE run SET ended_cleanly = 0");
    }

    private PassageJournal Open(string path) => PassageJournal.Open(path, new PassageFeed(), health, TimeProvider.System);

    private LocalApi.HealthItem Item() => health.Items.Single(item => item.Component == "journal");

    private long ReadCount()
    {
        using var copy = new TemporaryFolder();
        CopyTo(copy);
        using var counter = new HandoverCounter(copy.At("journal.count"));
        return counter.Count;
    }

    private void CopyTo(TemporaryFolder left)
    {
        // The journal locks its counter against a second agent, and the library honours that; a disk does not.
        using var copy = System.Diagnostics.Process.Start("cp", ["-a", folder.Path + "/.", left.Path]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }
}
