using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace GateAgent.Journal;

/// <summary>
/// Counts records handed to the journal, in a file of eight bytes that is written but not synchronised: after a crash of
/// the process it is exact, after a power cut it may be as old as the disk's cache. Held against the journal at the next
/// start, it tells how many records were lost. Used by the journal's task alone.
/// </summary>
internal sealed class HandoverCounter : IDisposable
{
    private readonly SafeFileHandle file;
    private long count;

    /// <summary>Opens or makes the file.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public HandoverCounter(string path)
    {
        file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        bytes.Clear();
        if (RandomAccess.Read(file, bytes, 0) == sizeof(long)) count = Math.Max(0, BinaryPrimitives.ReadInt64BigEndian(bytes));
    }

    /// <summary>Records handed over so far.</summary>
    public long Count => count;

    /// <summary>Writes a new count.</summary>
    public void Set(long value)
    {
        count = value;
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        RandomAccess.Write(file, bytes, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
