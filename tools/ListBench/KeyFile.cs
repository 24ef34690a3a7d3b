using System.Buffers.Binary;
using Distribution;
using Verifier.AllowList;

namespace ListBench;

/// <summary>The sorted keys that every engine is built from: 17 bytes each, the full key big-endian and the value.</summary>
internal static class KeyFile
{
    private const int RecordSize = 17;
    private const int BufferSize = RecordSize * 65_536;

    /// <summary>Writes the crowd in order.</summary>
    public static void Write(string path, long entries)
    {
        using var sorter = new EntrySorter(path + ".runs");
        for (var subject = 0L; subject < entries; subject++) sorter.Add(new ListEntry(Crowd.Key(subject), Crowd.Value(subject)));
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
        Span<byte> record = stackalloc byte[RecordSize];
        foreach (var entry in sorter.Sorted())
        {
            BinaryPrimitives.WriteUInt128BigEndian(record, entry.Key.Full);
            record[^1] = entry.Value.Code;
            stream.Write(record);
        }
    }

    /// <summary>Reads it forward.</summary>
    public static IEnumerable<ListEntry> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var buffer = new byte[BufferSize];
        while (stream.ReadAtLeast(buffer, BufferSize, throwOnEndOfStream: false) is > 0 and var size)
        {
            for (var at = 0; at < size; at += RecordSize)
            {
                ListValue.TryRead(buffer[at + RecordSize - 1], out var value);
                yield return new ListEntry(SubjectKey.FromFull(BinaryPrimitives.ReadUInt128BigEndian(buffer.AsSpan(at))), value);
            }
        }
    }
}
