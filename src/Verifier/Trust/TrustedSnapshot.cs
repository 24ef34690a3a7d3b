using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Policy;

namespace Verifier.Trust;

/// <summary>
/// One version of everything the province signed for this gate. Immutable: a new version replaces the whole.
/// Only Distribution makes one, after every signature, hash and version has held.
/// </summary>
public sealed class TrustedSnapshot
{
    /// <summary>The province's rules.</summary>
    public required PolicyDocument Policy { get; init; }

    /// <summary>The issuers whose credentials count.</summary>
    public required IssuerTable Issuers { get; init; }

    /// <summary>What this gate is.</summary>
    public required SiteDocument Site { get; init; }

    /// <summary>What the province orders of every gate.</summary>
    public OrdersDocument Orders { get; init; } = OrdersDocument.None;

    /// <summary>The allow-list.</summary>
    public required AllowListReader List { get; init; }

    /// <summary>The key of the list's epoch, 32 bytes. Secret.</summary>
    public required ReadOnlyMemory<byte> ListKey { get; init; }

    /// <summary>When the list was true: colours known later than this are newer.</summary>
    public required DateTimeOffset ListAsOf { get; init; }

    /// <summary>When the timestamp metadata expires.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The versions to write beside a verdict.</summary>
    public required SnapshotVersions Versions { get; init; }

    /// <summary>The metadata it was found through, and who signed it.</summary>
    public IReadOnlyCollection<SignedRole> Roles { get; init; } = [];

    /// <summary>What the list's pages are read through: its own, of no other snapshot. Whoever replaces the snapshot closes it,
    /// once nobody can still be judging by it.</summary>
    public IDisposable? Pages { get; init; }

    /// <summary>Shows the versions only: the rest is secret or long.</summary>
    public override string ToString() => $"{nameof(TrustedSnapshot)} {Versions}";
}
