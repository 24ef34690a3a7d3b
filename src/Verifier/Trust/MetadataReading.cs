using System.Globalization;
using System.Text.Json;

namespace Verifier.Trust;

/// <summary>
/// Takes members out of a metadata document and keeps the first fault; after it, readings return defaults. Members that
/// nobody asks for are allowed, as the specification demands: they are signed over and mean nothing here.
/// </summary>
internal sealed class MetadataReading(string document)
{
    /// <summary>The document's name, for faults.</summary>
    public string Document => document;

    public TrustFault? Fault { get; private set; }

    public bool IsSound => Fault is null;

    public void Report(TrustFaultKind kind, string member, string found, string expected) =>
        Fault ??= new TrustFault(kind, member.Length == 0 ? document : $"{document} at {member}", found, expected);

    public JsonElement Object(JsonElement parent, string name) => Find(parent, name, JsonValueKind.Object, "an object");

    public JsonElement List(JsonElement parent, string name, int countMax)
    {
        var found = Find(parent, name, JsonValueKind.Array, "a list");
        if (!IsSound || found.GetArrayLength() <= countMax) return found;
        Report(TrustFaultKind.BadMember, name, $"{found.GetArrayLength()} items", $"at most {countMax}");
        return default;
    }

    public string Text(JsonElement parent, string name, int lengthMax, int lengthMin = 1)
    {
        var found = Find(parent, name, JsonValueKind.String, "a text");
        var text = IsSound ? found.GetString()! : string.Empty;
        if (!IsSound || (text.Length >= lengthMin && text.Length <= lengthMax)) return text;
        Report(TrustFaultKind.BadMember, name, $"{text.Length} characters", $"{lengthMin} to {lengthMax}");
        return string.Empty;
    }

    public int Number(JsonElement parent, string name, int least)
    {
        var found = Find(parent, name, JsonValueKind.Number, "a number");
        if (!IsSound) return least;
        if (found.TryGetInt32(out var number) && number >= least) return number;
        Report(TrustFaultKind.BadMember, name, Short(found.GetRawText()), $"{least} to {int.MaxValue}");
        return least;
    }

    public bool Has(JsonElement parent, string name) =>
        IsSound && parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out _);

    public bool Bool(JsonElement parent, string name)
    {
        if (!IsSound) return false;
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var found)
            && found.ValueKind is (JsonValueKind.True or JsonValueKind.False)) return found.ValueKind == JsonValueKind.True;
        Report(TrustFaultKind.BadMember, name, "something else, or nothing", "true or false");
        return false;
    }

    public List<string> Texts(JsonElement parent, string name, int countMax, int lengthMax)
    {
        var texts = new List<string>();
        var list = List(parent, name, countMax);
        if (!IsSound) return texts;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text && text.Length <= lengthMax) texts.Add(text);
            else Report(TrustFaultKind.BadMember, name, Short(item.GetRawText()), $"texts of 1 to {lengthMax} characters");
        }

        return texts;
    }

    public DateTimeOffset Moment(JsonElement parent, string name)
    {
        var text = Text(parent, name, 32);
        if (!IsSound) return default;
        const string Shape = "yyyy-MM-dd'T'HH:mm:ss'Z'";
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, Shape, CultureInfo.InvariantCulture, Utc, out var moment)) return moment;
        Report(TrustFaultKind.BadMember, name, Short(text), "a moment such as 2026-01-31T08:00:00Z");
        return default;
    }

    public byte[] Hex(JsonElement parent, string name, int sizeMax)
    {
        var text = Text(parent, name, sizeMax * 2, lengthMin: 0);
        if (!IsSound) return [];
        var bytes = new byte[text.Length / 2];
        if (text.Length % 2 == 0 && !text.Any(char.IsAsciiLetterUpper)
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done) return bytes;
        Report(TrustFaultKind.BadMember, name, $"{text.Length} characters", "lower-case hexadecimal digits");
        return [];
    }

    public IEnumerable<JsonProperty> Members(JsonElement parent, string name, int countMax)
    {
        var found = Object(parent, name);
        if (!IsSound) yield break;
        var count = 0;
        foreach (var property in found.EnumerateObject())
        {
            if (++count > countMax)
            {
                Report(TrustFaultKind.BadMember, name, "more members", $"at most {countMax}");
                yield break;
            }

            yield return property;
        }
    }

    public static string Short(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");

    private JsonElement Find(JsonElement parent, string name, JsonValueKind kind, string expected)
    {
        if (!IsSound) return default;
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out var found))
            Report(TrustFaultKind.BadMember, name, "nothing", expected);
        else if (found.ValueKind != kind)
            Report(TrustFaultKind.BadMember, name, found.ValueKind.ToString(), expected);
        else
            return found;
        return default;
    }
}
