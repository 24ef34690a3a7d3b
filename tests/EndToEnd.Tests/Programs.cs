using System.Diagnostics;

namespace EndToEnd.Tests;

/// <summary>What a program said and how it ended.</summary>
internal sealed record Ended(int Code, string Output, string Errors);

/// <summary>Runs the published programs and the tools, as a user would.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The checkout.</summary>
    public static string Checkout { get; } = FindCheckout();

    /// <summary>The folder of the published programs.</summary>
    public static string Gate => Path.Combine(Checkout, "artifacts", "gate");

    /// <summary>Runs a published program.</summary>
    public static Task<Ended> RunGateAsync(string program, params string[] arguments) =>
        RunAsync(Path.Combine(Gate, program), arguments);

    /// <summary>Runs the demo in a namespace of its own.</summary>
    public static Task<Ended> RunDemoAsync(string folder, params string[] more) => RunAsync(
        Path.Combine(Checkout, "tools", "Demo", "namespace.sh"),
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "demo.dll"), "run", "--gate", Gate, "--folder", folder, .. more]);

    /// <summary>Runs the benchmark of the line in a namespace of its own.</summary>
    public static Task<Ended> RunBenchAsync(string folder, params string[] more) => RunAsync(
        Path.Combine(Checkout, "tools", "Demo", "namespace.sh"),
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "demo.dll"), "bench", "line", "--gate", Gate, "--folder", folder, .. more]);

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Ended> RunAsync(string program, string[] arguments, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Patience}.", late);
        }

        return new Ended(process.ExitCode, await output, await errors);
    }

    private static string FindCheckout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gate.slnx")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No Gate.slnx above the test program.");
        return folder.FullName;
    }
}

/// <summary>A folder that goes away with its test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("gate-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
