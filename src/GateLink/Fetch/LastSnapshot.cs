using System.Globalization;
using LocalApi.Link;

namespace GateLink.Fetch;

/// <summary>
/// The snapshot that came last. From one hour to the next little of it changes, so the next one is made of it by a
/// <see cref="SnapshotPatch"/> where the server has one. What comes of that is believed no more than what is fetched whole.
/// One thread.
/// </summary>
internal sealed class LastSnapshot
{
    private const string Folder = "metadata/";
    private const string Ending = ".snapshot.json";
    private const string PatchEnding = ".snapshot.patch";
    private byte[]? document;
    private int version;

    /// <summary>Where the patch lies that leads to a document; null when none leads there from here.</summary>
    /// <param name="path">Below the root, <c>metadata/N.snapshot.json</c>; any other is none.</param>
    public string? PatchTo(string path) => document is not null && VersionOf(path) == version + 1L
        ? string.Create(CultureInfo.InvariantCulture, $"{Folder}{version + 1L}{PatchEnding}")
        : null;

    /// <summary>The next document; null when the patch does not lead to it.</summary>
    /// <param name="patch">The patch; null when the server has none.</param>
    public byte[]? Follow(byte[]? patch) => patch is not null && SnapshotPatch.TryApply(document, patch, out var next) ? next : null;

    /// <summary>Keeps a document, if it is a snapshot.</summary>
    public void Keep(string path, byte[] fetched)
    {
        if (VersionOf(path) is { } found) (version, document) = (found, fetched);
    }

    /// <summary>Forgets it: it did not hold.</summary>
    public void Clear() => document = null;

    private static int? VersionOf(string path) =>
        path.StartsWith(Folder, StringComparison.Ordinal) && path.EndsWith(Ending, StringComparison.Ordinal)
        && int.TryParse(path.AsSpan(Folder.Length, path.Length - Folder.Length - Ending.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var found)
            ? found
            : null;
}
