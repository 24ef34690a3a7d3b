using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Verifier.Trust;

/// <summary>
/// The metadata of a TUF repository (specification 1.0.34, section 5), as far as it is believed. Pure: bytes in, a fault
/// or nothing out, one reference time. Documents come in the order root*, timestamp, snapshot, targets, delegated targets;
/// each is kept only when all its rules hold, in checking order:
/// <list type="number">
/// <item>It is not longer than its limit, and has the length and hash that the document above states.</item>
/// <item>It is strict JSON of its role and of specification 1.x, with a canonical form.</item>
/// <item>Enough keys signed it that the trusted root gives the role, or for a delegated role the document that delegates
/// to it on this way; a new root also by its own keys.</item>
/// <item>Its version: a root is the next one; a timestamp does not fall, nor does the snapshot it names; snapshot and
/// targets are exactly the version named above, and a snapshot neither drops nor lowers a document it had.</item>
/// <item>It has not expired: the last root when the timestamp comes, every other when it comes itself.</item>
/// </list>
/// A timestamp or snapshot that is only expired is still kept to compare later ones with, and reported. One that the
/// gate had and that the keys of a new root no longer sign is no floor: so a province recovers from a stolen key that
/// signed a very high version. One thread.
/// </summary>
public sealed class TrustedMetadata
{
    /// <summary>Greatest root document in bytes.</summary>
    public const int RootSizeMax = 512_000;

    /// <summary>Greatest timestamp document in bytes.</summary>
    public const int TimestampSizeMax = 16_384;

    /// <summary>Greatest snapshot document in bytes.</summary>
    public const int SnapshotSizeMax = 2_000_000;

    /// <summary>Greatest targets document in bytes.</summary>
    public const int TargetsSizeMax = 5_000_000;

    /// <summary>Greatest delegated targets document in bytes.</summary>
    public const int DelegatedSizeMax = 5_000_000;

    /// <summary>Greatest number of roots followed at once.</summary>
    public const int RootRotationsMax = 256;

    internal const string TargetsName = "targets.json";

    private readonly Dictionary<string, SignedRole> roles = new(StringComparer.Ordinal);
    private readonly DateTimeOffset? now;
    private readonly SnapshotRule rule;
    private RootMetadata root;
    private TimestampMetadata? timestamp;
    private SnapshotMetadata? snapshot;
    private TargetsMetadata? targets;

    private TrustedMetadata(RootMetadata root, DateTimeOffset? now, SnapshotRule rule)
    {
        this.root = root;
        this.now = now;
        this.rule = rule;
    }

    /// <summary>True when the repository keeps every version under a name of its own.</summary>
    public bool IsConsistent => root.Content.IsConsistent;

    /// <summary>Version of the trusted root.</summary>
    public int RootVersion => root.Version;

    /// <summary>
    /// Which keys sign timestamps and snapshots: the first 8 bytes of a hash over them. Versions compare only under the same
    /// keys, because those that the province withdrew may have signed any version.
    /// </summary>
    public ulong OnlineKeys => root.Content.OnlineKeys();

    /// <summary>Version of the trusted timestamp, or 0.</summary>
    public int TimestampVersion => timestamp?.Version ?? 0;

    /// <summary>Version of the trusted snapshot, or 0.</summary>
    public int SnapshotVersion => snapshot?.Version ?? 0;

    /// <summary>Version of the trusted targets, or 0.</summary>
    public int TargetsVersion => targets?.Version ?? 0;

    /// <summary>The snapshot that the timestamp names; null before there is one.</summary>
    public MetadataReference? SnapshotReference => timestamp?.Snapshot;

    /// <summary>The targets document that the snapshot names; null before there is one.</summary>
    public MetadataReference? TargetsReference => snapshot?.Documents[TargetsName];

    /// <summary>The documents that are believed, the last of each role, and who signed them.</summary>
    public IReadOnlyCollection<SignedRole> Roles => roles.Values;

    /// <summary>When the first of the four documents expires; the least moment before all are there.</summary>
    public DateTimeOffset ExpiresAt => targets is null
        ? DateTimeOffset.MinValue
        : new[] { root.Expires, timestamp!.Expires, snapshot!.Expires, targets.Expires }.Min();

    /// <summary>The paths of all targets that the top-level document names itself.</summary>
    public IEnumerable<string> TargetPaths => targets?.Content.Files.Keys ?? [];

    /// <summary>The top-level targets document; null before there is one.</summary>
    internal TargetsMetadata? Targets => targets;

    /// <summary>Begins with a root that is trusted because it was pinned. Its expiry does not matter yet.</summary>
    /// <param name="pinnedRoot">The root document.</param>
    /// <param name="now">The reference time; null where the clock is not believed, or for documents already held: expiry is not judged.</param>
    /// <param name="rule">Whether the root must promise consistent snapshots.</param>
    /// <param name="trusted">The metadata.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool TryStart(
        ReadOnlyMemory<byte> pinnedRoot,
        DateTimeOffset? now,
        SnapshotRule rule,
        [NotNullWhen(true)] out TrustedMetadata? trusted,
        [NotNullWhen(false)] out TrustFault? fault)
    {
        trusted = null;
        if (!TryReadRoot(pinnedRoot, rule, out var document, out var root, out fault)) return false;
        fault = root.Content.Check(TrustRole.Root, document, out var signed);
        if (fault is not null) return false;
        trusted = new TrustedMetadata(root, now, rule);
        trusted.roles["root"] = signed;
        return true;
    }

    /// <summary>What the snapshot says of a targets document; null when it does not name it.</summary>
    /// <param name="role"><c>targets</c> or a delegated role.</param>
    public MetadataReference? FindReference(string role) =>
        snapshot is not null && snapshot.Documents.TryGetValue($"{role}.json", out var reference) ? reference : null;

    /// <summary>Null when no root is left to take and the last has not expired. A way to fetch nothing under an expired one.</summary>
    public TrustFault? CheckRoot() => IsExpired(root.Expires) ? Expired("root", root.Expires) : null;

    /// <summary>Takes the next root. Null when it is accepted.</summary>
    public TrustFault? UpdateRoot(ReadOnlyMemory<byte> source)
    {
        if (timestamp is not null) return OutOfOrder(TrustRole.Root, "a timestamp", "no timestamp yet");
        if (!TryReadRoot(source, rule, out var document, out var next, out var fault)) return fault;
        fault = root.Content.Check(TrustRole.Root, document, out _) ?? next.Content.Check(TrustRole.Root, document, out _);
        if (fault is not null) return fault;
        if (next.Version != root.Version + 1L) return WrongVersion(document, root.Version + 1L);
        next.Content.Check(TrustRole.Root, document, out var signed);
        root = next;
        roles["root"] = signed;
        return null;
    }

    /// <summary>Takes a timestamp; the same one again is accepted. Null when it is accepted.</summary>
    public TrustFault? UpdateTimestamp(ReadOnlyMemory<byte> source)
    {
        if (snapshot is not null) return OutOfOrder(TrustRole.Timestamp, "a snapshot", "no snapshot yet");
        if (CheckRoot() is { } expired) return expired;
        if (!SignedDocument.TryRead(
            source, TrustRole.Timestamp, TimestampSizeMax, MetadataReader.ReadTimestamp, out var document, out var reference, out var fault)) return fault;
        if (root.Content.Check(TrustRole.Timestamp, document, out var signed) is { } unsigned) return unsigned;
        if (document.Version < TimestampVersion) return Older(document.Name, document.Version, TimestampVersion);
        if (timestamp is not null && reference!.Version < timestamp.Snapshot.Version)
            return Older("timestamp at meta.snapshot.json", reference.Version, timestamp.Snapshot.Version);

        // The same version means the same document: a second one of that version would be a second truth.
        if (document.Version != TimestampVersion)
        {
            timestamp = new TimestampMetadata(document.Version, document.Expires, reference!);
            roles[document.Name] = signed;
        }

        return IsExpired(timestamp!.Expires) ? Expired("timestamp", timestamp.Expires) : null;
    }

    /// <summary>Takes the snapshot that the timestamp names. Null when it is accepted.</summary>
    /// <param name="source">The document.</param>
    /// <param name="isHeld">
    /// True for the one this gate already had: its hash is not compared, and it may be older than the timestamp says.
    /// It then only serves to notice that a newer one falls back.
    /// </param>
    public TrustFault? UpdateSnapshot(ReadOnlyMemory<byte> source, bool isHeld = false)
    {
        if (timestamp is null) return OutOfOrder(TrustRole.Snapshot, "no timestamp", "a timestamp");
        if (targets is not null) return OutOfOrder(TrustRole.Snapshot, "targets", "no targets yet");
        if (IsExpired(timestamp.Expires)) return Expired("timestamp", timestamp.Expires);
        if (!isHeld && CheckBytes("snapshot", source.Span, timestamp.Snapshot) is { } changed) return changed;
        if (!SignedDocument.TryRead(
            source, TrustRole.Snapshot, SnapshotSizeMax, MetadataReader.ReadSnapshot, out var document, out var documents, out var fault)) return fault;
        if (root.Content.Check(TrustRole.Snapshot, document, out var signed) is { } unsigned) return unsigned;
        if (isHeld ? document.Version > timestamp.Snapshot.Version : document.Version != timestamp.Snapshot.Version)
            return WrongVersion(document, timestamp.Snapshot.Version);
        if (FindFall(documents!) is { } fall) return fall;

        snapshot = new SnapshotMetadata(document.Version, document.Expires, documents!);
        roles[document.Name] = signed;
        return IsExpired(snapshot.Expires) ? Expired("snapshot", snapshot.Expires) : null;
    }

    /// <summary>Takes the targets document that the snapshot names. Null when it is accepted.</summary>
    public TrustFault? UpdateTargets(ReadOnlyMemory<byte> source)
    {
        if (snapshot is null) return OutOfOrder(TrustRole.Targets, "no snapshot", "a snapshot");
        if (snapshot.Version != timestamp!.Snapshot.Version)
            return OutOfOrder(TrustRole.Targets, $"snapshot {snapshot.Version}", $"snapshot {timestamp.Snapshot.Version}");
        if (IsExpired(snapshot.Expires)) return Expired("snapshot", snapshot.Expires);
        var reference = snapshot.Documents[TargetsName];
        if (CheckBytes("targets", source.Span, reference) is { } changed) return changed;
        if (!SignedDocument.TryRead(
            source, TrustRole.Targets, TargetsSizeMax, MetadataReader.ReadTargets, out var document, out var content, out var fault)) return fault;
        if (root.Content.Check(TrustRole.Targets, document, out var signed) is { } unsigned) return unsigned;
        if (document.Version != reference.Version) return WrongVersion(document, reference.Version);
        if (IsExpired(document.Expires)) return Expired("targets", document.Expires);
        targets = new TargetsMetadata(document.Version, document.Expires, content!);
        roles[document.Name] = signed;
        return null;
    }

    /// <summary>Reads a delegated targets document. It is kept by the caller: another delegator may trust other keys.</summary>
    /// <param name="delegation">The role, as its delegator names it.</param>
    /// <param name="keys">The delegator's keys.</param>
    /// <param name="source">The document.</param>
    /// <param name="delegated">What it says.</param>
    internal TrustFault? ReadDelegated(Delegation delegation, KeyRing keys, ReadOnlyMemory<byte> source, out TargetsMetadata? delegated)
    {
        delegated = null;
        var name = delegation.Name;
        if (targets is null) return new TrustFault(TrustFaultKind.OutOfOrder, name, "no targets", "targets");
        if (FindReference(name) is not { } reference) return new TrustFault(TrustFaultKind.NotNamed, name, "nothing in the snapshot", $"{name}.json");
        if (CheckBytes(name, source.Span, reference) is { } changed) return changed;
        if (!SignedDocument.TryRead(
            source, TrustRole.Targets, DelegatedSizeMax, MetadataReader.ReadTargets, out var document, out var content, out var fault, name)) return fault;
        if (keys.Check(delegation.Keys, document, out var signers) is { } unsigned) return unsigned;
        if (document.Version != reference.Version) return WrongVersion(document, reference.Version);
        if (IsExpired(document.Expires)) return Expired(name, document.Expires);
        delegated = new TargetsMetadata(document.Version, document.Expires, content!);
        roles[name] = new SignedRole(name, document.Version, document.Expires, delegation.Keys.Threshold, signers);
        return null;
    }

    private static bool TryReadRoot(
        ReadOnlyMemory<byte> source,
        SnapshotRule rule,
        [NotNullWhen(true)] out SignedDocument? document,
        [NotNullWhen(true)] out RootMetadata? root,
        [NotNullWhen(false)] out TrustFault? fault)
    {
        root = null;
        if (!SignedDocument.TryRead(source, TrustRole.Root, RootSizeMax, MetadataReader.ReadRoot, out document, out var content, out fault)) return false;
        root = new RootMetadata(document.Version, document.Expires, content!);
        if (content!.IsConsistent || rule == SnapshotRule.Either) return true;
        fault = new TrustFault(TrustFaultKind.BadMember, "root at consistent_snapshot", "nothing or false", "true");
        return false;
    }

    private TrustFault? FindFall(FrozenDictionary<string, MetadataReference> next)
    {
        if (snapshot is null) return null;
        foreach (var (name, held) in snapshot.Documents)
        {
            if (!next.TryGetValue(name, out var reference))
                return new TrustFault(TrustFaultKind.NotNamed, "snapshot", "nothing", $"{name}, which it named before");
            if (reference.Version < held.Version) return Older($"snapshot at meta.{name}", reference.Version, held.Version);
        }

        return null;
    }

    private static TrustFault? CheckBytes(string name, ReadOnlySpan<byte> source, MetadataReference reference)
    {
        if (reference.Length is { } length && source.Length != length)
            return new TrustFault(TrustFaultKind.WrongLength, name, $"{source.Length} bytes", $"{length}");
        if (reference.Hashes is not { } expected || expected.Match(source)) return null;
        return new TrustFault(TrustFaultKind.WrongHash, name, $"{source.Length} bytes of another hash", expected.Prefix);
    }

    private bool IsExpired(DateTimeOffset expires) => now is { } moment && expires <= moment;

    private TrustFault Expired(string name, DateTimeOffset expires) =>
        new(TrustFaultKind.Expired, name, $"expiry {expires:yyyy-MM-dd'T'HH:mm:ss'Z'}", $"later than {now:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    private static TrustFault Older(string name, int found, int held) =>
        new(TrustFaultKind.OlderVersion, name, $"version {found}", $"at least version {held}, which this gate already had");

    private static TrustFault WrongVersion(SignedDocument document, long expected) =>
        new(TrustFaultKind.WrongVersion, document.Name, $"version {document.Version}", $"version {expected}");

    private static TrustFault OutOfOrder(TrustRole role, string found, string expected) =>
        new(TrustFaultKind.OutOfOrder, SignedDocument.Word(role), found, expected);
}
