using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CardReader.Tests.Readers;

/// <summary>A real pcscd with a virtual reader, and a hand that lays cards on it: card-table.sh, virtual-card.</summary>
internal sealed partial class CardTable : IDisposable
{
    private const int Absent = 77;

    // libpcsclite looks for the daemon's socket once in a process, so every table of this process stands at one place.
    private static readonly Lazy<string> Place = new(Choose);
    private readonly Process process;

    private CardTable(Process process) => this.process = process;

    /// <summary>Sets a table up; skips the test where that cannot be.</summary>
    public static async Task<CardTable> OpenAsync()
    {
        var folder = AppContext.BaseDirectory;
        var start = new ProcessStartInfo("bash")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[Path.Combine(folder, "Readers", "card-table.sh"), Place.Value, "dotnet", Path.Combine(folder, "virtual-card.dll")])
            start.ArgumentList.Add(argument);
        var table = new CardTable(Process.Start(start)!);
        await table.process.StandardInput.WriteLineAsync("remove");
        if (await table.ReadLineAsync() == "ok") return table;

        var cause = await table.process.StandardError.ReadToEndAsync();
        await table.process.WaitForExitAsync();
        var code = table.process.ExitCode;
        table.Dispose();
        Assert.SkipWhen(code == Absent, $"No card can be laid on a virtual reader here: {cause.Trim()}.");
        throw new InvalidOperationException($"The card table ended with {code}: {cause}");
    }

    /// <summary>Tells the hand what to do: <c>insert KIND HEX</c> or <c>remove</c>.</summary>
    public async Task TellAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        Assert.Equal("ok", await ReadLineAsync());
    }

    /// <summary>Pulls the plug: daemon, reader and card are gone at once.</summary>
    public void Unplug()
    {
        process.Kill();
        process.WaitForExit(Shown.Patience);
    }

    public void Dispose()
    {
        if (!process.HasExited) Unplug();
        process.Dispose();
    }

    private async Task<string?> ReadLineAsync() => await process.StandardOutput.ReadLineAsync().WaitAsync(Shown.Patience);

    private static string Choose()
    {
        var folder = Directory.CreateTempSubdirectory("gate-cards-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Assert.Equal(0, SetEnvironment("PCSCLITE_CSOCK_NAME", Path.Combine(folder, "pcscd", "pcscd.comm"), 1));
        return folder;
    }

    // The runtime keeps an environment of its own; the library reads the process's.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
