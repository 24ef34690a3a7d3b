namespace Distribution;

/// <summary>
/// Sorts list entries by their full key in bounded memory: full runs go to a folder (<see cref="SortedRun"/>), and are
/// merged (<see cref="RunMerge"/>). One run that fits stays in memory. One thread.
/// </summary>
public sealed class EntrySorter : IDisposable
{
    /// <summary>Greatest number of runs: with full runs, 536 million entries.</summary>
    public const int RunsMax = 256;

    /// <summary>Greatest number of entries in memory: 34 bytes each with the sort's own needs.</summary>
    public const int RunEntriesMax = 2_097_152;

    // Keys are keyed hashes, so piles by their first bits are even: about 32 entries each in a full run.
    private const int PileBits = 16;
    private const int Piles = 1 << PileBits;

    private readonly string folder;
    private readonly int[] pileEnds = new int[Piles];
    private readonly List<string> runs = [];
    private UInt128[] keys;
    private byte[] values;
    private UInt128[] sortedKeys = [];
    private byte[] sortedValues = [];
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

    /// <summary>All entries by rising full key; entries of one key in no order. Once, after the last <see cref="Add"/>.</summary>
    /// <exception cref="IOException">A run cannot be written or read.</exception>
    public IEnumerable<ListEntry> Sorted()
    {
        if (runs.Count > 0)
        {
            WriteRun();
            (keys, values, sortedKeys, sortedValues) = ([], [], [], []);
            return RunMerge.Of(runs);
        }

        Sort();
        return InMemory();
    }

    /// <summary>Deletes the runs, and their folder when nothing else is in it.</summary>
    public void Dispose()
    {
        if (runs.Count == 0) return;
        foreach (var run in runs) File.Delete(run);
        runs.Clear();
        if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }

    private IEnumerable<ListEntry> InMemory()
    {
        for (var index = 0; index < count; index++) yield return SortedRun.Entry(keys[index], values[index]);
    }

    // Runs hold the keys of people: for their maker alone, and those that a cut left behind go.
    private void Begin()
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var left in Directory.GetFiles(folder, "run-???")) File.Delete(left);
    }

    private void WriteRun()
    {
        if (runs.Count == RunsMax)
            throw new InvalidOperationException($"At most {RunsMax} runs of {keys.Length} entries can be sorted.");
        Sort();
        if (runs.Count == 0) Begin();
        var path = Path.Combine(folder, $"run-{runs.Count:D3}");
        runs.Add(path);
        SortedRun.Write(path, keys.AsSpan(0, count), values.AsSpan(0, count));
        count = 0;
    }

    // Spreads the entries into piles by their first bits, then sorts each small pile. Skewed keys make large piles: slower.
    private void Sort()
    {
        if (sortedKeys.Length < count) (sortedKeys, sortedValues) = (new UInt128[keys.Length], new byte[keys.Length]);
        Array.Clear(pileEnds);
        for (var index = 0; index < count; index++) pileEnds[PileOf(keys[index])]++;
        var start = 0;
        foreach (ref var end in pileEnds.AsSpan()) (end, start) = (start, start + end);
        for (var index = 0; index < count; index++)
        {
            var place = pileEnds[PileOf(keys[index])]++;
            sortedKeys[place] = keys[index];
            sortedValues[place] = values[index];
        }

        start = 0;
        foreach (var end in pileEnds)
        {
            if (end - start > 1) Array.Sort(sortedKeys, sortedValues, start, end - start);
            start = end;
        }

        (keys, sortedKeys) = (sortedKeys, keys);
        (values, sortedValues) = (sortedValues, values);
    }

    private static int PileOf(UInt128 key) => (int)(key >> (128 - PileBits));
}
