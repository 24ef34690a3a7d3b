using Distribution;
using Province.Codes;
using Province.Keys;
using Verifier.AllowList;

namespace Province.People;

/// <summary>The roles that the demo, the tests and the benchmarks send through gates. All follow from the seed.</summary>
internal sealed class Cast
{
    private const int SubjectSize = 16;
    private const int IdSize = 8;
    private const int UidSize = 7;
    private const string UnlistedCard = "3104599999999999999";
    private static readonly DateOnly CardFrom = new(2020, 1, 1);
    private static readonly DateOnly CardUntil = new(2040, 1, 1);
    private static readonly ListValue Green = ListValue.Of(Colour.Green);
    private static readonly ListValue Red = ListValue.Of(Colour.Red);
    private static readonly ListValue Region = ListValue.Of(Colour.Yellow, YellowReason.Region);
    private readonly SeededBytes seed;
    private readonly Authority authority;
    private readonly DateTimeOffset now;

    /// <summary>A cast whose codes are fresh at a moment.</summary>
    public Cast(SeededBytes seed, Authority authority, DateTimeOffset now)
    {
        this.seed = seed;
        this.authority = authority;
        this.now = now;
        Members = [.. People(), .. Strangers(), .. CardHolders()];
    }

    /// <summary>Every role.</summary>
    public IReadOnlyList<CastMember> Members { get; }

    /// <summary>A role by its name.</summary>
    public CastMember this[string role] =>
        Members.FirstOrDefault(member => member.Role == role) ?? throw new ArgumentException($"No role {role}.", nameof(role));

    /// <summary>The list entries of the roles that are listed, in no order.</summary>
    public IEnumerable<ListEntry> Entries(ReadOnlyMemory<byte> listKey) =>
        from member in Members
        where member.Kind != SubjectKind.None
        select new ListEntry(SubjectKey.Compute(listKey.Span, member.Kind, member.Identifier.Span), member.Value);

    /// <summary>Claims that a role would carry, for tests that bend them.</summary>
    public CodeClaims Claims(string role, ListValue? standing) => new()
    {
        Issuer = Authority.HomeId,
        Subject = seed.Bytes($"cast:{role}", SubjectSize),
        IssuedAt = now - TimeSpan.FromHours(1),
        ExpiresAt = now + TimeSpan.FromHours(24),
        Id = seed.Bytes($"cast-id:{role}", IdSize),
        Standing = standing,
    };

    private IEnumerable<CastMember> People()
    {
        yield return Person("green-phone", Green);
        yield return Person("yellow-cinema", Region);
        yield return Person("yellow-taxi", Region);
        yield return Person("yellow-fever-history", ListValue.Of(Colour.Yellow, YellowReason.FeverWithHistory));
        yield return Person("yellow-fever", ListValue.Of(Colour.Yellow, YellowReason.FeverWithoutHistory));
        yield return Person("red", Red);
        yield return Person("same-code-twice", Green);
        yield return Person("tampered-page", Green);

        var holder = Person("yellow-report", Region);
        yield return holder with { Texts = [Report("yellow-report"), .. holder.Texts] };
        var feverish = Person("report-with-history", ListValue.Of(Colour.Yellow, YellowReason.FeverWithHistory));
        yield return feverish with { Texts = [Report("report-with-history"), .. feverish.Texts] };
        var ill = Person("report-red", Red);
        yield return ill with { Texts = [Report("report-red"), .. ill.Texts] };

        var printed = Claims("printed", Green) with { Flags = 4 };
        yield return Listed("printed", ListValue.Of(Colour.Green, isStaticCodeAllowed: true), Sign(printed));
        yield return Listed("printed-not-allowed", Green, Sign(Claims("printed-not-allowed", Green) with { Flags = 4 }));
        yield return Listed("newer-red", Green, Sign(Claims("newer-red", Red) with { IssuedAt = now + TimeSpan.FromSeconds(30) }));
        yield return Listed("older-green", Red, Sign(Claims("older-green", Green)));
        yield return new CastMember { Role = "staff-badge", Texts = [Sign(Claims("staff-badge", null) with { Kind = 3 })] };
    }

    private IEnumerable<CastMember> Strangers()
    {
        var expired = Claims("expired", Green) with { ExpiresAt = now - TimeSpan.FromMinutes(1) };
        yield return Listed("expired", Green, Sign(expired));
        var early = Claims("not-yet-valid", Green) with { IssuedAt = now + TimeSpan.FromHours(2) };
        yield return Listed("not-yet-valid", Green, Sign(early));

        // The forger knows everything but the key: the header names the province's key, another one signed.
        var forged = DomesticCodeWriter.Sign(
            DomesticCodeWriter.WriteClaims(Claims("forged-signature", Green)), authority.Forger, authority.Home.KeyId);
        yield return Listed("forged-signature", Green, DomesticCodeWriter.ToText(forged));

        var whole = Sign(Claims("corrupted", Green));
        yield return Listed("corrupted", Green, whole[..^9]);
        yield return new CastMember { Role = "poster", Texts = ["https://example.org/timetable"] };
        yield return new CastMember { Role = "unlisted-phone", Texts = [Sign(Claims("unlisted-phone", Green))] };

        var unknown = Claims("other-province-unknown", Green) with { Issuer = "99" };
        yield return new CastMember
        {
            Role = "other-province-unknown",
            Texts = [DomesticCodeWriter.Write(unknown, authority.Unknown)],
        };
        foreach (var (role, standing) in new[] { ("other-province-green", Green), ("other-province-red", Red) })
        {
            var claims = Claims(role, standing) with { Issuer = Authority.NeighbourId };
            yield return new CastMember { Role = role, Texts = [DomesticCodeWriter.Write(claims, authority.Neighbour)] };
        }

        var listedRed = Claims("other-province-listed-red", Green) with { Issuer = Authority.NeighbourId };
        yield return Listed("other-province-listed-red", Red, DomesticCodeWriter.Write(listedRed, authority.Neighbour));
        yield return Listed("international", Green, Sign(Claims("international", Green) with { Flags = 1 }));
    }

    private IEnumerable<CastMember> CardHolders()
    {
        yield return Card("green-transit-card", "3104588888888888881", Green);
        yield return Card("yellow-transit-card", "3104588888888888882", Region);
        yield return Card("red-transit-card", "3104588888888888883", Red);
        yield return new CastMember
        {
            Role = "unlisted-card",
            CardFile = CardIdentity.File(UnlistedCard, CardFrom, CardUntil),
        };
        const string City = "2000";
        const ulong CityNumber = 0x7D93847E0512E3B7;
        yield return new CastMember
        {
            Role = "green-city-card",
            CardFile = CardIdentity.CityFile(City, CityNumber, CardFrom, CardUntil),
            Kind = SubjectKind.CityCard,
            Identifier = CardIdentity.CityIdentifier(City, CityNumber),
            Value = Green,
        };
        const string SocialSecurityNumber = "F88888888";
        yield return new CastMember
        {
            Role = "green-social-security-card",
            CardFile = CardIdentity.SocialSecurityRecord(SocialSecurityNumber),
            Kind = SubjectKind.SocialSecurityCard,
            Identifier = CardIdentity.SocialSecurityIdentifier(SocialSecurityNumber),
            Value = Green,
        };
        var uid = seed.Bytes("cast-uid:uid-only-card", UidSize);
        uid[0] = 0x04;
        yield return new CastMember
        {
            Role = "uid-only-card",
            CardUid = uid,
            Kind = SubjectKind.CardUid,
            Identifier = uid,
            Value = Green,
        };
    }

    private static CastMember Card(string role, string number, ListValue value) => new()
    {
        Role = role,
        CardFile = CardIdentity.File(number, CardFrom, CardUntil),
        Kind = SubjectKind.TransitCard,
        Identifier = CardIdentity.Identifier(number),
        Value = value,
    };

    private CastMember Person(string role, ListValue value) => Listed(role, value, Sign(Claims(role, value)));

    private CastMember Listed(string role, ListValue value, string text) => new()
    {
        Role = role,
        Texts = [text],
        Kind = SubjectKind.Person,
        Identifier = seed.Bytes($"cast:{role}", SubjectSize),
        Value = value,
    };

    private string Report(string role) =>
        Sign(Claims(role, null) with { Kind = 2, SampledAt = now - TimeSpan.FromHours(12), Id = seed.Bytes($"report:{role}", IdSize) });

    private string Sign(CodeClaims claims) => DomesticCodeWriter.Write(claims, authority.Home);
}
