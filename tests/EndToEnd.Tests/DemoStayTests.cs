using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Demo;

namespace EndToEnd.Tests;

/// <summary>What a newcomer reads of the demo, and does with what it prints.</summary>
public sealed partial class DemoStayTests
{
    private const int ExitNoNamespaces = 3;

    [Fact]
    public async Task Every_command_that_the_staying_gate_names_answers_and_the_columns_are_explained()
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(
            Path.Combine(Programs.Checkout, "tools", "Demo", "namespace.sh"),
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "demo.dll"), "run", "--gate", Programs.Gate, "--folder", folder.Path, "--people", "20000", "--stay"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var demo = Process.Start(start)!;
        var printed = await ReadUntilAsync(demo, "Ctrl-C ends it.");
        if (printed.Length == 0 && demo.HasExited && demo.ExitCode == ExitNoNamespaces)
            Assert.Skip("This kernel does not let this user make namespaces, which the virtual card needs.");

        try
        {
            foreach (var column in new[] { "lane ", "sees ", "hears ", "reason ", "12345" })
                Assert.Contains(column, printed, StringComparison.Ordinal);
            var named = Command().Matches(printed).Select(static one => one.Groups["verb"].Value).ToList();
            Assert.Equal(4, named.Count);
            foreach (var verb in named.Where(static verb => verb != "watch"))
            {
                var answered = await Programs.RunGateAsync(
                    "gatectl", [.. verb.Split(' '), "--socket", Path.Combine(folder.Path, "run", "control.sock")]);

                // 1 says that something is not well: the list's page that the demo damaged.
                Assert.True(answered.Code == 0 || (verb == "status" && answered.Code == 1), $"{verb}: {answered.Output}{answered.Errors}");
            }
        }
        finally
        {
            await EndAsync(demo);
        }
    }

    [Fact]
    public async Task The_time_to_ready_is_waited_for_and_is_an_error_where_it_never_comes()
    {
        using var folder = new TemporaryFolder();
        var log = Path.Combine(folder.Path, "agent.log");
        await File.WriteAllTextAsync(log, "the socket answers already\n", TestContext.Current.CancellationToken);

        var waiting = StageLog.ReadyMsAsync(log, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(log, "ready 41 ms after its start\n", TestContext.Current.CancellationToken);

        Assert.Equal(41, await waiting);
        await File.WriteAllTextAsync(log, "ready soon\n", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<IOException>(() => StageLog.ReadyMsAsync(log, TimeSpan.Zero, TestContext.Current.CancellationToken));
    }

    private static async Task<string> ReadUntilAsync(Process process, string last)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        var printed = new System.Text.StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            printed.AppendLine(line);
            if (line.Contains(last, StringComparison.Ordinal)) return printed.ToString();
        }

        await process.WaitForExitAsync(patience.Token);
        return printed.ToString();
    }

    // As Ctrl-C does: the demo is the child of unshare, which hands no signal on.
    private static async Task EndAsync(Process unshare)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        var parent = unshare.Id.ToString(CultureInfo.InvariantCulture);
        var children = (await File.ReadAllTextAsync($"/proc/{parent}/task/{parent}/children", patience.Token)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var interrupt = Process.Start("kill", ["-INT", .. children]);
        await interrupt.WaitForExitAsync(patience.Token);
        await unshare.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!unshare.HasExited) unshare.Kill(entireProcessTree: true);
    }

    [GeneratedRegex(@"gatectl (?<verb>[a-z]+( \S+)?)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Command();
}
