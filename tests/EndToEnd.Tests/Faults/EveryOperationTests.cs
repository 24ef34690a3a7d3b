using System.Globalization;
using Distribution;
using Distribution.Lists;
using FaultyDisk;
using Verifier.AllowList;
using Verifier.Trust;

namespace EndToEnd.Tests.Faults;

/// <summary>
/// Every single operation of the disk fails once as the first of all that follow, while a gate takes documents, an hour of
/// changes, a new base or a page: as on a card that is full from there on, or dies there. What the gate held before goes on serving,
/// also over a restart; when the disk is well again, the same step succeeds and leaves nothing half behind.
/// </summary>
public sealed class EveryOperationTests(Publications publications) : IClassFixture<Publications>
{
    // A step that needs more operations than this never ends.
    private const int PointsMax = 2_000;

    // Reading needs many operations, and one after another do the same.
    private const int ReadingStep = 5;

    [Theory]
    [InlineData(0, 1, Disk.Full, "ENOSPC")]
    [InlineData(0, 1, "change", "EIO")]
    [InlineData(1, 2, Disk.Full, "ENOSPC")]
    [InlineData(1, 2, "change", "EIO")]
    [InlineData(2, 3, Disk.Full, "ENOSPC")]
    [InlineData(2, 3, "change", "EIO")]
    public async Task Wherever_the_disk_fails_an_update_the_set_before_counts_and_the_update_succeeds_later(int held, int next, string operations, string error)
    {
        await using var disk = await Disk.MountAsync();
        var points = 0;
        for (; points < PointsMax; points++)
        {
            disk.Fill(publications.StateOf(held));
            var before = await RestartAsync(disk);
            disk.Break(Rule(operations, error, points));

            var taken = await UpdateAsync(disk, next, before);

            var isMet = disk.Hits.Count > 0;
            var stands = AssertStands(disk, before, taken, held, next, points);
            var restarted = await RestartAsync(disk);
            AssertServes(restarted, stands == next ? [next] : [held, next], points);
            disk.Mend();
            if (error == "ENOSPC") AssertNothingHalf(disk, points);
            var after = await UpdateAsync(disk, next, restarted);
            AssertServes(after.Snapshot, [next], points);
            Close(before, taken.Snapshot, restarted, after.Snapshot);
            Close(await RestartAsync(disk));
            AssertNothingHalf(disk, points);
            if (!isMet) break;
        }

        Assert.InRange(points, 10, PointsMax - 1);
    }

    [Theory]
    [InlineData(Disk.Full, "ENOSPC")]
    [InlineData("change", "EIO")]
    [InlineData(Disk.Reading, "EIO")]
    public async Task Wherever_the_disk_fails_a_new_base_the_one_before_serves_and_the_new_one_is_made_later(string operations, string error)
    {
        await using var disk = await Disk.MountAsync();
        var points = 0;
        for (; points < PointsMax; points++)
        {
            disk.Fill(publications.StateOf(3));
            var before = await RestartAsync(disk);
            var served = (ServedList)before!.Pages!;
            disk.Break(Rule(operations, error, points));

            var failure = await Record.ExceptionAsync(() => Rebase.RunAsync(served, publications.FetchOf(3), pace: null, default));

            var isMet = disk.Hits.Count > 0;
            Assert.True(failure is null or IOException, $"Point {points}: {failure}");
            if (operations != Disk.Reading) AssertServes(before, [3], points);
            disk.Mend();
            if (error == "ENOSPC") AssertNothingHalf(disk, points);
            AssertServes(before, [3], points);
            var restarted = await RestartAsync(disk);
            AssertServes(restarted, [3], points);
            await Rebase.RunAsync((ServedList)restarted!.Pages!, publications.FetchOf(3), pace: null, default);
            var after = await UpdateAsync(disk, 3, restarted);
            AssertServes(after.Snapshot, [3], points);
            Assert.Null(((ServedList)after.Snapshot!.Pages!).Pending);
            Close(before, restarted, after.Snapshot);
            Close(await RestartAsync(disk));
            AssertNothingHalf(disk, points);
            if (!isMet) break;
        }

        Assert.InRange(points, 5, PointsMax - 1);
    }

    [Theory]
    [InlineData(Disk.Full, "ENOSPC")]
    [InlineData("change", "EIO")]
    public async Task Wherever_the_disk_fails_the_change_to_a_new_base_one_of_the_two_serves(string operations, string error)
    {
        await using var disk = await Disk.MountAsync();
        var points = 0;
        for (; points < PointsMax; points++)
        {
            disk.Fill(publications.StateOf(3));
            var before = await RestartAsync(disk);
            Assert.NotNull(((ServedList)before!.Pages!).Pending);
            foreach (var made in Directory.GetFiles(Path.Combine(publications.StateWithPages, "targets")))
                File.Copy(made, Path.Combine(disk.Behind, "targets", Path.GetFileName(made)), overwrite: true);
            disk.Break(Rule(operations, error, points));

            var taken = await UpdateAsync(disk, 3, before);

            var isMet = disk.Hits.Count > 0;
            AssertServes(before, [3], points);
            AssertServes(taken.Snapshot ?? before, [3], points);
            disk.Mend();
            var restarted = await RestartAsync(disk);
            AssertServes(restarted, [3], points);
            var after = await UpdateAsync(disk, 3, restarted);
            Assert.Null(((ServedList)(after.Snapshot ?? restarted)!.Pages!).Pending);
            Close(before, taken.Snapshot, restarted, after.Snapshot);
            AssertNothingHalf(disk, points);
            if (!isMet) break;
        }

        Assert.InRange(points, 1, PointsMax - 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Wherever_reading_fails_nothing_older_is_taken_and_the_gate_goes_on_when_the_disk_is_well(int offered)
    {
        await using var disk = await Disk.MountAsync();
        var points = 0;
        for (; points < PointsMax; points += ReadingStep)
        {
            disk.Fill(publications.StateOf(2));
            disk.Break(Rule(Disk.Reading, "EIO", points));

            // One operation fails, and all others do not: what was there is not found.
            var restarted = await RestartAsync(disk);
            var isMet = disk.Hits.Count > 0;
            disk.Break(OneRule(points));
            var taken = await UpdateAsync(disk, offered, present: null);

            isMet |= disk.Hits.Count > 0;
            disk.Mend();
            if (restarted is not null) AssertServes(restarted, [2], points);
            if (taken.Snapshot is not null && !publications.Serves(taken.Snapshot, 2)) Assert.Fail($"Point {points}: {disk.Hits[0]} made it take an older set.");
            var again = await RestartAsync(disk);
            AssertServes(again, [2], points);
            Close(restarted, taken.Snapshot, again);
            if (!isMet) break;
        }

        Assert.InRange(points, 10, PointsMax - 1);
    }

    [Theory]
    [InlineData("read * EIO", PageState.Unreadable)]
    [InlineData("write * ENOSPC", PageState.None)]
    [InlineData("write * EIO", PageState.None)]
    [InlineData("fsync * EIO", PageState.None)]
    public async Task A_page_that_cannot_be_repaired_is_repaired_when_the_disk_is_well(string rule, PageState found)
    {
        await using var disk = await Disk.MountAsync();
        disk.Fill(publications.StateOf(1));
        await DamageAsync(Directory.GetFiles(Path.Combine(disk.Behind, "targets"), "*.gal").Single());
        var present = await RestartAsync(disk);
        using var care = PageCare.Open((ServedList)present!.Pages!);
        Assert.Equal(PageState.Tampered, care.Look(0));
        disk.Break(rule);

        var ended = await Record.ExceptionAsync(async () => Assert.Equal(found, await care.RepairAsync(0, publications.FetchOf(1), default)));

        Assert.Equal(found == PageState.None, ended is IOException);
        Assert.NotEmpty(disk.Hits);
        disk.Mend();
        Assert.Equal(PageState.Sound, await care.RepairAsync(0, publications.FetchOf(1), default));
        AssertServes(present, [1], 0);
        Close(present);
    }

    private static string Rule(string operations, string error, int skip) =>
        string.Create(CultureInfo.InvariantCulture, $"{operations} * {error} {skip}");

    // The operation after so many fails; those after it meet no rule that fails them.
    private static string OneRule(int skip) => string.Create(CultureInfo.InvariantCulture, $"{Disk.Reading} * EIO-once {skip}");

    private static async Task<TrustedSnapshot?> RestartAsync(Disk disk)
    {
        try
        {
            var opened = await SnapshotStore.OpenHeldAsync(OptionsOf(disk), CancellationToken.None);
            Assert.True(opened.Snapshot is not null || opened.Fault is { Length: > 0 });
            return opened.Snapshot;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<SnapshotResult> UpdateAsync(Disk disk, int number, TrustedSnapshot? present)
    {
        try
        {
            return await SnapshotStore.UpdateAsync(OptionsOf(disk), publications.FetchOf(number), Publications.At(number), present, CancellationToken.None);
        }
        catch (IOException failed)
        {
            return new SnapshotResult(null, failed.Message);
        }
    }

    private int AssertStands(Disk disk, TrustedSnapshot? before, SnapshotResult taken, int held, int next, int points)
    {
        if (before is not null) AssertServes(before, [held], points);
        else Assert.Equal(0, held);
        if (taken.Snapshot is null)
        {
            Assert.NotEmpty(taken.Fault!);
            Assert.True(disk.Hits.Count > 0, $"Point {points}: {taken.Fault}");
            return held;
        }

        AssertServes(taken.Snapshot, [next], points);
        return next;
    }

    private void AssertServes(TrustedSnapshot? snapshot, ReadOnlySpan<int> numbers, int points)
    {
        if (snapshot is null)
        {
            Assert.True(numbers.Contains(0), $"Point {points}: nothing counts.");
            return;
        }

        var isServed = false;
        foreach (var number in numbers) isServed |= number > 0 && publications.Serves(snapshot, number);
        Assert.True(isServed, $"Point {points}: sequence {snapshot.List.Overlay.Sequence} gives other answers.");
    }

    private static void AssertNothingHalf(Disk disk, int points)
    {
        var left = Directory.GetFiles(disk.Behind, "*", SearchOption.AllDirectories)
            .Where(static path => path.EndsWith(".new", StringComparison.Ordinal) || path.EndsWith(".part", StringComparison.Ordinal)).ToList();
        Assert.True(left.Count == 0, $"Point {points}: {string.Join(' ', left.Select(Path.GetFileName))} left.");
        var sets = Directory.Exists(Path.Combine(disk.Behind, "metadata")) ? Directory.GetDirectories(Path.Combine(disk.Behind, "metadata"), "set-*").Length : 0;
        Assert.InRange(sets, 0, 2);
    }

    private static async Task DamageAsync(string pages)
    {
        await using var file = new FileStream(pages, FileMode.Open, FileAccess.ReadWrite);
        file.Position = ListPageLayout.PageSize + 40;
        var old = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(old ^ 1));
    }

    private static SnapshotStoreOptions OptionsOf(Disk disk) => new() { StateFolder = disk.Path };

    private static void Close(params ReadOnlySpan<TrustedSnapshot?> snapshots)
    {
        foreach (var snapshot in snapshots) snapshot?.Pages?.Dispose();
    }
}
