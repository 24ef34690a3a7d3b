namespace Distribution;

/// <summary>
/// The metadata that a client believes, by role: documents as they came, byte for byte, since hashes are made over them.
/// What is found is verified again before it counts.
/// </summary>
public interface IHeldMetadata
{
    /// <summary>The document of a role; null when none is held.</summary>
    /// <param name="role"><c>root</c>, <c>timestamp</c>, <c>snapshot</c>, <c>targets</c> or a delegated role's name, whatever letters it has.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    byte[]? Find(string role);

    /// <summary>Keeps a document that has been accepted, in place of the one before.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Keep(string role, byte[] document);
}
