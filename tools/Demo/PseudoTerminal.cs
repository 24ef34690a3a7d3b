using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Demo;

/// <summary>
/// A real serial line without a wire: the agent opens the far end as its scanner's device, and what is written here
/// arrives there. POSIX pseudo-terminals (posix_openpt, grantpt, unlockpt, ptsname_r), raw mode.
/// </summary>

internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const int PathMax = 128;

    // struct termios of Linux is 60 bytes on the architectures we run on; 256 leaves room.
    private const int TermiosSize = 256;
    private readonly SafeFileHandle near;
    private readonly SafeFileHandle far;

    private PseudoTerminal(SafeFileHandle near, SafeFileHandle far, string path)
    {
        this.near = near;
        this.far = far;
        DevicePath = path;
    }

    /// <summary>The device the agent opens.</summary>
    public string DevicePath { get; }

    /// <summary>Opens a pair. The far end is held open, so bytes are not lost while the agent reopens it.</summary>
    public static unsafe PseudoTerminal Open()
    {
        var descriptor = OpenPt(ReadWrite | NoControllingTerminal);
        Check(descriptor, "posix_openpt");
        var master = new SafeFileHandle(descriptor, ownsHandle: true);
        Check(Grant(descriptor), "grantpt");
        Check(Unlock(descriptor), "unlockpt");
        var name = stackalloc byte[PathMax];
        Check(Name(descriptor, name, PathMax) == 0 ? 0 : -1, "ptsname_r");
        var path = Marshal.PtrToStringUTF8((nint)name)!;
        var slave = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var termios = stackalloc byte[TermiosSize];
        Check(GetAttributes((int)slave.DangerousGetHandle(), termios), "tcgetattr");
        MakeRaw(termios);
        Check(SetAttributes((int)slave.DangerousGetHandle(), 0, termios), "tcsetattr");
        return new PseudoTerminal(master, slave, path);
    }

    /// <summary>Sends bytes down the line.</summary>
    public unsafe void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                var count = WriteTo((int)near.DangerousGetHandle(), first + sent, bytes.Length - sent);
                Check((int)count, "write");
                sent += (int)count;
            }
        }
    }

    /// <summary>Reads what the far end sent, waiting until so many bytes are there.</summary>
    public unsafe byte[] Read(int count)
    {
        var bytes = new byte[count];
        fixed (byte* first = bytes)
        {
            for (var taken = 0; taken < count;)
            {
                var size = ReadFrom((int)near.DangerousGetHandle(), first + taken, count - taken);
                Check((int)size, "read");
                taken += (int)size;
            }
        }

        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        far.Dispose();
        near.Dispose();
    }

    private static void Check(int result, string call)
    {
        if (result < 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), call);
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenPt(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static unsafe partial int Name(int descriptor, byte* name, nint size);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static unsafe partial int GetAttributes(int descriptor, byte* termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static unsafe partial void MakeRaw(byte* termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static unsafe partial int SetAttributes(int descriptor, int action, byte* termios);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint ReadFrom(int descriptor, byte* bytes, nint size);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteTo(int descriptor, byte* bytes, nint size);
}
