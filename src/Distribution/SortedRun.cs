using System.Buffers.Binary;
using Verifier.AllowList;

namespace Distribution;

/// <summary>
/// A file of sorted entries: 17 bytes each, the full key big-endian and the value. Read forward through a buffer of its
/// own. One thread.
/// </summary>
internal sealed class SortedRun : IDisposable
{
    public const int RecordSize = 17;
    private const int KeySize = 16;
    private const int BufferRecords = 16_384;

    private readonly FileStream stream;
    private readonly byte[] buffer = new byte[BufferRecords * RecordSize];
    private int at;
    private int size;

    private SortedRun(FileStream stream) => this.stream = stream;

    /// <summary>The key that the run stands at.</summary>
    public UInt128 Key { get; private set; }

    /// <summary>The value byte that the run stands at.</summary>
    public byte Value { get; private set; }

    /// <summary>Opens a run, before its first entry.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SortedRun Open(string path) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));

    /// <summary>Writes a run.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<UInt128> keys, ReadOnlySpan<byte> values)
    {
        using var target = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var records = new byte[BufferRecords * RecordSize];
        var filled = 0;
        for (var index = 0; index < keys.Length; index++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(records.AsSpan(filled), keys[index]);
            records[filled + KeySize] = values[index];
            filled += RecordSize;
            if (filled < records.Length) continue;
            target.Write(records);
            filled = 0;
        }

        target.Write(records, 0, filled);
    }

    /// <summary>Moves to the next entry. False at the end.</summary>
    /// <exception cref="EndOfStreamException">The file ends inside a record.</exception>
    public bool TryNext()
    {
        if (at == size)
        {
            at = 0;
            size = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (size == 0) return false;
            if (size % RecordSize != 0) throw new EndOfStreamException($"The run {stream.Name} ends inside a record.");
        }

        Key = BinaryPrimitives.ReadUInt128BigEndian(buffer.AsSpan(at));
        Value = buffer[at + KeySize];
        at += RecordSize;
        return true;
    }

    /// <summary>An entry from its bytes.</summary>
    /// <exception cref="InvalidDataException">The value is none that a publisher writes.</exception>
    public static ListEntry Entry(UInt128 key, byte code) => ListValue.TryRead(code, out var value)
        ? new ListEntry(SubjectKey.FromFull(key), value)
        : throw new InvalidDataException("A run holds a value that is no list value.");

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();
}
