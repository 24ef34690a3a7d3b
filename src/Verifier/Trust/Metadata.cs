using System.Collections.Frozen;

namespace Verifier.Trust;

/// <summary>What one metadata document says of another.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Length">Its length in bytes, where stated.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal, where stated.</param>
public sealed record MetadataReference(int Version, int? Length, string? Sha256);

/// <summary>One file that the targets document names.</summary>
/// <param name="Path">Its path: segments of letters, digits and <c>. _ -</c>, joined by <c>/</c>.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
public sealed record TargetFile(string Path, int Length, string Sha256)
{
    /// <summary>The path under which a repository with consistent snapshots keeps it: the name prefixed by the hash.</summary>
    public string StoredPath
    {
        get
        {
            var name = Path.LastIndexOf('/') + 1;
            return $"{Path[..name]}{Sha256}.{Path[name..]}";
        }
    }
}

/// <summary>The root document.</summary>
internal sealed record RootMetadata(int Version, DateTimeOffset Expires, KeyRing Keys);

/// <summary>The timestamp document.</summary>
internal sealed record TimestampMetadata(int Version, DateTimeOffset Expires, MetadataReference Snapshot);

/// <summary>The snapshot document.</summary>
internal sealed record SnapshotMetadata(int Version, DateTimeOffset Expires, FrozenDictionary<string, MetadataReference> Documents);

/// <summary>The targets document.</summary>
internal sealed record TargetsMetadata(int Version, DateTimeOffset Expires, FrozenDictionary<string, TargetFile> Files);
