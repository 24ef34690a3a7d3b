namespace Distribution;

/// <summary>
/// Metadata in a folder, each document durably for itself under its role's name without a version: <c>root.json</c>. A
/// delegated role's name is escaped as in an address, so that it stays one name in this folder.
/// </summary>
public sealed class MetadataFolder : IHeldMetadata
{
    private readonly string folder;

    /// <summary>Documents in a folder that is there.</summary>
    public MetadataFolder(string folder) => this.folder = folder;

    /// <inheritdoc/>
    public byte[]? Find(string role) => DurableFile.Find(PathOf(role));

    /// <inheritdoc/>
    public void Keep(string role, byte[] document)
    {
        // What is held is often accepted again; the same bytes need no second write.
        if (Find(role) is { } held && held.AsSpan().SequenceEqual(document)) return;
        DurableFile.Write(PathOf(role), document);
    }

    private string PathOf(string role) => Path.Combine(folder, RepositoryName.FileOf(role));
}
