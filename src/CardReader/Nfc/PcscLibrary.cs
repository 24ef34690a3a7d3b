using System.Runtime.InteropServices;

namespace CardReader.Nfc;

/// <summary>The C interface of libpcsclite (PC/SC part 5). On Linux its DWORD and LONG are as wide as a pointer.</summary>
internal static partial class PcscLibrary
{
    public const nint Success = 0;
    public const nuint ScopeSystem = 2;
    public const nuint ShareShared = 2;
    public const nuint ProtocolT0 = 1;
    public const nuint ProtocolAny = 3;
    public const nuint LeaveCard = 0;
    public const nuint StateUnaware = 0;
    public const nuint StateChanged = 0x0002;
    public const nuint StateUnknown = 0x0004;
    public const nuint StateUnavailable = 0x0008;
    public const nuint StatePresent = 0x0020;
    public const int EventCountShift = 16;
    public const uint Timeout = 0x8010000A;
    public const uint SecurityViolation = 0x8010006A;
    public const int AtrMax = 33;
    private const string Library = "libpcsclite.so.1";

    [LibraryImport(Library, EntryPoint = "SCardEstablishContext")]
    public static partial nint EstablishContext(nuint scope, nint reserved1, nint reserved2, out nint context);

    [LibraryImport(Library, EntryPoint = "SCardReleaseContext")]
    public static partial nint ReleaseContext(nint context);

    [LibraryImport(Library, EntryPoint = "SCardListReaders")]
    public static unsafe partial nint ListReaders(nint context, nint groups, byte* readers, ref nuint size);

    [LibraryImport(Library, EntryPoint = "SCardGetStatusChange")]
    public static unsafe partial nint GetStatusChange(nint context, nuint timeoutMs, ReaderState* states, nuint count);

    [LibraryImport(Library, EntryPoint = "SCardConnect", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Connect(
        nint context, string reader, nuint share, nuint protocols, out nint card, out nuint protocol);

    [LibraryImport(Library, EntryPoint = "SCardDisconnect")]
    public static partial nint Disconnect(nint card, nuint disposition);

    [LibraryImport(Library, EntryPoint = "SCardTransmit")]
    public static unsafe partial nint Transmit(
        nint card, IoRequest* sendHeader, byte* command, nuint commandSize, IoRequest* receiveHeader, byte* response, ref nuint responseSize);

    /// <summary>SCARD_READERSTATE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct ReaderState
    {
        public byte* Reader;
        public nint UserData;
        public nuint Current;
        public nuint Event;
        public nuint AtrSize;
        public fixed byte Atr[AtrMax];
    }

    /// <summary>SCARD_IO_REQUEST.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IoRequest
    {
        public nuint Protocol;
        public nuint Size;
    }
}
