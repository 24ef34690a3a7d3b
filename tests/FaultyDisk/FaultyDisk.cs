using System.Diagnostics;

namespace FaultyDisk;

/// <summary>
/// A folder on a file system that fails on command: <c>faulty_disk.py</c>, mounted through FUSE, whose rules stand in its first
/// lines. What lies on it is in memory, so that nothing but a rule makes it slow. Skips the test where FUSE is missing.
/// </summary>
internal sealed class Disk : IAsyncDisposable
{
    /// <summary>What fails on a full disk. Deleting does not.</summary>
    public const string Full = "write,create,mkdir,link,truncate,rename,fsync";

    /// <summary>What fails on a disk that gives nothing any more.</summary>
    public const string Reading = "read,getattr,open,readdir";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string folder;
    private readonly Process process;
    private readonly Task<string> errors;

    private Disk(string folder, Process process)
    {
        this.folder = folder;
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The disk as a program sees it.</summary>
    public string Path => System.IO.Path.Combine(folder, "disk");

    /// <summary>What lies on it, past every fault.</summary>
    public string Behind => System.IO.Path.Combine(folder, "behind");

    /// <summary>The operations that met a rule: <c>OPERATION PATH EFFECT</c>.</summary>
    public IReadOnlyList<string> Hits => File.ReadAllLines(System.IO.Path.Combine(folder, "hits"));

    /// <summary>Mounts a disk without faults.</summary>
    public static async Task<Disk> MountAsync()
    {
        if (!File.Exists("/dev/fuse")) Assert.Skip("This kernel has no FUSE: load the module fuse.");
        var root = System.IO.Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(), $"gate-disk-{Guid.NewGuid():N}");
        foreach (var name in (string[])["disk", "behind"]) Directory.CreateDirectory(System.IO.Path.Combine(root, name));
        foreach (var name in (string[])["rules", "hits"]) await File.WriteAllTextAsync(System.IO.Path.Combine(root, name), string.Empty);
        string[] arguments = [System.IO.Path.Combine(AppContext.BaseDirectory, "faulty_disk.py"), .. ((string[])["behind", "disk", "rules", "hits"]).Select(name => System.IO.Path.Combine(root, name))];

        // The system's own Python has the library that the package brings.
        var start = new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false };
        var disk = new Disk(root, Process.Start(start)!);
        try
        {
            await disk.UntilMountedAsync();
            return disk;
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    /// <summary>Replaces the rules, and forgets what has met a rule.</summary>
    public void Break(params ReadOnlySpan<string> rules)
    {
        File.WriteAllText(System.IO.Path.Combine(folder, "hits"), string.Empty);
        var next = System.IO.Path.Combine(folder, "rules.new");
        File.WriteAllText(next, string.Join('\n', rules) + "\n");
        File.Move(next, System.IO.Path.Combine(folder, "rules"), overwrite: true);
    }

    /// <summary>Ends every fault. What met one is still told.</summary>
    public void Mend()
    {
        var next = System.IO.Path.Combine(folder, "rules.new");
        File.WriteAllText(next, string.Empty);
        File.Move(next, System.IO.Path.Combine(folder, "rules"), overwrite: true);
    }

    /// <summary>Makes what lies on it a copy of a folder.</summary>
    public void Fill(string from)
    {
        Directory.Delete(Behind, recursive: true);
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = System.IO.Path.Combine(Behind, System.IO.Path.GetRelativePath(from, path));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
            File.Copy(path, to);
        }
    }

    private async Task UntilMountedAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (!(await File.ReadAllTextAsync("/proc/self/mounts")).Contains($" {Path} ", StringComparison.Ordinal))
        {
            if (process.HasExited) Assert.Fail($"The disk is not mounted: {await errors} Run ./dev test once, which installs what it needs.");
            if (Stopwatch.GetElapsedTime(began) > Patience) Assert.Fail("The disk is not mounted in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Mend();
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
