using System.Text.Json;
using System.Text.Json.Nodes;

namespace Demo;

/// <summary>The configuration of the stage's gate: where things are and which pins they hang on. It knows no rule.</summary>
internal static class StageConfig
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    /// <summary>agent.json.</summary>
    public static string Write(string folder, string cinemaScanner, string taxiScanner, int pulseMs, Fault fault)
    {
        var config = new JsonObject
        {
            ["stateFolder"] = Path.Combine(folder, "state"),
            ["repositoryFolder"] = Path.Combine(folder, "province", "repository"),
            ["controlSocket"] = Path.Combine(folder, "run", "control.sock"),
            ["captureFile"] = Path.Combine(folder, "capture.txt"),
            ["gpio"] = new JsonObject { ["chip"] = "simulated", ["edgesFile"] = Path.Combine(folder, "edges"), ["levelsFile"] = Path.Combine(folder, "levels") },
            ["readers"] = new JsonArray(
                Reader("metro-camera", "camera", "metro-1", Path.Combine(folder, "run", "camera.sock")),
                Reader("metro-nfc", "pcsc", "metro-1", "*"),
                Reader("cinema-scanner", "serial", "cinema-1", cinemaScanner),
                Reader("taxi-scanner", "serial", "taxi-1", taxiScanner)),
            ["lanes"] = new JsonArray([.. Stage.Lanes.Select(lane => Lane(lane, pulseMs, fault == Fault.Polarity))]),
        };
        return config.ToJsonString(Readable);
    }

    private static JsonObject Reader(string name, string kind, string lane, string path) =>
        new() { ["name"] = name, ["kind"] = kind, ["lane"] = lane, ["path"] = path };

    private static JsonObject Lane(StageLane lane, int pulseMs, bool isRelayFlipped)
    {
        var config = new JsonObject
        {
            ["name"] = lane.Name,
            ["pulseMs"] = pulseMs,
            ["green"] = Line(lane.Green),
            ["amber"] = Line(lane.Amber),
            ["red"] = Line(lane.Red),
            ["buzzer"] = Line(lane.Buzzer),
        };
        if (lane.Relay is not { } pin) return config;
        var relay = Line(pin);
        if (isRelayFlipped) relay["activeLow"] = true;
        config["inputs"] = new JsonObject { ["fire"] = Line(lane.Fire), ["exitRequest"] = Line(lane.ExitRequest) };
        config["relay"] = relay;
        return config;
    }

    private static JsonObject Line(int pin) => new() { ["pin"] = pin };
}
