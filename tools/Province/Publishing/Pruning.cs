using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Province.Publishing;

/// <summary>
/// Deletes what no gate reads any more. The rule of the last 48: a file stays while one of the newest
/// <see cref="SnapshotsKept"/> snapshots names it, directly or through its documents (two days of hourly publications, and a
/// gate that began to read an older one begins again); roots stay for good; the pages of a list stay with its index, and
/// those of the base before for as long as the office asks.
/// </summary>
internal static class Pruning
{
    /// <summary>How many snapshots' files stay.</summary>
    public const int SnapshotsKept = 48;

    private const string Pages = ".gal";

    /// <summary>Deletes. How many files it was.</summary>
    /// <param name="folder">The repository.</param>
    /// <param name="pageHashes">Index hashes, lower-case hexadecimal, whose pages stay whatever is published.</param>
    public static int Prune(string folder, IReadOnlySet<string> pageHashes)
    {
        var kept = Kept(folder);
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToArray())
        {
            var name = Path.GetRelativePath(folder, path);
            if (kept.Contains(name) || IsForGood(name) || IsPagesOf(name, kept, pageHashes)) continue;
            File.Delete(path);
            count++;
        }

        return count;
    }

    private static bool IsForGood(string name) =>
        name == PublishedRepository.TimestampPath || (name.StartsWith("metadata/", StringComparison.Ordinal) && name.EndsWith(".root.json", StringComparison.Ordinal));

    private static bool IsPagesOf(string name, HashSet<string> kept, IReadOnlySet<string> pageHashes)
    {
        if (!name.EndsWith(Pages, StringComparison.Ordinal)) return false;
        var hash = Path.GetFileName(name).Split('.')[0];
        return pageHashes.Contains(hash) || kept.Contains(name[..^Pages.Length] + ".idx");
    }

    private static HashSet<string> Kept(string folder)
    {
        const string Ending = ".snapshot.json";
        var kept = new HashSet<string>(StringComparer.Ordinal);
        var snapshots = Directory.EnumerateFiles(Path.Combine(folder, "metadata"), "*" + Ending)
            .Select(static path => int.TryParse(Path.GetFileName(path)[..^Ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
            .OrderDescending()
            .Take(SnapshotsKept);
        foreach (var version in snapshots)
        {
            var snapshot = PublishedRepository.Versioned(version, RoleNames.Snapshot);
            kept.Add(snapshot);
            kept.Add(PublishedRepository.PatchPath(version));
            foreach (var (file, reference) in Signed(folder, snapshot)?["meta"]?.AsObject() ?? [])
            {
                var document = PublishedRepository.Versioned(reference!["version"]!.GetValue<int>(), file[..^".json".Length]);
                if (!kept.Add(document) || Signed(folder, document) is not { } targets) continue;
                kept.UnionWith(PublishedRepository.FilesOf(targets).Select(static target => "targets/" + target.StoredPath));
            }
        }

        return kept;
    }

    // What an ended publication left behind may be missing or half named; the files it would name are then not kept for it.
    private static JsonObject? Signed(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path))!["signed"]!.AsObject() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
