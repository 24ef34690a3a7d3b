using System.Globalization;
using System.Text;
using Verifier.Trust;

namespace Distribution;

/// <summary>
/// The documents a gate holds, together: one folder for a set, and one small file that says which set counts, replaced
/// durably. A power cut leaves the old set or the new one. The newest root lies beside the sets, because it counts before
/// its set does: the set before goes on under the root it came with, newer documents only under the newest.
/// </summary>
internal sealed class MetadataSet : IHeldMetadata
{
    private const string CurrentFile = "current";
    private const string RootRole = "root";
    private const string Again = "-again";
    private const string Ending = ".json";
    private readonly Dictionary<string, byte[]> documents = new(StringComparer.Ordinal);
    private readonly MetadataSet? before;
    private readonly string folder;
    private readonly string ownName;

    private MetadataSet(string folder, string name, MetadataSet? before)
    {
        this.folder = folder;
        ownName = name;
        this.before = before;
    }

    private string NewestRoot => Path.Combine(folder, RootRole + Ending);

    /// <summary>The set that counts; null when there is none yet.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static MetadataSet? FindCurrent(string folder)
    {
        if (DurableFile.Find(Path.Combine(folder, CurrentFile)) is not { } current) return null;
        var name = Encoding.ASCII.GetString(current).Trim();
        var found = new MetadataSet(folder, name, null);
        foreach (var path in DurableFile.FilesOf(Path.Combine(folder, name), "*" + Ending))
            found.documents[Uri.UnescapeDataString(Path.GetFileNameWithoutExtension(path))] = File.ReadAllBytes(path);
        return found.documents.Count > 0 ? found : null;
    }

    /// <summary>Begins the set after another one.</summary>
    /// <param name="folder">Where sets lie.</param>
    /// <param name="held">The set that counts; null when there is none yet.</param>
    /// <param name="pinnedRoot">The root from enrolment, to begin with.</param>
    /// <exception cref="IOException">The newest root cannot be read.</exception>
    public static MetadataSet Begin(string folder, MetadataSet? held, byte[] pinnedRoot)
    {
        var next = new MetadataSet(folder, string.Empty, held);
        next.documents[RootRole] = DurableFile.Find(next.NewestRoot) ?? held?.Find(RootRole) ?? pinnedRoot;
        return next;
    }

    /// <inheritdoc/>
    public byte[]? Find(string role) => documents.TryGetValue(role, out var document) ? document : before?.Find(role);

    /// <summary>True when this set's root and timestamp are those of another: then so is all that the timestamp names.</summary>
    public bool IsLike(MetadataSet other) => HasSame(RootRole, other) && HasSame("timestamp", other);

    /// <summary>Keeps a document for this set; a new root for good.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public void Keep(string role, byte[] document)
    {
        if (role == RootRole && !document.AsSpan().SequenceEqual(documents[RootRole])) DurableFile.Write(NewestRoot, document);
        documents[role] = document;
    }

    /// <summary>Makes this the set that counts, and deletes those that did.</summary>
    /// <exception cref="IOException">The disk is full or fails; the old set still counts.</exception>
    public void Save(TrustedMetadata trusted)
    {
        // A set is written once and never changed: what counts now is not touched before the new one is whole.
        var next = string.Create(CultureInfo.InvariantCulture, $"set-{trusted.RootVersion}-{trusted.TimestampVersion}");
        if (before?.ownName == next) next += Again;
        DurableFile.WriteFolder(
            Path.Combine(folder, next), documents.Select(static one => (RepositoryName.FileOf(one.Key), (ReadOnlyMemory<byte>)one.Value)));
        DurableFile.Write(Path.Combine(folder, CurrentFile), Encoding.ASCII.GetBytes(next + "\n"));
        DeleteAllBut(next);
    }

    // The new set counts by now, so a failure here is none of the update: what is left goes with the next one.
    private void DeleteAllBut(string counting)
    {
        try
        {
            foreach (var old in Directory.GetDirectories(folder, "set-*"))
            {
                if (Path.GetFileName(old) != counting) Directory.Delete(old, recursive: true);
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
        }
    }

    private bool HasSame(string role, MetadataSet other) =>
        Find(role) is { } mine && other.Find(role) is { } its && mine.AsSpan().SequenceEqual(its);
}
