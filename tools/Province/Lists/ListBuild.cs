using System.Globalization;
using Distribution;
using Province.Commands;
using Verifier.AllowList;

namespace Province.Lists;

/// <summary>Where the files of one base stand.</summary>
internal sealed record BaseFiles(string Pages, string Index, string Full)
{
    /// <summary>The files of an epoch's base in a folder.</summary>
    public static BaseFiles Of(string folder, int epoch)
    {
        var name = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"base-{epoch}"));
        return new BaseFiles(name + ".gal", name + ".idx", name + ".full");
    }
}

/// <summary>
/// Builds a base from lines in any order: keys are made on all processors, sorted outside of memory and packed. The same
/// lines in any order give the same bytes. The files appear when they are whole, the index last.
/// </summary>
internal sealed class ListBuild
{
    private const string Part = ".part";
    private const int TellEvery = 65_536;

    private readonly Terminal terminal;
    private readonly AllowListHeader header;
    private readonly ReadOnlyMemory<byte> listKey;

    /// <summary>A build of one list.</summary>
    /// <param name="terminal">Where progress is told.</param>
    /// <param name="header">What the list is.</param>
    /// <param name="listKey">What its keys are made with.</param>
    public ListBuild(Terminal terminal, AllowListHeader header, ReadOnlyMemory<byte> listKey)
    {
        this.terminal = terminal;
        this.header = header;
        this.listKey = listKey;
    }

    /// <summary>Builds from a source.</summary>
    /// <param name="source">The lines; read from where it stands, and again from the start to name a subject that stands twice.</param>
    /// <param name="name">What the source is called in complaints.</param>
    /// <param name="folder">Where the base is written, and for a while the runs of the sort.</param>
    /// <param name="stop">Ends the build.</param>
    /// <returns>How many subjects were listed.</returns>
    /// <exception cref="CommandFailure">A line is wrong, or one subject stands twice.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public async Task<long> RunAsync(Stream source, string name, string folder, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        using var sorter = new EntrySorter(Path.Combine(folder, "runs"));
        var count = await ReadAsync(source, name, sorter, stop);
        var files = BaseFiles.Of(folder, header.Epoch);
        try
        {
            var index = AllowListWriter.Write(files.Pages + Part, header, Told(sorter.Sorted(), count), files.Full + Part);
            File.Move(files.Pages + Part, files.Pages, overwrite: true);
            File.Move(files.Full + Part, files.Full, overwrite: true);
            await File.WriteAllBytesAsync(files.Index + Part, index, stop);
            File.Move(files.Index + Part, files.Index, overwrite: true);
            return count;
        }
        catch (UnsortedEntriesException twice)
        {
            throw new CommandFailure(await NameTwiceAsync(source, name, twice.Key, stop), twice);
        }
        catch (InvalidOperationException over)
        {
            throw new CommandFailure(over.Message, over);
        }
        finally
        {
            File.Delete(files.Pages + Part);
            File.Delete(files.Full + Part);
            File.Delete(files.Index + Part);
        }
    }

    private async Task<long> ReadAsync(Stream source, string name, EntrySorter sorter, CancellationToken stop)
    {
        var progress = new ProgressLine(terminal, "reading", source.CanSeek ? source.Length : 0);
        var count = 0L;
        await foreach (var block in ListLines.ReadAsync(source, name, listKey, takesRemoved: false, stop))
        {
            for (var index = 0; index < block.Count; index++) sorter.Add(EntryOf(block, index));
            count += block.Count;
            progress.Tell(source.CanSeek ? source.Position : 0, count, "subjects");
        }

        progress.End();
        return count;
    }

    private IEnumerable<ListEntry> Told(IEnumerable<ListEntry> sorted, long total)
    {
        var progress = new ProgressLine(terminal, "writing", total);
        var count = 0L;
        foreach (var entry in sorted)
        {
            yield return entry;
            if (++count % TellEvery == 0) progress.Tell(count, count, "subjects");
        }

        progress.End();
    }

    private static ListEntry EntryOf(LineBlock block, int index) => ListValue.TryRead(block.CodeOf(index), out var value)
        ? new ListEntry(block.KeyOf(index), value)
        : throw new System.Diagnostics.UnreachableException("A line that was read has a value.");

    // Line numbers do not travel through the sort: a fault this rare may cost a second reading.
    private async Task<string> NameTwiceAsync(Stream source, string name, SubjectKey key, CancellationToken stop)
    {
        const string Twice = "One subject stands twice. Name each once.";
        if (!source.CanSeek) return Twice;
        source.Position = 0;
        var found = new List<long>();
        await foreach (var block in ListLines.ReadAsync(source, name, listKey, takesRemoved: false, stop))
        {
            for (var index = 0; index < block.Count && found.Count < 2; index++)
            {
                if (block.KeyOf(index) == key) found.Add(block.LineOf(index));
            }

            if (found is [var first, var second])
                return string.Create(CultureInfo.InvariantCulture, $"{name}:{second}: the subject of line {first} again. Name each once.");
        }

        return Twice;
    }
}
