using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace GateAgent.Journal;

/// <summary>
/// Counts records handed to the journal, and keeps the highest number given to one, in a file of 16 bytes that is written
/// but not synchronised: after a crash of the process it is exact, after a power cut it may be as old as the disk's cache.
/// Held against the journal at the next start, it tells how many records were lost and keeps their numbers from being
/// given twice. Used by the journal's task alone.
/// <code>
/// 0   8  records handed over since the journal was made, big-endian
/// 8   8  highest sequence given, big-endian
/// </code>
/// </summary>
internal sealed class HandoverCounter : IDisposable
{
    private const int Size = 16;
    private const int SequenceOffset = 8;
    private readonly SafeFileHandle file;

    /// <summary>Opens or makes the file.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public HandoverCounter(string path)
    {
        file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        if (RandomAccess.Read(file, bytes, 0) != Size) return;
        Count = Math.Max(0, BinaryPrimitives.ReadInt64BigEndian(bytes));
        LastSequence = Math.Max(0, BinaryPrimitives.ReadInt64BigEndian(bytes[SequenceOffset..]));
    }

    /// <summary>Records handed over so far.</summary>
    public long Count { get; private set; }

    /// <summary>The highest sequence given so far.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Writes new values.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void Set(long count, long lastSequence)
    {
        Count = count;
        LastSequence = lastSequence;
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, count);
        BinaryPrimitives.WriteInt64BigEndian(bytes[SequenceOffset..], lastSequence);
        RandomAccess.Write(file, bytes, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
