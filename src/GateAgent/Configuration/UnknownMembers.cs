using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace GateAgent.Configuration;

/// <summary>
/// Tells every member of agent.json that it has no place for, and takes it out, so that what else is wrong can be told in
/// the same run. The shapes are those the compiler made from <see cref="AgentConfig"/>.
/// </summary>
internal static class UnknownMembers
{
    // Words of the province's signed documents. Someone who writes one here expects it to count.
    private static readonly string[] SignedWords = ["venue", "venueKind", "kind", "policy", "rules", "assurance", "mode"];

    /// <summary>Walks a value of a known type.</summary>
    public static void TakeOut(JsonNode? node, Type type, string path, List<ConfigFault> faults)
    {
        var shape = AgentConfigJson.Default.GetTypeInfo(type);
        switch (node)
        {
            case JsonArray items when shape?.ElementType is { } element:
                for (var index = 0; index < items.Count; index++) TakeOut(items[index], element, $"{path}[{index}]", faults);
                break;
            case JsonObject members when shape?.Kind == JsonTypeInfoKind.Object:
                foreach (var (name, value) in members.ToList()) TakeOut(members, name, value, shape, path, faults);
                break;
        }
    }

    private static void TakeOut(
        JsonObject members, string name, JsonNode? value, JsonTypeInfo shape, string path, List<ConfigFault> faults)
    {
        var at = path.Length == 0 ? name : $"{path}.{name}";
        if (shape.Properties.FirstOrDefault(property => property.Name == name) is { } known)
        {
            TakeOut(value, known.PropertyType, at, faults);
            return;
        }

        members.Remove(name);
        faults.Add(SignedWords.Contains(name)
            ? new ConfigFault(at, $"'{name}' is set here", "Take it out: it comes only from the site document that the province signs")
            : new ConfigFault(at, "no member of this name", $"Correct its spelling or take it out; here may stand {Names(shape)}"));
    }

    private static string Names(JsonTypeInfo shape) => string.Join(", ", shape.Properties.Select(static property => property.Name));
}
