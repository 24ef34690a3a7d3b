using System.Text;
using CardReader;
using Distribution;
using Province;
using Province.Codes;
using Province.Documents;
using Province.Keys;
using Province.People;
using Verifier.AllowList;
using Verifier.Trust;

namespace Simulate;

/// <summary>What someone is in truth, which only the checker knows.</summary>
internal enum Truth
{
    /// <summary>May never be let in by what they show.</summary>
    MustNotPass = 0,

    /// <summary>Green, with a signed code or a listed card.</summary>
    MayPass,

    /// <summary>Yellow: the venue decides.</summary>
    VenueDecides,
}

/// <summary>What someone shows.</summary>
/// <param name="Truth">What they are in truth: of a family, the strictest of them.</param>
/// <param name="Carrier">By what.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="People">How many come together.</param>
internal sealed record Shown(Truth Truth, Carrier Carrier, byte[] Payload, int People = 1);

/// <summary>The test province, the documents it signed for this gate, and its people.</summary>
internal sealed class Site
{
    private const string GateName = "simulated";
    private const long People = 5_000;
    private const int FamilyMin = 2;
    private const int FamilyMax = 6;
    private const int FamiliesFrom = 1_000;
    private static readonly (string Kind, string Venue)[] Kinds =
        [("turnstile", "metro"), ("door", "cinemaOrTheatre"), ("freeFlow", "railwayStation"), ("attended", "taxi")];

    private readonly Population population;
    private readonly ProvinceFolder province;
    private readonly SeededBytes seed = new("simulate");
    private readonly TrustedSnapshot first;

    private Site(ProvinceFolder province, TrustedSnapshot first)
    {
        this.province = province;
        this.first = first;
        population = new Population(seed, province.Authority.ListKey.Span);
    }

    /// <summary>The lanes, as the province signed them.</summary>
    public IReadOnlyList<SiteLane> Lanes => first.Site.Lanes;

    /// <summary>Makes the province and enrols the gate.</summary>
    public static async Task<Site> MakeAsync(string folder, int lanes, DateTimeOffset now)
    {
        var state = Path.Combine(folder, "state");
        Directory.CreateDirectory(state);
        using var identity = DeviceIdentity.OpenOrCreate(state);
        var made = new ProvinceFolder(Path.Combine(folder, "province"), new ProvinceOptions
        {
            Seed = "simulate",
            People = People,
            Now = now,
            Gate = GateName,
            Lanes = [.. Enumerable.Range(0, lanes).Select(static lane => new LaneEntry(NameOf(lane), Kinds[lane % Kinds.Length].Kind, Kinds[lane % Kinds.Length].Venue))],
            DeviceKeyPem = await File.ReadAllTextAsync(Path.Combine(state, "device.pub")),
        });
        made.Make(1, static _ => { });
        identity.Enrol(await File.ReadAllBytesAsync(made.RootFile), GateName);
        var opened = await SnapshotStore.OpenAsync(
            new SnapshotStoreOptions { StateFolder = state }, FolderFetch.From(made.RepositoryFolder), now, CancellationToken.None);
        return new Site(made, opened.Snapshot ?? throw new InvalidDataException(opened.Fault));
    }

    /// <summary>The name of a lane.</summary>
    public static string NameOf(int lane) => $"lane-{lane}";

    /// <summary>The documents as of a moment: what a gate that is reached by the province has.</summary>
    public TrustedSnapshot DocumentsOf(DateTimeOffset moment) => new()
    {
        Policy = first.Policy,
        Issuers = first.Issuers,
        Site = first.Site,
        List = first.List,
        ListKey = first.ListKey,
        ListAsOf = moment,
        ExpiresAt = moment + (first.ExpiresAt - first.ListAsOf),
        Versions = first.Versions,
    };

    /// <summary>Someone, with what they show.</summary>
    public Shown Draw(Dice dice, string[] codes, Shown[] families)
    {
        // Three of five people have a card.
        var person = (dice.Below(People / 5) * 5) + dice.Below(3);
        var share = dice.Below(100);
        if (share < 2) return new Shown(Truth.MustNotPass, Carrier.TransitCard, Card(People + (dice.Below(200) * 5)));
        if (share < 4) return new Shown(Truth.MustNotPass, Carrier.Qr, [.. "ZJ1:"u8, .. Enumerable.Range(0, 40).Select(_ => (byte)('A' + dice.Below(26)))]);
        if (share < 5) return new Shown(Truth.MustNotPass, Carrier.Unreadable, []);
        if (share < 10) return families[dice.Below(families.Length)];
        if (share < 20) return new Shown(Truth.MayPass, Carrier.Qr, Encoding.UTF8.GetBytes(codes[dice.Below(codes.Length)]));
        return new Shown(TruthOf(population.ValueOf(person)), Carrier.TransitCard, Card(person));
    }

    /// <summary>Codes of green people for one day: a signature takes longer than a passage.</summary>
    public string[] CodesOf(DateTimeOffset day, int count) =>
    [
        .. Enumerable.Range(0, int.MaxValue).Where(IsGreen).Take(count).Select(person => Code(person, day, [])),
    ];

    /// <summary>Codes of families for one day: two to six people, the holder green. Of five families one brings somebody along who
    /// is not green, or whom no list knows: one of them bars all.</summary>
    public Shown[] FamiliesOf(DateTimeOffset day, int count) => [.. Enumerable.Range(0, count).Select(index => Family(index, day))];

    private Shown Family(int index, DateTimeOffset day)
    {
        var people = FamilyMin + (index % (FamilyMax - FamilyMin + 1));

        // Green people first: they are many. Families do not share members.
        var from = FamiliesFrom + (index * FamilyMax * 2);
        var green = Enumerable.Range(from, FamilyMax * 2).Where(IsGreen).Take(people).Select(static one => (long)one).ToArray();
        var other = index % 10 == 4 ? Enumerable.Range(from, (int)People - from).First(one => population.ValueOf(one).Colour == Colour.Red)
            : index % 10 == 9 ? People + index
            : green[^1];
        long[] members = [.. green[1..^1], other];
        return new Shown(
            other == green[^1] ? Truth.MayPass : Truth.MustNotPass,
            Carrier.Qr,
            Encoding.UTF8.GetBytes(Code(green[0], day, members)),
            people);
    }

    private bool IsGreen(int person) => population.ValueOf(person).Colour == Colour.Green;

    private string Code(long person, DateTimeOffset day, long[] members) => DomesticCodeWriter.Write(
        new CodeClaims
        {
            Issuer = Authority.HomeId,
            Subject = population.Subject(person),
            IssuedAt = day - TimeSpan.FromHours(1),
            ExpiresAt = day + TimeSpan.FromHours(26),
            Id = seed.Bytes($"code:{person}:{day.ToUnixTimeSeconds()}", 8),
            Standing = ListValue.Of(Colour.Green),
            Members = [.. members.Select(member => (ReadOnlyMemory<byte>)population.Subject(member))],
        },
        province.Authority.Home);

    private static Truth TruthOf(ListValue value) => value.Colour switch
    {
        Colour.Green => Truth.MayPass,
        Colour.Yellow => Truth.VenueDecides,
        _ => Truth.MustNotPass,
    };

    private static byte[] Card(long person) =>
        CardIdentity.File(Population.CardNumber(person)!, new DateOnly(2020, 1, 1), new DateOnly(2040, 1, 1));
}
