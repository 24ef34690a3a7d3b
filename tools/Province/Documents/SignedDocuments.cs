using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Province.Keys;

namespace Province.Documents;

/// <summary>One line of issuers.json.</summary>
/// <param name="Id">What codes name as their issuer.</param>
/// <param name="Key">The key.</param>
/// <param name="IsHome">True for the home province.</param>
/// <param name="Uses">What it may sign: healthCode, report, staff, technician.</param>
internal sealed record IssuerEntry(string Id, SigningKey Key, bool IsHome, params string[] Uses);

/// <summary>One lane of a site: <c>metro-1:turnstile:metro</c>.</summary>
internal sealed record LaneEntry(string Name, string Kind, string Venue)
{
    /// <summary>Reads <c>name:kind:venue</c>.</summary>
    /// <exception cref="FormatException">It has another shape.</exception>
    public static LaneEntry Parse(string text)
    {
        var parts = text.Split(':');
        return parts is [{ Length: > 0 }, { Length: > 0 }, { Length: > 0 }]
            ? new LaneEntry(parts[0], parts[1], parts[2])
            : throw new FormatException($"'{text}' is no lane: write NAME:KIND:VENUE, such as metro-1:turnstile:metro.");
    }

    /// <summary>As it is written on a command line.</summary>
    public override string ToString() => $"{Name}:{Kind}:{Venue}";
}

/// <summary>Writes issuers.json and sites/GATE.json; docs/formats/documents.md.</summary>
internal static class SignedDocuments
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A document as its bytes.</summary>
    public static byte[] ToBytes(JsonObject document) =>
        System.Text.Encoding.UTF8.GetBytes(document.ToJsonString(Readable) + "\n");

    /// <summary>The issuers.</summary>
    public static JsonObject Issuers(
        string province, int version, DateTimeOffset from, DateTimeOffset until, IEnumerable<IssuerEntry> issuers) =>
        new()
        {
            ["type"] = "gate-issuers",
            ["format"] = 1,
            ["province"] = province,
            ["version"] = version,
            ["issuers"] = new JsonArray([.. issuers.Select(issuer => Issuer(issuer, from, until))]),
        };

    /// <summary>What a gate is.</summary>
    public static JsonObject Site(string province, string gate, string deviceKeyHash, IEnumerable<LaneEntry> lanes) =>
        new()
        {
            ["type"] = "gate-site",
            ["format"] = 1,
            ["province"] = province,
            ["gate"] = gate,
            ["deviceKey"] = deviceKeyHash,
            ["controller"] = "Test province, station operator",
            ["lanes"] = new JsonArray(
            [
                .. lanes.Select(lane => new JsonObject
                {
                    ["name"] = lane.Name, ["kind"] = lane.Kind, ["venue"] = lane.Venue,
                }),
            ]),
            ["roles"] = new JsonArray(
                RoleThatImports("technician", 480, "normal", "maintenance", "outOfOrder"),
                Role("stationMaster", 120, "normal", "freeFlow", "locked", "outOfOrder")),
            ["notesReturnWithinMinutes"] = 10,
        };

    /// <summary>What the province orders of every gate; either part may be absent.</summary>
    public static JsonObject Orders(string province, JsonObject? lockdown, JsonObject? end)
    {
        var orders = new JsonObject { ["type"] = "gate-orders", ["format"] = 1, ["province"] = province };
        if (lockdown is not null) orders["lockdown"] = lockdown;
        if (end is not null) orders["end"] = end;
        return orders;
    }

    /// <summary>A moment as documents write it.</summary>
    public static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonObject RoleThatImports(string role, int minutes, params ReadOnlySpan<string> modes)
    {
        var made = Role(role, minutes, modes);
        made["may"] = new JsonArray("import");
        return made;
    }

    private static JsonObject Role(string role, int minutes, params ReadOnlySpan<string> modes)
    {
        var allowed = new JsonArray();
        foreach (var mode in modes) allowed.Add((JsonNode)mode);
        return new JsonObject { ["role"] = role, ["modes"] = allowed, ["minutes"] = minutes };
    }

    private static JsonObject Issuer(IssuerEntry issuer, DateTimeOffset from, DateTimeOffset until)
    {
        var entry = new JsonObject
        {
            ["id"] = issuer.Id,
            ["kid"] = issuer.Key.KeyIdHex,
            ["algorithm"] = "ES256",
            ["key"] = Convert.ToBase64String(issuer.Key.PublicKey.Span),
            ["use"] = new JsonArray([.. issuer.Uses.Select(use => JsonValue.Create(use))]),
            ["home"] = issuer.IsHome,
            ["from"] = Moment(from),
            ["until"] = Moment(until),
        };
        if (!issuer.IsHome)
            entry["mapping"] = new JsonObject { ["red"] = "red", ["yellow"] = "yellow", ["green"] = "green" };
        return entry;
    }
}
