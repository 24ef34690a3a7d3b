using Microsoft.Win32.SafeHandles;
using Simulate;

namespace PowerCut;

/// <summary>What the disk's cache did when the power went.</summary>
internal enum CutKind
{
    /// <summary>Everything that was completed is there, and nothing after it.</summary>
    Whole = 0,

    /// <summary>Of what was completed since the last flush, chance decides write by write what is there.</summary>
    Dropped = 1,

    /// <summary>The last write since the last flush is there in part.</summary>
    Torn = 2,
}

/// <summary>One power cut.</summary>
/// <param name="Requests">How many requests the disk had completed.</param>
/// <param name="Kind">What became of those that no flush covers.</param>
internal sealed record Cut(int Requests, CutKind Kind);

/// <summary>
/// Makes the disk as a cut leaves it, from the log alone. Rules:
/// <list type="number">
/// <item>What was completed before a flush that was completed is there; so is a write with forced unit access.</item>
/// <item>What was completed after the last flush is there whole, in part or not at all, as the cut says.</item>
/// <item>A sector of 512 bytes is there or not; nothing less is torn.</item>
/// </list>
/// Cuts come by rising requests, so that what flushes cover is written once.
/// </summary>
internal sealed class DiskCutter : IDisposable
{
    private const int SectorSize = 512;
    private readonly BlockLog log;
    private readonly IReadOnlyList<BlockEntry> entries;
    private readonly Dice dice;
    private readonly string durablePath;
    private readonly SafeFileHandle durable;
    private int durableCount;

    /// <summary>A cutter over a log, beginning with an empty file system that it changes.</summary>
    public DiskCutter(BlockLog log, IReadOnlyList<BlockEntry> entries, string emptyImage, Dice dice)
    {
        this.log = log;
        this.entries = entries;
        this.dice = dice;
        durablePath = emptyImage;
        durable = File.OpenHandle(emptyImage, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }

    /// <summary>Chooses cuts: half of them whole, the others where something was waiting for a flush, and one of them after the
    /// last request, when everything was acknowledged. By rising requests.</summary>
    public static IReadOnlyList<Cut> Choose(IReadOnlyList<BlockEntry> entries, int first, int count, Dice dice)
    {
        var loose = new List<int>();
        for (var requests = first; requests <= entries.Count; requests++)
        {
            if (requests > 0 && entries[requests - 1].IsWrite) loose.Add(requests);
        }

        if (loose.Count == 0) throw new HarnessException("Nothing was written.");
        var cuts = new List<Cut> { new(entries.Count, CutKind.Whole) };
        for (var index = 1; index < count; index++)
        {
            if (index % 2 == 0) cuts.Add(new Cut(first + (int)dice.Below(entries.Count - first + 1), CutKind.Whole));
            else cuts.Add(new Cut(loose[(int)dice.Below(loose.Count)], index % 4 == 1 ? CutKind.Dropped : CutKind.Torn));
        }

        return [.. cuts.OrderBy(static cut => cut.Requests)];
    }

    /// <summary>Writes the disk of a cut into a file.</summary>
    public async Task MakeAsync(Cut cut, string image)
    {
        var flush = cut.Requests - 1;
        while (flush >= 0 && !entries[flush].Flags.HasFlag(BlockFlags.Flush)) flush--;
        for (; durableCount < flush; durableCount++) Apply(durable, entries[durableCount]);

        await Tools.RunAsync("cp", "--sparse=always", durablePath, image);
        using var disk = File.OpenHandle(image, FileMode.Open, FileAccess.Write);
        var last = cut.Requests - 1;
        for (var index = Math.Max(0, flush); index < cut.Requests; index++)
        {
            var entry = entries[index];
            var isSure = cut.Kind == CutKind.Whole || entry.Flags.HasFlag(BlockFlags.ForceUnitAccess);
            if (isSure || (cut.Kind == CutKind.Torn && index < last)) Apply(disk, entry);
            else if (cut.Kind == CutKind.Torn) Tear(disk, entry);
            else if (dice.Falls(500)) Apply(disk, entry);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => durable.Dispose();

    private void Apply(SafeFileHandle disk, BlockEntry entry)
    {
        if (entry.IsWrite) RandomAccess.Write(disk, log.ReadData(entry), entry.Offset);
    }

    private void Tear(SafeFileHandle disk, BlockEntry entry)
    {
        if (!entry.IsWrite) return;
        var kept = (int)dice.Below(entry.Size / SectorSize) * SectorSize;
        RandomAccess.Write(disk, log.ReadData(entry).AsSpan(0, kept), entry.Offset);
    }
}
