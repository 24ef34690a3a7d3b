using System.Diagnostics;

namespace PowerCut;

/// <summary>A step of the harness itself failed: nothing is known about the gate then.</summary>
internal sealed class HarnessException : Exception
{
    /// <summary>No message.</summary>
    public HarnessException()
    {
    }

    /// <summary>What failed.</summary>
    public HarnessException(string message)
        : base(message)
    {
    }

    /// <summary>What failed, and why.</summary>
    public HarnessException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Runs the system's programs.</summary>
internal static class Tools
{
    /// <summary>Runs one to its end.</summary>
    /// <exception cref="HarnessException">It did not end with 0.</exception>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        var (code, errors) = await TryRunAsync(program, arguments);
        if (code != 0) throw new HarnessException($"{program} {string.Join(' ', arguments)} ended with {code}: {errors}");
    }

    /// <summary>Runs one to its end.</summary>
    /// <returns>Its exit code and what it complained of.</returns>
    public static async Task<(int Code, string Errors)> TryRunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start) ?? throw new HarnessException($"{program} does not start.");
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors.Trim());
    }
}
