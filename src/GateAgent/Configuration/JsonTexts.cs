using System.Text.Json;
using System.Text.Json.Nodes;

namespace GateAgent.Configuration;

/// <summary>Refuses texts of agent.json that are no name of anything: the kernel ends a path at the first NUL, and a line break in
/// a name would make two lines of one in every log.</summary>
internal static class JsonTexts
{
    /// <summary>Tells every text that holds a control character.</summary>
    /// <returns>True when there is one.</returns>
    /// <exception cref="InvalidOperationException">A text is half of a surrogate pair.</exception>
    public static bool Check(JsonNode? node, List<ConfigFault> faults)
    {
        var before = faults.Count;
        Walk(node, string.Empty, faults);
        return faults.Count > before;
    }

    private static void Walk(JsonNode? node, string path, List<ConfigFault> faults)
    {
        switch (node)
        {
            case JsonArray items:
                for (var index = 0; index < items.Count; index++) Walk(items[index], $"{path}[{index}]", faults);
                break;
            case JsonObject members:
                foreach (var (name, value) in members) Walk(value, path.Length == 0 ? name : $"{path}.{name}", faults);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Any(char.IsControl):
                faults.Add(new ConfigFault(path, "a control character", "Take it out"));
                break;
        }
    }
}
