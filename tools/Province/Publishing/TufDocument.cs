using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Verifier.Trust;

namespace Province.Publishing;

/// <summary>Makes the bytes of metadata documents.</summary>
public static class TufDocument
{
    /// <summary>The version of the specification that documents name.</summary>
    public const string Specification = "1.0.34";

    private const string MomentShape = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The canonical bytes of a value.</summary>
    /// <exception cref="ArgumentException">The value has no canonical form.</exception>
    public static byte[] Canonical(JsonNode node)
    {
        using var document = JsonDocument.Parse(node.ToJsonString());
        var target = new ArrayBufferWriter<byte>();
        return CanonicalJson.TryWrite(document.RootElement, target)
            ? target.WrittenSpan.ToArray()
            : throw new ArgumentException("This value has no canonical form.", nameof(node));
    }

    /// <summary>
    /// Signs a document's content by some keys and wraps it, as ordinary JSON: the canonical form leaves the line breaks
    /// of a PEM key bare, so it can be signed but not parsed.
    /// </summary>
    public static byte[] Sign(JsonObject signed, params TufKey[] keys)
    {
        var message = Canonical(signed);
        var signatures = new JsonArray();
        foreach (var key in keys) signatures.Add((JsonNode)key.Signature(message));
        return Wrap(signed, signatures);
    }

    /// <summary>The bytes of a document: without blanks, nothing escaped that need not be, and the signatures, which always
    /// change, at the end.</summary>
    internal static byte[] Wrap(JsonObject signed, JsonArray signatures) => System.Text.Encoding.UTF8.GetBytes(
        new JsonObject { ["signed"] = signed.DeepClone(), ["signatures"] = signatures.DeepClone() }.ToJsonString(Compact));

    /// <summary>A moment as documents write it.</summary>
    internal static DateTimeOffset ReadMoment(string text) => DateTimeOffset.ParseExact(
        text, MomentShape, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    /// <summary>The members that every document has.</summary>
    public static JsonObject Begin(string type, int version, DateTimeOffset expires) => new()
    {
        ["_type"] = type,
        ["spec_version"] = Specification,
        ["version"] = version,
        ["expires"] = expires.ToUniversalTime().ToString(MomentShape, CultureInfo.InvariantCulture),
    };
}
