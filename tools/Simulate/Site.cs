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

/// <summary>The test province, the documents it signed for this gate, and its people.</summary>
internal sealed class Site
{
    private const string GateName = "simulated";
    private const long People = 5_000;
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
    public (Truth Truth, Carrier Carrier, byte[] Payload) Draw(Dice dice, string[] codes)
    {
        // Three of five people have a card.
        var person = (dice.Below(People / 5) * 5) + dice.Below(3);
        var share = dice.Below(100);
        if (share < 2) return (Truth.MustNotPass, Carrier.TransitCard, Card(People + (dice.Below(200) * 5)));
        if (share < 4) return (Truth.MustNotPass, Carrier.Qr, [.. "ZJ1:"u8, .. Enumerable.Range(0, 40).Select(_ => (byte)('A' + dice.Below(26)))]);
        if (share < 5) return (Truth.MustNotPass, Carrier.Unreadable, []);
        if (share < 15) return (Truth.MayPass, Carrier.Qr, System.Text.Encoding.UTF8.GetBytes(codes[dice.Below(codes.Length)]));
        return (TruthOf(population.ValueOf(person)), Carrier.TransitCard, Card(person));
    }

    /// <summary>Codes of green people for one day: a signature takes longer than a passage.</summary>
    public string[] CodesOf(DateTimeOffset day, int count) =>
    [
        .. Enumerable.Range(0, int.MaxValue).Where(person => population.ValueOf(person).Colour == Colour.Green).Take(count).Select(person => DomesticCodeWriter.Write(
            new CodeClaims
            {
                Issuer = Authority.HomeId,
                Subject = population.Subject(person),
                IssuedAt = day - TimeSpan.FromHours(1),
                ExpiresAt = day + TimeSpan.FromHours(26),
                Id = seed.Bytes($"code:{person}:{day.ToUnixTimeSeconds()}", 8),
                Standing = ListValue.Of(Colour.Green),
            },
            province.Authority.Home)),
    ];

    private static Truth TruthOf(ListValue value) => value.Colour switch
    {
        Colour.Green => Truth.MayPass,
        Colour.Yellow => Truth.VenueDecides,
        _ => Truth.MustNotPass,
    };

    private static byte[] Card(long person) =>
        CardIdentity.File(Population.CardNumber(person)!, new DateOnly(2020, 1, 1), new DateOnly(2040, 1, 1));
}
