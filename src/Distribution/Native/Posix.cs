using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Distribution.Native;

/// <summary>
/// The calls of the C library that the base library has no word for: opening without blocking on a pipe, opening a
/// directory to sync it, asking what a descriptor really is and what a folder lies on, and reading past what memory keeps.
/// </summary>
internal static partial class Posix
{
    // The same on x86-64 and arm64: fcntl(2), statx(2).
    private const int OpenReadOnly = 0;
    private const int OpenNonBlocking = 0x800;
    private const int OpenCloseOnExec = 0x80000;
    private const int AtEmptyPath = 0x1000;
    private const int AdviseDontNeed = 4;
    private const int Interrupted = 4;
    private const uint StatxType = 1;
    private const int StatxSize = 256;
    private const int StatxModeOffset = 28;
    private const int ModeTypeMask = 0xF000;
    private const int ModeRegular = 0x8000;

    // statfs(2): the kind is the first word of a structure of 120 bytes.
    private const int StatfsSize = 256;
    private const long TmpfsMagic = 0x0102_1994;
    private const long RamfsMagic = 0x8584_58F6;

    /// <summary>Opens a file or directory for reading; a pipe without a writer does not block. Null when it cannot.</summary>
    public static SafeFileHandle? OpenForReading(string path)
    {
        var handle = Open(path, OpenReadOnly | OpenNonBlocking | OpenCloseOnExec, 0);
        if (!handle.IsInvalid) return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>True when the descriptor is an ordinary file.</summary>
    public static bool IsRegular(SafeFileHandle handle)
    {
        Span<byte> status = stackalloc byte[StatxSize];
        if (Statx(handle, string.Empty, AtEmptyPath, StatxType, status) != 0) return false;
        var mode = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(status[StatxModeOffset..])
            : BinaryPrimitives.ReadUInt16BigEndian(status[StatxModeOffset..]);
        return (mode & ModeTypeMask) == ModeRegular;
    }

    /// <summary>Writes a directory's entries to the disk.</summary>
    /// <exception cref="IOException">The directory cannot be opened or synced; HResult is the errno.</exception>
    public static void SyncDirectory(string path)
    {
        using var handle = Open(path, OpenReadOnly | OpenCloseOnExec, 0);
        if (handle.IsInvalid) throw Failed("cannot be opened", path);
        Sync(handle, path);
    }

    /// <summary>Writes what a file was given to the disk. The base library's own call takes a disk that answers with an error
    /// for one that has written.</summary>
    /// <exception cref="IOException">The disk is full or fails; HResult is the errno.</exception>
    public static void Sync(SafeFileHandle file, string path)
    {
        while (Sync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failed("cannot be written to the disk", path);
        }
    }

    /// <summary>True when a folder is there and its files lie in memory, not on a disk.</summary>
    public static bool IsInMemory(string folder)
    {
        Span<byte> status = stackalloc byte[StatfsSize];
        return Statfs(folder, status) == 0 && BitConverter.ToInt64(status) is TmpfsMagic or RamfsMagic;
    }

    /// <summary>Drops what memory keeps of a part of a file, so that the next read comes from the disk. A wish: it may be ignored.</summary>
    public static void DropCached(SafeFileHandle file, long offset, long size) => Advise(file, offset, size, AdviseDontNeed);

    private static IOException Failed(string what, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{path} {what}: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle handle, long offset, long size, int advice);

    /// <summary>Gives a file a second name on the same disk.</summary>
    /// <exception cref="IOException">The name is taken, or the disk fails.</exception>
    public static void Link(string path, string second)
    {
        if (HardLink(path, second) != 0) throw new IOException($"{path} cannot be named {second} too.", new Win32Exception(Marshal.GetLastPInvokeError()));
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int HardLink(string path, string second);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(SafeFileHandle directory, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statfs(string path, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle handle);
}
