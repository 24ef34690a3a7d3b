using System.CommandLine;
using LocalApi;

namespace GateCtl;

/// <summary><c>gatectl journal</c>: what the gate did.</summary>
internal static class JournalCommand
{
    private const int LimitMax = 1_000;

    public static Command Make()
    {
        var (socket, json) = (Shared.Socket(), Shared.Json());
        var from = new Option<DateTimeOffset?>("--from") { Description = "Not older than this." };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Older than this." };
        var limit = new Option<int>("--limit") { Description = "At most so many, 1 to 1000.", DefaultValueFactory = static _ => 20 };
        limit.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > LimitMax) result.AddError("--limit takes 1 to 1000.");
        });
        var incidents = new Option<bool>("--incidents") { Description = "What happened beside passages: fire, forced doors, tailgating and the like." };
        var command = new Command("journal", "What the gate did, the newest first. Exit 1 when there is nothing.")
        {
            socket, json, from, until, limit, incidents,
        };
        command.SetAction((parsed, stop) => Shared.AskAsync(parsed.GetValue(socket)!, async client =>
        {
            var query = $"limit={parsed.GetValue(limit)}{Moment("from", parsed.GetValue(from))}{Moment("until", parsed.GetValue(until))}";
            if (parsed.GetValue(incidents))
            {
                var found = await client.IncidentsAsync(query, stop);
                if (parsed.GetValue(json)) Shared.WriteJson(found, LocalJson.Default.IncidentPage);
                else Print(found);
                return found.Incidents.Count > 0 ? ExitCode.Well : ExitCode.NotWell;
            }

            var page = await client.JournalAsync(query, stop);
            if (parsed.GetValue(json)) Shared.WriteJson(page, LocalJson.Default.JournalPage);
            else Print(page);
            return page.Records.Count > 0 ? ExitCode.Well : ExitCode.NotWell;
        }));
        return command;
    }

    private static string Moment(string name, DateTimeOffset? moment) =>
        moment is { } at ? $"&{name}={Uri.EscapeDataString(at.ToUniversalTime().ToString("O"))}" : string.Empty;

    private static void Print(IncidentPage page)
    {
        Console.WriteLine($"{"at",-20} {"lane",-12} incident");
        foreach (var one in page.Incidents) Console.WriteLine($"{Shared.Moment(one.At),-20} {one.Lane,-12} {one.Incident} {one.IncidentWord}");
    }

    private static void Print(JournalPage page)
    {
        PassageTable.Head();
        foreach (var record in page.Records) PassageTable.Row(record);
    }
}
