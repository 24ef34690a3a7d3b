using System.CommandLine;
using LocalApi;

namespace GateCtl;

/// <summary><c>gatectl status</c>: how the gate is, and what becomes stricter when.</summary>
internal static class StatusCommand
{
    public static Command Make()
    {
        var (socket, json) = (Shared.Socket(), Shared.Json());
        var command = new Command("status", "How the gate is, and its next degradation. Exit 1 when something is not well.") { socket, json };
        command.SetAction((parsed, stop) => Shared.AskAsync(parsed.GetValue(socket)!, async client =>
        {
            var status = await client.StatusAsync(stop);
            if (parsed.GetValue(json)) Shared.WriteJson(status, LocalJson.Default.Status);
            else Print(status);
            return status.IsWell ? ExitCode.Well : ExitCode.NotWell;
        }));
        return command;
    }

    private static void Print(Status status)
    {
        var gate = status.Gate.Length == 0 ? "not enrolled" : status.Gate;
        Console.WriteLine($"gate        {gate}, province {status.Province}, hotline {status.Hotline}");
        Console.WriteLine($"agent       {status.Version}, up {Shared.Span(status.Now - status.StartedAt)}");
        Console.WriteLine($"clock       {Shared.Moment(status.Now)}, {(status.IsClockBelieved ? "believed" : "in doubt")}");
        Console.WriteLine($"policy      version {status.PolicyVersion}");
        Console.WriteLine($"list        epoch {status.ListEpoch}, {status.ListEntries:N0} entries, as of {Shared.Moment(status.ListAsOf)}");
        Console.WriteLine($"documents   {status.DocumentState}, {status.Staleness}, expire {Shared.Moment(status.ExpiresAt)}");
        if (status.NextDegradationAt is { } next)
            Console.WriteLine($"next        {status.NextDegradation} in {Shared.Span(next - status.Now)}, at {Shared.Moment(next)}");
        Console.WriteLine($"journal     {status.JournalRecords:N0} records");
        foreach (var lane in status.Lanes)
        {
            Console.WriteLine($"lane        {lane.Name}, {lane.Kind} at {lane.Venue}, {lane.State}, {lane.Mode}, {lane.Passages:N0} answered");
            if (lane.Inputs.Count > 0)
                Console.WriteLine($"inputs      {string.Join(", ", lane.Inputs.Select(static input => $"{input.Name} {(input.IsActive ? "active" : "inactive")}"))}");
        }

        foreach (var item in status.Health)
        {
            var text = item.Text.Length == 0 ? string.Empty : $": {item.Text} (since {Shared.Moment(item.Since)})";
            Console.WriteLine($"{item.State,-11} {item.Component}{text}");
        }
    }
}
