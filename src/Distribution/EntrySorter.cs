using System.Buffers.Binary;
using Verifier.AllowList;

namespace Distribution;

/// <summary>
/// Sorts list entries by their full key in bounded memory: full runs go to a folder as 17-byte records, and are merged.
/// One run that fits stays in memory. One thread.
/// </summary>
public sealed class EntrySorter : IDisposable
{
    /// <summary>Greatest number of runs: with full runs, 536 million entries.</summary>
    public const int RunsMax = 256;

    /// <summary>Greatest number of entries in memory: 34 bytes each with the sort's own needs.</summary>
    public const int RunEntriesMax = 2_097_152;

    private const int RecordSize = 17;
    private const int BufferSize = 64 * 1024;

    private readonly string folder;
    private readonly UInt128[] keys;
    private readonly byte[] values;
    private readonly List<string> runs = [];
    private int count;

    /// <summary>A sorter that puts its runs into a folder of its own.</summary>
    /// <param name="folder">A folder for the runs; made when needed, its runs deleted on dispose.</param>
    /// <param name="runEntries">Entries per run, 1 to <see cref="RunEntriesMax"/>.</param>
    public EntrySorter(string folder, int runEntries = RunEntriesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runEntries, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(runEntries, RunEntriesMax);
        this.folder = folder;
        keys = new UInt128[runEntries];
        values = new byte[runEntries];
    }

    /// <summary>Adds an entry, in any order.</summary>
    /// <exception cref="InvalidOperationException">More entries than <see cref="RunsMax"/> full runs hold.</exception>
    /// <exception cref="IOException">A run cannot be written.</exception>
    public void Add(ListEntry entry)
    {
        if (count == keys.Length) WriteRun();
        keys[count] = entry.Key.Full;
        values[count] = entry.Value.Code;
        count++;
    }

    /// <summary>All entries by rising full key. Once, after the last <see cref="Add"/>.</summary>
    /// <exception cref="IOException">A run cannot be written or read.</exception>
    public IEnumerable<ListEntry> Sorted()
    {
        if (runs.Count > 0)
        {
            WriteRun();
            return Merge();
        }

        Array.Sort(keys, values, 0, count);
        return InMemory();
    }

    /// <summary>Deletes the runs.</summary>
    public void Dispose()
    {
        foreach (var run in runs) File.Delete(run);
        runs.Clear();
    }

    private IEnumerable<ListEntry> InMemory()
    {
        for (var index = 0; index < count; index++) yield return Entry(keys[index], values[index]);
    }

    private void WriteRun()
    {
        if (runs.Count == RunsMax)
            throw new InvalidOperationException($"At most {RunsMax} runs of {keys.Length} entries can be sorted.");
        Array.Sort(keys, values, 0, count);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"run-{runs.Count:D3}");
        runs.Add(path);
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
        Span<byte> record = stackalloc byte[RecordSize];
        for (var index = 0; index < count; index++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(record, keys[index]);
            record[^1] = values[index];
            stream.Write(record);
        }

        count = 0;
    }

    private IEnumerable<ListEntry> Merge()
    {
        var readers = new List<FileStream>();
        try
        {
            var heads = new PriorityQueue<(FileStream Reader, byte Value), UInt128>();
            foreach (var run in runs)
            {
                var reader = new FileStream(run, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize);
                readers.Add(reader);
                Enqueue(heads, reader);
            }

            while (heads.TryDequeue(out var head, out var key))
            {
                yield return Entry(key, head.Value);
                Enqueue(heads, head.Reader);
            }
        }
        finally
        {
            foreach (var reader in readers) reader.Dispose();
        }
    }

    private static void Enqueue(PriorityQueue<(FileStream Reader, byte Value), UInt128> heads, FileStream reader)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        var size = reader.ReadAtLeast(record, RecordSize, throwOnEndOfStream: false);
        if (size == 0) return;
        if (size != RecordSize) throw new EndOfStreamException($"The run {reader.Name} ends inside a record.");
        heads.Enqueue((reader, record[^1]), BinaryPrimitives.ReadUInt128BigEndian(record));
    }

    private static ListEntry Entry(UInt128 key, byte code) => ListValue.TryRead(code, out var value)
        ? new ListEntry(SubjectKey.FromFull(key), value)
        : throw new InvalidDataException("A run holds a value that is no list value.");
}
