using Distribution;

namespace Province.Tests.Publishing;

/// <summary>What a gate holds, in memory: a pinned root to begin with.</summary>
internal sealed class MetadataMemory(byte[] root) : IHeldMetadata
{
    private readonly Dictionary<string, byte[]> documents = new(StringComparer.Ordinal) { ["root"] = root };

    public byte[]? Find(string role) => documents.GetValueOrDefault(role);

    public void Keep(string role, byte[] document) => documents[role] = document;
}
