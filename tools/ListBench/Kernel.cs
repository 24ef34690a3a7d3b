using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ListBench;

/// <summary>What the kernel counts of this process, and how a file's cache is dropped.</summary>
internal static partial class Kernel
{
    public const int PageSize = 4_096;
    private const int AdviseDontNeed = 4;

    /// <summary>Bytes that this process had fetched from the disk.</summary>
    public static long BytesRead => Field("/proc/self/io", "read_bytes:");

    /// <summary>
    /// Bytes that this process gave to write calls. What the kernel then counts as written may be less (a block written
    /// twice) or, where it keeps a file in large pieces, very much more.
    /// </summary>
    public static long BytesWritten => Field("/proc/self/io", "wchar:");

    /// <summary>Anonymous memory, bytes.</summary>
    public static long Anonymous => Field("/proc/self/smaps_rollup", "Anonymous:") * 1_024;

    /// <summary>Memory of files that are mapped, bytes.</summary>
    public static long FileBacked => (Field("/proc/self/smaps_rollup", "Rss:") * 1_024) - Anonymous;

    /// <summary>Greatest memory so far, bytes.</summary>
    public static long Peak => Field("/proc/self/status", "VmHWM:") * 1_024;

    /// <summary>Processor time of this process, milliseconds.</summary>
    public static double CpuMs => Environment.CpuUsage.TotalTime.TotalMilliseconds;

    /// <summary>Drops what the kernel keeps of a file, mapped pages of this process included.</summary>
    public static void Drop(SafeFileHandle file, string? mappedPath)
    {
        if (mappedPath is not null)
        {
            foreach (var line in File.ReadLines("/proc/self/maps").Where(line => line.EndsWith(mappedPath, StringComparison.Ordinal)))
            {
                var range = line.Split(' ')[0].Split('-');
                var begin = nint.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var end = nint.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                if (Unmap(begin, end - begin, AdviseDontNeed) != 0) throw new IOException("madvise failed.");
            }
        }

        if (Advise(file, 0, 0, AdviseDontNeed) != 0) throw new IOException("posix_fadvise failed.");
    }

    /// <summary>Reads a file once, so that the kernel keeps it.</summary>
    public static void Warm(string path)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var buffer = new byte[1 << 20];
        for (var at = 0L; RandomAccess.Read(file, buffer, at) is > 0 and var size; at += size)
        {
        }
    }

    private static long Field(string path, string name)
    {
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return long.Parse(line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0].Trim('\t'), CultureInfo.InvariantCulture);
        }

        throw new InvalidDataException($"{path} has no {name}");
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Unmap(nint address, nint length, int advice);
}
