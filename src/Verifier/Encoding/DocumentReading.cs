using System.Globalization;
using System.Text.Json;
using Verifier.Trust;

namespace Verifier.Encoding;

/// <summary>
/// Reads one signed JSON document strictly: every member is asked for by name, and what was not asked for is a fault.
/// The first fault is kept; after it, readings return defaults, so a reader is written straight and asks once at the end.
/// </summary>
internal sealed class DocumentReading
{
    private const int DepthMax = 8;
    private const int TextMax = 1_024;

    private DocumentReading()
    {
    }

    /// <summary>The first fault, or null.</summary>
    public DocumentFault? Fault { get; private set; }

    /// <summary>Parses a document and reads it. Null exactly when <paramref name="fault"/> is set.</summary>
    public static T? Read<T>(
        ReadOnlyMemory<byte> json, int sizeMax, string type, Func<Member, T?> reading, out DocumentFault? fault)
        where T : class
    {
        var state = new DocumentReading();
        var value = state.Parse(json, sizeMax, type, reading);
        fault = state.Fault;
        return fault is null ? value : null;
    }

    private T? Parse<T>(ReadOnlyMemory<byte> json, int sizeMax, string type, Func<Member, T?> reading)
        where T : class
    {
        if (json.Length > sizeMax)
        {
            Report(DocumentFaultKind.TooLarge, string.Empty, $"{json.Length} bytes", $"at most {sizeMax}");
            return null;
        }

        var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = DepthMax };
        try
        {
            using var document = JsonDocument.Parse(json, options);
            var root = new Member(this, document.RootElement, string.Empty);
            if (!root.IsObject) return null;
            root.Is("type", type);
            root.Is("format", 1);
            var value = Fault is null ? reading(root) : null;
            root.Done();
            return value;
        }
        catch (JsonException notJson)
        {
            var line = (notJson.LineNumber + 1)?.ToString(CultureInfo.InvariantCulture) ?? "?";
            Report(DocumentFaultKind.NotJson, string.Empty, $"a break at line {line}", "strict JSON");
            return null;
        }
        catch (InvalidOperationException)
        {
            // The library finds half a surrogate pair only when the text is taken out.
            Report(DocumentFaultKind.NotJson, string.Empty, "a text that is not Unicode", "strict JSON");
            return null;
        }
    }

    private void Report(DocumentFaultKind kind, string path, string found, string expected) =>
        Fault ??= new DocumentFault(kind, path, found, expected);

    /// <summary>One JSON value and its path.</summary>
    internal sealed class Member
    {
        private readonly DocumentReading reading;
        private readonly JsonElement element;
        private readonly HashSet<string> asked = new(StringComparer.Ordinal);

        public Member(DocumentReading reading, JsonElement element, string path)
        {
            this.reading = reading;
            this.element = element;
            Path = path;
            if (!IsObject) Report(DocumentFaultKind.BadValue, path, element.ValueKind.ToString(), "an object");
        }

        public string Path { get; }

        public bool IsObject => element.ValueKind == JsonValueKind.Object;

        /// <summary>True when nothing in the whole document was wrong so far.</summary>
        public bool IsSound => reading.Fault is null;

        public void Report(DocumentFaultKind kind, string path, string found = "", string expected = "") =>
            reading.Report(kind, path, found, expected);

        public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

        public bool Has(string name) => IsObject && element.TryGetProperty(name, out _);

        public void Is(string name, string value)
        {
            var found = Text(name);
            if (IsSound && found != value) Report(DocumentFaultKind.WrongType, PathOf(name), found, value);
        }

        public void Is(string name, int value)
        {
            var found = Number(name, 0, int.MaxValue);
            if (IsSound && found != value)
                Report(DocumentFaultKind.WrongType, PathOf(name), $"{found}", $"{value}");
        }

        public string Text(string name, int lengthMax = TextMax)
        {
            if (Find(name, JsonValueKind.String, "a text") is not { } found) return string.Empty;
            var text = found.GetString()!;
            if (text.Length > 0 && text.Length <= lengthMax) return text;
            Report(DocumentFaultKind.BadValue, PathOf(name), $"{text.Length} characters", $"1 to {lengthMax}");
            return string.Empty;
        }

        public string Hex(string name, int byteCount)
        {
            var text = Text(name);
            if (IsSound && (text.Length != byteCount * 2 || !text.All(char.IsAsciiHexDigitLower)))
                Report(DocumentFaultKind.BadValue, PathOf(name), text, $"{byteCount * 2} lower-case hexadecimal digits");
            return text;
        }

        public int Number(string name, int least, int most)
        {
            if (Find(name, JsonValueKind.Number, "a number") is not { } found) return least;
            if (found.TryGetInt32(out var value) && value >= least && value <= most) return value;
            Report(DocumentFaultKind.BadValue, PathOf(name), found.GetRawText(), $"{least} to {most}");
            return least;
        }

        public bool Flag(string name)
        {
            if (!TryAsk(name, out var found)) return false;
            if (found.ValueKind is JsonValueKind.True or JsonValueKind.False) return found.GetBoolean();
            Report(DocumentFaultKind.BadValue, PathOf(name), found.ValueKind.ToString(), "true or false");
            return false;
        }

        public DateTimeOffset Moment(string name)
        {
            var text = Text(name);
            if (!IsSound) return default;
            const string Shape = "yyyy-MM-dd'T'HH:mm:ss'Z'";
            const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (DateTimeOffset.TryParseExact(text, Shape, CultureInfo.InvariantCulture, Utc, out var moment)) return moment;
            Report(DocumentFaultKind.BadValue, PathOf(name), text, "a moment such as 2026-01-31T08:00:00Z");
            return default;
        }

        /// <summary>A word that names a member of the enumeration, in camel case, among those allowed.</summary>
        public T Choice<T>(string name, params ReadOnlySpan<T> allowed)
            where T : struct, Enum
        {
            var text = Text(name);
            if (!IsSound) return default;
            foreach (var choice in allowed)
            {
                if (Word(choice) == text) return choice;
            }

            Report(DocumentFaultKind.BadValue, PathOf(name), text, Words(allowed));
            return default;
        }

        public Member? Object(string name) =>
            Find(name, JsonValueKind.Object, "an object") is { } found ? new Member(reading, found, PathOf(name)) : null;

        public IEnumerable<Member> Objects(string name, int countMax)
        {
            if (List(name, countMax) is not { } found) yield break;
            var index = 0;
            foreach (var item in found.EnumerateArray()) yield return new Member(reading, item, $"{PathOf(name)}[{index++}]");
        }

        public List<T> Choices<T>(string name, params T[] allowed)
            where T : struct, Enum
        {
            var choices = new List<T>();
            if (List(name, allowed.Length) is not { } found) return choices;
            foreach (var item in found.EnumerateArray())
            {
                var word = item.ValueKind == JsonValueKind.String ? item.GetString() : null;
                var choice = Array.FindIndex(allowed, candidate => Word(candidate) == word);
                if (choice < 0 || choices.Contains(allowed[choice]))
                    Report(DocumentFaultKind.BadValue, PathOf(name), word ?? item.ValueKind.ToString(), Words<T>(allowed));
                else
                    choices.Add(allowed[choice]);
            }

            return choices;
        }

        /// <summary>Reports the first member that nobody asked for.</summary>
        public void Done()
        {
            if (!IsSound || !IsObject) return;
            foreach (var property in element.EnumerateObject())
            {
                if (!asked.Contains(property.Name))
                    Report(DocumentFaultKind.UnknownMember, PathOf(property.Name), expected: "no such member");
            }
        }

        public static string Word<T>(T choice)
            where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(choice.ToString());

        private static string Words<T>(ReadOnlySpan<T> allowed)
            where T : struct, Enum
        {
            var words = new List<string>();
            foreach (var choice in allowed) words.Add(Word(choice));
            return string.Join(", ", words);
        }

        private JsonElement? List(string name, int countMax)
        {
            if (Find(name, JsonValueKind.Array, "a list") is not { } found) return null;
            if (found.GetArrayLength() <= countMax) return found;
            Report(DocumentFaultKind.BadValue, PathOf(name), $"{found.GetArrayLength()} items", $"at most {countMax}");
            return null;
        }

        private JsonElement? Find(string name, JsonValueKind kind, string expected)
        {
            if (!TryAsk(name, out var found)) return null;
            if (found.ValueKind == kind) return found;
            Report(DocumentFaultKind.BadValue, PathOf(name), found.ValueKind.ToString(), expected);
            return null;
        }

        private bool TryAsk(string name, out JsonElement found)
        {
            asked.Add(name);
            found = default;
            if (!IsSound || !IsObject) return false;
            if (element.TryGetProperty(name, out found)) return true;
            Report(DocumentFaultKind.MissingMember, PathOf(name));
            return false;
        }
    }
}
