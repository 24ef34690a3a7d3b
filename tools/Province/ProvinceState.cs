using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Province;

/// <summary>What a province's folder remembers between commands: <c>province.json</c>.</summary>
/// <param name="Seed">Everything follows from it. A test province has no secret.</param>
/// <param name="Epoch">The epoch of the list, from 1; 0 before the first.</param>
/// <param name="Issue">The number of the last publication; 0 before the first.</param>
internal sealed record ProvinceState(string Seed, int Epoch, int Issue)
{
    /// <summary>Greatest length of a seed.</summary>
    public const int SeedMax = 256;

    private const string Type = "test-province";
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    /// <summary>Reads it.</summary>
    /// <exception cref="CommandFailure">The file is no state of a province.</exception>
    public static ProvinceState Read(string path)
    {
        try
        {
            var state = JsonNode.Parse(File.ReadAllText(path))?.AsObject();
            if ((string?)state?["type"] == Type)
                return new ProvinceState((string)state["seed"]!, (int)state["epoch"]!, (int)state["issue"]!);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            throw new CommandFailure($"{path} is damaged ({fault.Message}). Make the province again with 'province make'.", fault);
        }

        throw new CommandFailure($"{path} is not the state of a test province: its type is not '{Type}'.");
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Write(string path)
    {
        var state = new JsonObject { ["type"] = Type, ["seed"] = Seed, ["epoch"] = Epoch, ["issue"] = Issue };
        var temporary = path + ".new";
        File.WriteAllText(temporary, state.ToJsonString(Readable) + "\n");
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Shows the numbers.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"list {Epoch}, publication {Issue}");
}
