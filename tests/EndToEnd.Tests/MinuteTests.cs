using System.Text.Json;

namespace EndToEnd.Tests;

/// <summary>A minute of sixty people on the real clock, on the published programs. <c>./dev bench line --per-minute 60</c>
/// plays longer ones and holds the figures to their limits; here only that nobody is missed: machines of tests are noisy.
/// </summary>
public sealed class MinuteTests
{
    private const int ExitNoNamespaces = 3;

    [Fact]
    public async Task Of_sixty_people_a_minute_nobody_is_missed()
    {
        if (Environment.GetEnvironmentVariable("CI") is null) Assert.Skip("It takes a minute: set CI=true.");
        using var folder = new TemporaryFolder();

        var ended = await Programs.RunBenchAsync(folder.Path, "--people", "20000", "--per-minute", "60", "--passages", "20", "--frames", "10", "--json");

        if (ended.Code == ExitNoNamespaces) Assert.Skip("This kernel does not let this user make namespaces, which the virtual card needs.");
        using var figures = JsonDocument.Parse(ended.Output);
        var counts = figures.RootElement.GetProperty("figures").EnumerateArray()
            .ToDictionary(static one => one.GetProperty("figure").GetString()!, static one => one.GetProperty("count").GetInt32());
        Assert.Equal((20, 10), (counts["last byte to relay edge"], counts["camera frame to relay edge"]));
        Assert.DoesNotContain("was not opened", ended.Errors, StringComparison.Ordinal);
    }
}
