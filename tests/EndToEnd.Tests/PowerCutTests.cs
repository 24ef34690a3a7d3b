namespace EndToEnd.Tests;

/// <summary>A short run of <c>./dev powercut</c>: the disk of a gate that writes is cut forty times. Needs root, FUSE and loop
/// devices.</summary>
public sealed class PowerCutTests
{
    private const int ExitNoDisk = 3;

    [Fact]
    public async Task After_forty_power_cuts_nothing_acknowledged_is_lost_and_without_syncs_it_is()
    {
        var ended = await Programs.RunAsync(
            Path.Combine(Programs.Checkout, "tools", "PowerCut", "namespace.sh"),
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "powercut.dll"), "run", "--cuts", "40", "--seconds", "2"]);

        if (ended.Code == ExitNoDisk) Assert.Skip(ended.Errors.Trim());
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Contains("0 lost what was acknowledged, 0 neither old nor new, 0 corrupt; the control fails as it must", ended.Output, StringComparison.Ordinal);
    }
}
