using PowerCut;
using PowerCut.Subjects;

namespace EndToEnd.Tests;

/// <summary><c>./dev powercut</c> at the length its users run, with fewer cuts: the disk of a gate that writes is cut forty times.
/// Needs root, FUSE and loop devices.</summary>
public sealed class PowerCutTests
{
    private const int ExitNoDisk = 3;

    [Fact]
    public async Task After_forty_power_cuts_nothing_acknowledged_is_lost_and_without_syncs_it_is()
    {
        var ended = await Programs.RunAsync(
            Path.Combine(Programs.Checkout, "tools", "PowerCut", "namespace.sh"),
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "powercut.dll"), "run", "--cuts", "40"]);

        if (ended.Code == ExitNoDisk) Assert.Skip(ended.Errors.Trim());
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Contains("0 lost what was acknowledged, 0 neither old nor new, 0 corrupt; the control fails as it must", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Lost", 3, true)]
    [InlineData("Corrupt", 3, true)]
    [InlineData("Corrupt", 0, false)]
    [InlineData("Kept", 0, false)]
    public void A_control_that_loses_or_damages_what_was_acknowledged_shows_something(string kind, int destroyed, bool shows)
    {
        int[] counts = [17, 0, 0, 0];
        counts[(int)Enum.Parse<FindingKind>(kind)] += 3;
        SubjectResult ResultOf(string subject) => new(subject, 100, counts, destroyed, string.Empty);

        Assert.Equal(shows, Report.Shows(new RunResult(1_000, 0, 0, [ResultOf("journal"), ResultOf("files")])));
    }
}
