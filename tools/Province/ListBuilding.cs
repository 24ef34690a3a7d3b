using System.Globalization;
using Distribution;
using Province.Commands;
using Verifier.AllowList;

namespace Province;

/// <summary>Makes a list of a province from entries in any order, in bounded memory.</summary>
internal sealed class ListBuilding
{
    private const long ProgressEvery = 1_000_000;
    private readonly ProvinceFolder folder;
    private readonly TextWriter progress;

    /// <summary>Builds lists of a province, and says on long work how far it is.</summary>
    public ListBuilding(ProvinceFolder folder, Terminal terminal)
    {
        this.folder = folder;
        progress = terminal.Error;
    }

    /// <summary>Writes pages and index of an epoch and remembers it. The index is a target of the next publication.</summary>
    /// <returns>How many subjects stand on the list.</returns>
    /// <exception cref="CommandFailure">A subject stands twice.</exception>
    public long Build(int epoch, DateTimeOffset asOf, IEnumerable<ListEntry> entries)
    {
        using var sorter = new EntrySorter(Path.Combine(folder.Path, "sorting"));
        var count = 0L;
        foreach (var entry in entries)
        {
            sorter.Add(entry);
            if (++count % ProgressEvery == 0)
                progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count:N0} entries made"));
        }

        var header = new AllowListHeader(Keys.Authority.HomeId, epoch, asOf, [.. Enum.GetValues<SubjectKind>()[1..]]);
        var pages = Path.Combine(folder.RepositoryFolder, "targets", ProvinceFolder.PagesTarget(epoch));
        Directory.CreateDirectory(Path.GetDirectoryName(pages)!);
        try
        {
            folder.WriteTarget(ProvinceFolder.IndexTarget(epoch), AllowListWriter.Write(pages, header, sorter.Sorted()));
        }
        catch (ArgumentException fault)
        {
            File.Delete(pages);
            throw new CommandFailure("One subject stands twice among the entries, or is one of the cast. Name each once.", fault);
        }

        RemoveOld(epoch);
        folder.Remember(folder.State with { Epoch = epoch });
        return count;
    }

    // One list at a time is signed; the pages of the one before stay for gates that still read it.
    private void RemoveOld(int epoch)
    {
        if (folder.State.Epoch == 0 || folder.State.Epoch == epoch) return;
        File.Delete(Path.Combine(folder.TargetsFolder, ProvinceFolder.IndexTarget(folder.State.Epoch)));
    }
}
