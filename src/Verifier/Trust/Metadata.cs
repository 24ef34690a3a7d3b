using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Verifier.Trust;

/// <summary>What one metadata document says of another.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Length">Its length in bytes, where stated.</param>
/// <param name="Hashes">Its hashes, where stated.</param>
public sealed record MetadataReference(int Version, int? Length, FileHashes? Hashes)
{
    /// <summary>The most bytes that may be read for it, under a limit for its kind.</summary>
    public int ReadMax(int sizeMax) => Length is { } length ? Math.Min(length, sizeMax) : sizeMax;
}

/// <summary>One file that a targets document names.</summary>
/// <param name="Path">Its path: segments of letters, digits and <c>. _ -</c>, joined by <c>/</c>.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Hashes">Its hashes, at least one.</param>
public sealed record TargetFile(string Path, int Length, FileHashes Hashes)
{
    /// <summary>The path under which a repository with consistent snapshots keeps it: the name prefixed by the hash.</summary>
    public string StoredPath
    {
        get
        {
            var name = Path.LastIndexOf('/') + 1;
            return $"{Path[..name]}{Hashes.Prefix}.{Path[name..]}";
        }
    }

    /// <summary>True when the bytes are this file: its length, and every hash.</summary>
    public bool Match(ReadOnlySpan<byte> bytes) => bytes.Length == Length && Hashes.Match(bytes);
}

/// <summary>The contents of a root document.</summary>
internal sealed record RootContent(bool IsConsistent, KeyRing Keys, FrozenDictionary<TrustRole, RoleKeys> Roles)
{
    /// <summary>Checks that enough keys of a role signed.</summary>
    public TrustFault? Check(TrustRole role, SignedDocument document, out SignedRole signed)
    {
        var fault = Keys.Check(Roles[role], document, out var signers);
        signed = new SignedRole(document.Name, document.Version, document.Expires, Roles[role].Threshold, signers);
        return fault;
    }

    /// <summary>The first 8 bytes of a hash of the keys and thresholds of timestamp and snapshot.</summary>
    public ulong OnlineKeys()
    {
        var text = new StringBuilder();
        foreach (var role in (ReadOnlySpan<TrustRole>)[TrustRole.Timestamp, TrustRole.Snapshot])
        {
            text.Append(CultureInfo.InvariantCulture, $"{role} {Roles[role].Threshold}\n");
            foreach (var identity in Keys.IdentitiesOf(Roles[role])) text.Append(identity).Append('\n');
        }

        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(text.ToString())));
    }
}

/// <summary>The root document.</summary>
internal sealed record RootMetadata(int Version, DateTimeOffset Expires, RootContent Content);

/// <summary>The timestamp document.</summary>
internal sealed record TimestampMetadata(int Version, DateTimeOffset Expires, MetadataReference Snapshot);

/// <summary>The snapshot document.</summary>
internal sealed record SnapshotMetadata(int Version, DateTimeOffset Expires, FrozenDictionary<string, MetadataReference> Documents);

/// <summary>The contents of a targets document, top-level or delegated. Null delegations: it delegates nothing.</summary>
internal sealed record TargetsContent(FrozenDictionary<string, TargetFile> Files, Delegations? Delegations);

/// <summary>A targets document, top-level or delegated.</summary>
internal sealed record TargetsMetadata(int Version, DateTimeOffset Expires, TargetsContent Content);
