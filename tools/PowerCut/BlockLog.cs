using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PowerCut;

/// <summary>What a block request was. As in the kernel's dm-log-writes.</summary>
[Flags]
internal enum BlockFlags
{
    /// <summary>An ordinary write: it may wait in the disk's cache.</summary>
    None = 0,

    /// <summary>All that was completed before is on the medium.</summary>
    Flush = 1,

    /// <summary>This write is on the medium when it is completed.</summary>
    ForceUnitAccess = 2,

    /// <summary>The blocks are no longer wanted; no data follows.</summary>
    Discard = 4,

    /// <summary>A remark, no request.</summary>
    Mark = 8,
}

/// <summary>One request that the disk completed.</summary>
/// <param name="Offset">Where on the disk, in bytes.</param>
/// <param name="Size">How many bytes.</param>
/// <param name="Flags">What it was.</param>
/// <param name="DataAt">Where in the log its bytes stand.</param>
internal sealed record BlockEntry(long Offset, int Size, BlockFlags Flags, long DataAt)
{
    /// <summary>True when it changes the disk.</summary>
    public bool IsWrite => Size > 0 && (Flags & (BlockFlags.Discard | BlockFlags.Mark)) == BlockFlags.None;
}

/// <summary>
/// Reads the log that <c>blklogwrites</c> makes: Documentation/admin-guide/device-mapper/log-writes.rst, little-endian.
/// <code>
/// sector 0       8  magic "jsfwhsr"      8  version 1      8  entries      4  sector size S
/// then each entry, from a multiple of S
///                8  sector of 512        8  count of 512   8  flags        8  length of data in this sector
///                its data, count x 512 bytes, from the next multiple of S; none with Discard
/// </code>
/// </summary>
internal sealed class BlockLog : IDisposable
{
    private const ulong Magic = 0x6a73_6677_7368_72;
    private const ulong Version = 1;
    private const int HeadSize = 32;
    private const int UnitSize = 512;
    private const int EntrySizeMax = 16 * 1024 * 1024;
    private const int CountOffset = 16;
    private const int SectorSizeOffset = 24;
    private readonly SafeFileHandle file;

    /// <summary>The log of a file. Reads nothing yet.</summary>
    public BlockLog(string path) => file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    /// <summary>How many requests the disk has completed so far.</summary>
    public long Count => BinaryPrimitives.ReadInt64LittleEndian(ReadHead(0)[CountOffset..]);

    /// <summary>All entries.</summary>
    /// <exception cref="InvalidDataException">It is no such log.</exception>
    public IReadOnlyList<BlockEntry> ReadEntries()
    {
        var head = ReadHead(0);
        if (BinaryPrimitives.ReadUInt64LittleEndian(head) != Magic || BinaryPrimitives.ReadUInt64LittleEndian(head[8..]) != Version)
            throw new InvalidDataException("This is no log of block writes.");
        var count = BinaryPrimitives.ReadInt64LittleEndian(head[CountOffset..]);
        var sectorSize = BinaryPrimitives.ReadInt32LittleEndian(head[SectorSizeOffset..]);
        var entries = new List<BlockEntry>();
        var at = (long)sectorSize;
        for (var index = 0L; index < count; index++)
        {
            var entry = ReadEntry(at, sectorSize);
            entries.Add(entry);
            var dataSize = entry.Flags.HasFlag(BlockFlags.Discard) ? 0 : entry.Size;
            at = entry.DataAt + ((dataSize + sectorSize - 1) / sectorSize * sectorSize);
        }

        return entries;
    }

    /// <summary>Reads the bytes that an entry wrote.</summary>
    public byte[] ReadData(BlockEntry entry)
    {
        var data = new byte[entry.Size];
        for (var done = 0; done < data.Length;)
        {
            var size = RandomAccess.Read(file, data.AsSpan(done), entry.DataAt + done);
            if (size == 0) throw new InvalidDataException("The log ends inside an entry.");
            done += size;
        }

        return data;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private BlockEntry ReadEntry(long at, int sectorSize)
    {
        var head = ReadHead(at);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(head) * UnitSize;
        var size = BinaryPrimitives.ReadInt64LittleEndian(head[8..]) * UnitSize;
        var flags = (BlockFlags)BinaryPrimitives.ReadInt64LittleEndian(head[CountOffset..]);
        if (offset < 0 || size < 0 || (size > EntrySizeMax && !flags.HasFlag(BlockFlags.Discard)))
            throw new InvalidDataException($"The log has an entry of {size} bytes at {offset}.");
        return new BlockEntry(offset, (int)Math.Min(size, int.MaxValue), flags, at + sectorSize);
    }

    private ReadOnlySpan<byte> ReadHead(long at)
    {
        var head = new byte[HeadSize];
        if (RandomAccess.Read(file, head, at) != HeadSize) throw new InvalidDataException("The log is cut short.");
        return head;
    }
}
