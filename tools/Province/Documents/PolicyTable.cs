using System.Text.Json;
using System.Text.Json.Nodes;
using Verifier.Policy;

namespace Province.Documents;

/// <summary>
/// The test province's policy. Cells that the notice states are as it states them; every other cell is a choice of the
/// test province, so that none is empty.
/// </summary>
internal static class PolicyTable
{
    private static readonly VenueKind[] BarsYellow =
    [
        VenueKind.School, VenueKind.NursingHome, VenueKind.WelfareHome, VenueKind.PsychiatricInstitution,
        VenueKind.PlaceOfDetention, VenueKind.WholesaleProduceMarket, VenueKind.FoodMarket, VenueKind.Supermarket,
        VenueKind.Library, VenueKind.Museum, VenueKind.ArtGallery, VenueKind.ExhibitionHall, VenueKind.OtherIndoorVenue,
        VenueKind.CinemaOrTheatre, VenueKind.GameArcade, VenueKind.OtherClosedEntertainment,
    ];

    private static readonly VenueKind[] Cars = [VenueKind.Taxi, VenueKind.RideHailing];

    private static readonly VenueKind[] Transport =
        [VenueKind.Taxi, VenueKind.RideHailing, VenueKind.Bus, VenueKind.Metro, VenueKind.RailwayStation];

    private static readonly VenueKind[] ShortStays =
    [
        VenueKind.WholesaleProduceMarket, VenueKind.FoodMarket, VenueKind.Supermarket, VenueKind.Library,
        VenueKind.Museum, VenueKind.ArtGallery, VenueKind.ExhibitionHall, VenueKind.Park, VenueKind.ScenicArea,
        VenueKind.Hospital, VenueKind.OtherPublicPlace,
    ];

    private static readonly VenueKind[] TakesPrintedCodes = [.. Transport, VenueKind.Park, VenueKind.Hospital];

    /// <summary>The document, as docs/formats/documents.md lays it out.</summary>
    public static JsonObject Make(string province, int version)
    {
        var venues = new JsonObject();
        foreach (var kind in Enum.GetValues<VenueKind>()[1..]) venues[Word(kind)] = Row(kind);
        return new JsonObject
        {
            ["type"] = "gate-policy",
            ["format"] = 1,
            ["province"] = province,
            ["version"] = version,
            ["controller"] = "Test province, health commission",
            ["operator"] = "Test province, data office",
            ["assessment"] = "PIA-TEST-1",
            ["hotline"] = "12345",
            ["venues"] = venues,
            ["report"] = new JsonObject { ["hours"] = 48, ["frees"] = new JsonArray("region", "feverWithoutHistory") },
            ["staleness"] = new JsonObject
            {
                ["after1h"] = "serve",
                ["after24h"] = "serve",
                ["after7d"] = "signedOnly",
                ["expired"] = "refer",
                ["clockInDoubt"] = "refer",
            },
            ["crowd"] = new JsonObject { ["failuresPerMinute"] = 10, ["rule"] = "outOfOrder", ["minutes"] = 5 },
            ["peakHours"] = new JsonArray(Peak("07:00", "09:30"), Peak("17:00", "19:30")),
            ["retention"] = new JsonObject { ["journalDays"] = 30 },
            ["texts"] = new JsonObject(),
        };
    }

    /// <summary>Changes one cell: <c>metro</c>, <c>yellow.region</c>, <c>refuse</c>.</summary>
    /// <exception cref="CommandFailure">There is no such venue or cell.</exception>
    public static void Set(JsonObject policy, string venue, string cell, string value)
    {
        var at = policy["venues"]?[venue]?.AsObject() ?? throw None("venue", venue);
        var names = cell.Split('.');
        foreach (var name in names[..^1])
            at = at[name] as JsonObject ?? throw None("cell", cell);
        if (!at.ContainsKey(names[^1])) throw None("cell", cell);
        at[names[^1]] = cell == "staticCode" ? JsonValue.Create(value == "true") : value;
    }

    private static CommandFailure None(string kind, string name) =>
        new($"The rule table has no {kind} '{name}'. Its venues and cells stand in docs/formats/documents.md.");

    private static JsonObject Peak(string from, string until) => new() { ["from"] = from, ["until"] = until };

    private static JsonObject Row(VenueKind kind)
    {
        var yellow = YellowOf(kind);
        return new JsonObject
        {
            ["assurance"] = kind == VenueKind.Park ? "cardUid" : "cardFile",
            ["red"] = kind == VenueKind.ResidentialCompound ? "refer" : "refuse",
            ["yellow"] = new JsonObject
            {
                ["feverWithHistory"] = yellow,
                ["feverWithoutHistory"] = yellow,
                ["region"] = yellow,
            },
            ["assisted"] = AssistedOf(kind),
            ["staticCode"] = TakesPrintedCodes.Contains(kind),
        };
    }

    private static string YellowOf(VenueKind kind)
    {
        if (BarsYellow.Contains(kind)) return "refuse";
        return Cars.Contains(kind) ? "admitWithMask" : "refer";
    }

    private static string AssistedOf(VenueKind kind)
    {
        if (Transport.Contains(kind)) return "admitWithMask";
        return ShortStays.Contains(kind) ? "admitShortStay" : "refer";
    }

    private static string Word(VenueKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
