using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Verifier.Trust;

/// <summary>
/// Canonical JSON, the bytes that TUF signatures are made over (OLPC canonical JSON, TUF 1.0.34 section 4.1): members
/// sorted by code point, no blanks, in texts only the quotation mark and the backslash escaped, whole numbers only.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Greatest nesting.</summary>
    public const int DepthMax = 16;

    /// <summary>How documents are parsed before: strict JSON, no member twice.</summary>
    public static JsonDocumentOptions Parsing { get; } = new() { AllowDuplicateProperties = false, MaxDepth = DepthMax };

    /// <summary>
    /// Writes a value. False when it has no canonical form: a number that is not a whole one within 64 bits in its
    /// shortest form, half a surrogate pair, a member named twice, or nesting over the limit. Never throws.
    /// </summary>
    public static bool TryWrite(JsonElement element, IBufferWriter<byte> target)
    {
        try
        {
            return TryWrite(element, target, DepthMax);
        }
        catch (InvalidOperationException)
        {
            // The library finds half a surrogate pair only when the text is taken out.
            return false;
        }
    }

    private static bool TryWrite(JsonElement element, IBufferWriter<byte> target, int depthLeft)
    {
        if (depthLeft == 0 && element.ValueKind is (JsonValueKind.Object or JsonValueKind.Array)) return false;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return TryWriteObject(element, target, depthLeft);
            case JsonValueKind.Array:
                return TryWriteArray(element, target, depthLeft);
            case JsonValueKind.String:
                WriteText(System.Text.Encoding.UTF8.GetBytes(element.GetString()!), target);
                return true;
            case JsonValueKind.Number:
                return TryWriteNumber(element, target);
            case JsonValueKind.True:
                target.Write("true"u8);
                return true;
            case JsonValueKind.False:
                target.Write("false"u8);
                return true;
            case JsonValueKind.Null:
                target.Write("null"u8);
                return true;
            default:
                return false;
        }
    }

    // UTF-8 keeps the order of code points, which UTF-16 does not.
    private static bool TryWriteObject(JsonElement element, IBufferWriter<byte> target, int depthLeft)
    {
        var members = new List<(byte[] Name, JsonElement Value)>();
        foreach (var property in element.EnumerateObject())
            members.Add((System.Text.Encoding.UTF8.GetBytes(property.Name), property.Value));
        members.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));

        target.Write("{"u8);
        for (var index = 0; index < members.Count; index++)
        {
            if (index > 0 && members[index - 1].Name.AsSpan().SequenceEqual(members[index].Name)) return false;
            if (index > 0) target.Write(","u8);
            WriteText(members[index].Name, target);
            target.Write(":"u8);
            if (!TryWrite(members[index].Value, target, depthLeft - 1)) return false;
        }

        target.Write("}"u8);
        return true;
    }

    private static bool TryWriteArray(JsonElement element, IBufferWriter<byte> target, int depthLeft)
    {
        target.Write("["u8);
        var isFirst = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!isFirst) target.Write(","u8);
            isFirst = false;
            if (!TryWrite(item, target, depthLeft - 1)) return false;
        }

        target.Write("]"u8);
        return true;
    }

    private static bool TryWriteNumber(JsonElement element, IBufferWriter<byte> target)
    {
        var text = element.GetRawText();
        if (!element.TryGetInt64(out var number) || number.ToString(CultureInfo.InvariantCulture) != text) return false;
        target.Write(System.Text.Encoding.ASCII.GetBytes(text));
        return true;
    }

    private static void WriteText(ReadOnlySpan<byte> text, IBufferWriter<byte> target)
    {
        target.Write("\""u8);
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny((byte)'"', (byte)'\\');
            if (plain < 0) plain = text.Length;
            target.Write(text[..plain]);
            text = text[plain..];
            if (text.IsEmpty) break;
            target.Write("\\"u8);
            target.Write(text[..1]);
            text = text[1..];
        }

        target.Write("\""u8);
    }
}
