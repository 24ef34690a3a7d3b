using System.CommandLine;
using System.Diagnostics;
using Province.Documents;

namespace Province.Commands;

/// <summary><c>province make</c>: a whole province in a folder, or its next publication.</summary>
internal static class MakeCommand
{
    public static Command Make()
    {
        var folder = new Option<DirectoryInfo>("--folder") { Description = "Where it is made.", Required = true };
        var seed = new Option<string>("--seed") { Description = "Everything follows from it.", DefaultValueFactory = static _ => "test" };
        var people = new Option<long>("--people") { Description = "How many people are listed, up to 100 million.", DefaultValueFactory = static _ => 1_000 };
        var now = new Option<DateTimeOffset?>("--now") { Description = "When the list is true; the present unless named." };
        var gate = new Option<string>("--gate") { Description = "The gate's name.", DefaultValueFactory = static _ => "demo-1" };
        var device = new Option<FileInfo?>("--device-key") { Description = "The gate's device.pub." };
        var lanes = new Option<string[]>("--lane") { Description = "NAME:KIND:VENUE, such as metro-1:turnstile:metro; once for each." };
        var cells = new Option<string[]>("--set") { Description = "VENUE:CELL=WORD, such as metro:yellow.region=refuse: changes one cell of the policy." };
        var version = new Option<int>("--publication") { Description = "Version of the publication, rising.", DefaultValueFactory = static _ => 1 };
        people.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<long>() is < 0 or > ProvinceFolder.PeopleMax) result.AddError("--people takes 0 to 100000000.");
        });
        var command = new Command("make", "Makes a whole province, or its next publication, in a folder.")
        {
            folder, seed, people, now, gate, device, lanes, cells, version,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder).FullName,
            parsed.GetValue(version),
            new ProvinceOptions
            {
                Seed = parsed.GetValue(seed)!,
                People = parsed.GetValue(people),
                Now = parsed.GetValue(now)?.ToUniversalTime() ?? WholeSecond(TimeProvider.System.GetUtcNow()),
                Gate = parsed.GetValue(gate)!,
                DeviceKeyPem = parsed.GetValue(device) is { } file ? File.ReadAllText(file.FullName) : null,
                Lanes = [.. (parsed.GetValue(lanes) ?? []).Select(LaneEntry.Parse)],
                BendPolicy = policy => SetCells(policy, parsed.GetValue(cells) ?? []),
            }));
        return command;
    }

    /// <summary>Documents know whole seconds.</summary>
    public static DateTimeOffset WholeSecond(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds());

    private static int Run(string folder, int version, ProvinceOptions options)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            new ProvinceFolder(folder, options).Make(
                version, line => Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(began).TotalSeconds,7:0.0} s  {line}"));
            return 0;
        }
        catch (Exception failed) when (failed is IOException or ArgumentException or FormatException)
        {
            Console.Error.WriteLine($"province: {failed.Message}");
            return 1;
        }
    }

    private static void SetCells(System.Text.Json.Nodes.JsonObject policy, string[] cells)
    {
        foreach (var cell in cells)
        {
            if (cell.Split(':', '=') is not [var venue, var name, var word])
                throw new FormatException($"'{cell}' is no cell: write VENUE:CELL=WORD, such as metro:yellow.region=refuse.");
            PolicyTable.Set(policy, venue, name, word);
        }
    }
}
