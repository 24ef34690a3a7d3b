using CardReader.Camera;

namespace GateCamera;

/// <summary>
/// Frames from pictures. A folder gives each picture that is moved into it once, in the order of names; a single picture is
/// given at every frame. A picture must be moved in whole (written elsewhere on the same disk, then renamed).
/// </summary>
internal sealed class FolderSource
{
    /// <summary>
    /// Names remembered as seen; the oldest go first, so a picture that still lies in a folder of more than so many is shown
    /// again.
    /// </summary>
    public const int SeenMax = 10_000;

    private readonly string? folder;
    private readonly LumaFrame? still;
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    /// <summary>Watches a folder.</summary>
    public FolderSource(string folder) => this.folder = folder;

    /// <summary>Holds one picture before the camera.</summary>
    /// <exception cref="InvalidDataException">It is no picture.</exception>
    public FolderSource(FileInfo picture)
    {
        if (!PictureFile.TryRead(picture.FullName, out still))
            throw new InvalidDataException($"{picture.FullName} is no PNG or JPEG picture of at most 4096 x 4096 and 16 MiB.");
    }

    /// <summary>The next frame; null when there is nothing new.</summary>
    public LumaFrame? Next()
    {
        if (still is not null) return still;
        try
        {
            if (FindNew() is not { } first) return null;
            Remember(first);
            return PictureFile.TryRead(first, out var frame) ? frame : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The folder is not there now, or the picture was taken away between the listing and the reading, or it is not
            // for this user: there is no such frame.
            return null;
        }
    }

    private string? FindNew()
    {
        string? first = null;
        foreach (var path in Directory.EnumerateFiles(folder!))
        {
            var isPicture = Path.GetExtension(path) is ".png" or ".jpg" or ".jpeg";
            if (isPicture && !seen.Contains(path) && (first is null || string.CompareOrdinal(path, first) < 0)) first = path;
        }

        return first;
    }

    private void Remember(string path)
    {
        seen.Add(path);
        order.Enqueue(path);
        if (order.Count > SeenMax) seen.Remove(order.Dequeue());
    }
}
