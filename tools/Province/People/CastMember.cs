using Verifier.AllowList;
using Verifier.Credentials;

namespace Province.People;

/// <summary>A role of the test province: what it shows, and how it stands on the list.</summary>
internal sealed record CastMember
{
    /// <summary>The role, such as <c>yellow-cinema</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Texts of QR codes, in the order they are shown.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>The 30 bytes of a transit or city card's public file, or the record of a social-security card; null
    /// without such a card.</summary>
    public ReadOnlyMemory<byte>? CardFile { get; init; }

    /// <summary>The UID of a card that answers nothing else; null without such a card.</summary>
    public ReadOnlyMemory<byte>? CardUid { get; init; }

    /// <summary>What the role shows.</summary>
    public Carrier Carrier
    {
        get
        {
            if (CardUid is not null) return Carrier.CardUid;
            if (CardFile is null) return Carrier.Qr;
            return Kind switch
            {
                SubjectKind.CityCard => Carrier.CityCard,
                SubjectKind.SocialSecurityCard => Carrier.SocialSecurityCard,
                _ => Carrier.TransitCard,
            };
        }
    }

    /// <summary>The kind of subject on the list; none when the role is not listed.</summary>
    public SubjectKind Kind { get; init; }

    /// <summary>The identifier on the list.</summary>
    public ReadOnlyMemory<byte> Identifier { get; init; }

    /// <summary>The standing on the list.</summary>
    public ListValue Value { get; init; }

    /// <summary>Shows the role only.</summary>
    public override string ToString() => Role;
}
