using System.Collections.Immutable;
using Verifier.AllowList;
using Verifier.Encoding;

namespace Verifier.Credentials;

/// <summary>What a payload claims, decoded. A closed set; nothing in it is verified yet.</summary>
internal abstract record Credential
{
    private protected Credential()
    {
    }

    /// <summary>Shows the kind only: everything else is about a person.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>A signed document: health code, negative report or staff badge.</summary>
    internal sealed record Document(CoseSign1 Envelope, Claims Claims) : Credential;

    /// <summary>A number read from a card.</summary>
    internal sealed record Card(SubjectKind Kind, ReadOnlyMemory<byte> Number, Assurance Assurance) : Credential;
}

/// <summary>What kind of document the claims are.</summary>
internal enum DocumentKind : byte
{
    None = 0,
    HealthCode = 1,
    NegativeReport = 2,
    StaffBadge = 3,
    Technician = 4,
}

/// <summary>Flags of a domestic code.</summary>
[Flags]
internal enum CodeFlags : byte
{
    None = 0,
    International = 1,
    Assisted = 2,
    Static = 4,
}

/// <summary>The claims of a domestic document, docs/formats/domestic-code.md. Holds a pseudonym: prints nothing.</summary>
internal sealed record Claims
{
    public required DocumentKind Kind { get; init; }

    public required string Issuer { get; init; }

    public required ReadOnlyMemory<byte> Subject { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the sample of a report was taken; null in other kinds.</summary>
    public DateTimeOffset? SampledAt { get; init; }

    /// <summary>The colour at issue; default in other kinds than a health code.</summary>
    public ListValue Standing { get; init; }

    public CodeFlags Flags { get; init; }

    /// <summary>A technician's role; null in other kinds.</summary>
    public string? Role { get; init; }

    /// <summary>The key that proves who holds a technician's credential: x || y on P-256; empty in other kinds.</summary>
    public ReadOnlyMemory<byte> HolderKey { get; init; }

    /// <summary>The document's own id, 8 bytes.</summary>
    public required ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>The pseudonyms of the holder's family who go with them, 0 to 6; only in a health code.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Members { get; init; } = [];

    public override string ToString() => nameof(Claims);
}
