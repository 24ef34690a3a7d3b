using System.Diagnostics;
using Distribution.Lists;

namespace Distribution.Tests.Lists;

/// <summary>
/// A disk that is full in the middle of the work. The tests run themselves again in a mount namespace of their own, on a
/// small file system in memory: there a write fails as on a full card.
/// </summary>
public sealed class FullDiskTests
{
    private const string SmallDisk = "GATE_TEST_SMALL_DISK";
    private const string Mount = """set -e; mkdir -p "$1"; mount -t tmpfs -o size=160k tmpfs "$1"; exec "$0" --progress off --filter-method "$2" """;

    [Fact]
    public async Task A_full_disk_in_the_middle_of_a_new_base_is_a_fault_and_the_list_before_goes_on()
    {
        if (await RanOnSmallDiskAsync(nameof(A_full_disk_in_the_middle_of_a_new_base_is_a_fault_and_the_list_before_goes_on))) return;
        using var stage = new ListStage(4, 2_500);
        for (var hour = 1; hour <= 3; hour++) stage.NextHour(hour, 1);
        using var before = await stage.UpdateAsync();
        var next = stage.NextBase();
        using var bridging = await stage.UpdateAsync(before);
        Assert.NotNull(bridging.Pending);
        var filler = await FillAsync(leaveBytes: 10_000);

        await Assert.ThrowsAsync<IOException>(() => Rebase.RunAsync(bridging, stage.Repository.ReadAsync, pace: null, default));

        stage.AssertServes(bridging);
        Assert.False(stage.Lists.HasPages(next));
        Assert.DoesNotContain(Directory.GetFiles(stage.Targets), static path => path.EndsWith(".part", StringComparison.Ordinal));
        using var restarted = await stage.RestartAsync();
        stage.AssertServes(restarted);
        File.Delete(filler);
        Assert.True((await Rebase.RunAsync(bridging, stage.Repository.ReadAsync, pace: null, default)).IsDone);
    }

    [Fact]
    public async Task A_full_disk_at_an_hour_of_changes_is_a_fault_and_the_hour_before_goes_on()
    {
        if (await RanOnSmallDiskAsync(nameof(A_full_disk_at_an_hour_of_changes_is_a_fault_and_the_hour_before_goes_on))) return;
        using var stage = new ListStage(4, 2_500);
        stage.NextHour(1);
        using var before = await stage.UpdateAsync();
        var truth = stage.World.Truth.ToDictionary();
        stage.NextHour(2, 1);
        var filler = await FillAsync(leaveBytes: 0);

        await Assert.ThrowsAsync<IOException>(() => stage.UpdateAsync(before));

        using var restarted = await stage.RestartAsync();
        stage.AssertServes(restarted, truth);
        File.Delete(filler);
        using var after = await stage.UpdateAsync(restarted);
        stage.AssertServes(after);
    }

    // True in the process that only starts the other one.
    private static async Task<bool> RanOnSmallDiskAsync(string test)
    {
        if (Environment.GetEnvironmentVariable(SmallDisk) is not null) return false;
        var place = Directory.CreateTempSubdirectory("small-disk-").FullName;
        var start = new ProcessStartInfo("unshare", [Environment.UserName == "root" ? "-m" : "-rm", "sh", "-c", Mount, Environment.ProcessPath!, place, $"*.{test}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [SmallDisk] = place, ["TMPDIR"] = place },
        };
        using var other = Process.Start(start)!;
        var said = await other.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        Directory.Delete(place, recursive: true);
        Assert.True(other.ExitCode == 0 && said.Contains("succeeded: 1", StringComparison.Ordinal), said);
        return true;
    }

    private static async Task<string> FillAsync(int leaveBytes)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable(SmallDisk)!, "filler");
        await using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var free = new DriveInfo(path).AvailableFreeSpace;
        await filler.WriteAsync(new byte[free - leaveBytes]);
        return path;
    }
}
