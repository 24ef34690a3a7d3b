using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CardReader.Lines;

/// <summary>
/// The terminal calls of the C library: termios(3), poll(2), eventfd(2). The numbers are the same on x86-64 and arm64.
/// </summary>
internal static partial class SerialLibrary
{
    public const int ReadWrite = 0x2;
    public const int NoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int SetNow = 0;
    public const int FlushInput = 0;
    public const uint ExclusiveUse = 0x540C;
    public const uint Speed9600 = 0xD;
    public const uint Speed115200 = 0x1002;
    public const short ReadyToRead = 0x1;
    public const short ReadyToWrite = 0x4;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int EndOfDevice = 5;

    /// <summary>Room for struct termios, which has 60 bytes there.</summary>
    public const int AttributesSize = 64;

    /// <summary>Where c_cflag stands in struct termios: after c_iflag and c_oflag.</summary>
    public const int ControlFlagsOffset = 8;

    /// <summary>CREAD and CLOCAL: receive, and take no notice of a modem's lines.</summary>
    public const uint ReceiveLocally = 0x880;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial SafeFileHandle Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(SafeFileHandle line, Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "cfsetspeed", SetLastError = true)]
    public static partial int SetSpeed(Span<byte> attributes, uint speed);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(SafeFileHandle line, int when, ReadOnlySpan<byte> attributes);

    [LibraryImport("libc", EntryPoint = "tcflush", SetLastError = true)]
    public static partial int Flush(SafeFileHandle line, int queue);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle line, nuint request);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle line, Span<byte> buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle line, ReadOnlySpan<byte> bytes, nuint size);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<Waited> waited, nuint count, int patienceMs);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial SafeFileHandle OpenEvent(uint start, int flags);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Waited
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
