using System.Diagnostics;
using System.Globalization;

namespace PowerCut;

/// <summary>
/// A disk that writes down every request: an ext4 file system in an image, behind QEMU's storage daemon with
/// <c>blklogwrites</c>, exported as a file by FUSE and mounted through a loop device. The file system gets no help in
/// keeping a file that was renamed without a sync (<c>noauto_da_alloc</c>), and commits by itself each second.
/// </summary>
internal sealed class LoggedDisk : IAsyncDisposable
{
    /// <summary>How every cut is mounted too.</summary>
    public const string MountOptions = "loop,noauto_da_alloc,commit=1";

    private const string DiskSize = "96M";
    private const long LogSizeMax = 8L << 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string folder;
    private readonly Process daemon;
    private bool isMounted;

    private LoggedDisk(string folder, Process daemon)
    {
        this.folder = folder;
        this.daemon = daemon;
    }

    /// <summary>The empty file system, before the first request of the log.</summary>
    public string EmptyImage => At("empty.img");

    /// <summary>The log.</summary>
    public string LogFile => At("log.img");

    /// <summary>Where the file system is mounted.</summary>
    public string MountPoint => At("disk");

    private string Export => At("export");

    private string PidFile => At("daemon.pid");

    /// <summary>Makes the disk in an empty folder and mounts it.</summary>
    /// <exception cref="HarnessException">A part of it does not come up.</exception>
    public static async Task<LoggedDisk> MountAsync(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "disk"));
        var disk = new LoggedDisk(folder, new Process());
        try
        {
            await Tools.RunAsync("truncate", "-s", DiskSize, disk.EmptyImage);
            await Tools.RunAsync("mkfs.ext4", "-q", "-F", "-b", "4096", "-J", "size=8", "-E", "lazy_itable_init=0,lazy_journal_init=0", disk.EmptyImage);
            await Tools.RunAsync("cp", "--sparse=always", disk.EmptyImage, disk.At("disk.img"));
            using (var log = File.Create(disk.LogFile)) log.SetLength(LogSizeMax);
            await File.Create(disk.Export).DisposeAsync();
            await disk.StartAsync();
            await Tools.RunAsync("mount", "-t", "ext4", "-o", MountOptions, disk.Export, disk.MountPoint);
            disk.isMounted = true;
            return disk;
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the disk away. The log stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isMounted) await Tools.TryRunAsync("umount", MountPoint);
        isMounted = false;
        if (File.Exists(PidFile) && !daemon.HasExited)
        {
            await Tools.TryRunAsync("kill", daemon.Id.ToString(CultureInfo.InvariantCulture));
            await daemon.WaitForExitAsync();
        }

        daemon.Dispose();
    }

    private async Task StartAsync()
    {
        daemon.StartInfo = new ProcessStartInfo("qemu-storage-daemon",
        [
            "--pidfile", PidFile,
            "--blockdev", $"driver=file,node-name=disk,filename={At("disk.img")}",
            "--blockdev", $"driver=file,node-name=log,filename={LogFile}",
            "--blockdev", "driver=blklogwrites,node-name=logged,file=disk,log=log,log-sector-size=512,log-super-update-interval=1",
            "--export", $"fuse,id=export,node-name=logged,mountpoint={Export},writable=on,allow-other=off",
        ]);
        daemon.Start();
        var since = TimeProvider.System.GetTimestamp();
        while (!File.Exists(PidFile))
        {
            if (daemon.HasExited) throw new HarnessException($"qemu-storage-daemon ended with {daemon.ExitCode}: has it FUSE exports and blklogwrites?");
            if (TimeProvider.System.GetElapsedTime(since) > Patience) throw new HarnessException("qemu-storage-daemon does not come up.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private string At(string name) => Path.Combine(folder, name);
}
