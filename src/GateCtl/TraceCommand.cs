using System.CommandLine;
using LocalApi;

namespace GateCtl;

/// <summary><c>gatectl trace</c>: how long passages took, stage by stage, without a word of who passed.</summary>
internal static class TraceCommand
{
    public static Command Make()
    {
        var (socket, json) = (Shared.Socket(), Shared.Json());
        var lane = new Option<string?>("--lane") { Description = "Only this lane." };
        var recent = new Option<bool>("--recent") { Description = "The last passages one by one, at most 64 of each lane." };
        var command = new Command("trace", "How long passages took since the agent's start, in microseconds, stage by stage.") { socket, json, lane, recent };
        command.SetAction((parsed, stop) => Shared.AskAsync(parsed.GetValue(socket)!, async client =>
        {
            var page = await client.TraceAsync(stop);
            if (parsed.GetValue(lane) is { } name) page = new TracePage([.. page.Lanes.Where(one => one.Lane == name)]);
            if (parsed.GetValue(json)) Shared.WriteJson(page, LocalJson.Default.TracePage);
            else foreach (var one in page.Lanes) Print(one, parsed.GetValue(recent));
            return page.Lanes.Count > 0 ? ExitCode.Well : ExitCode.NotWell;
        }));
        return command;
    }

    private static void Print(LaneTrace lane, bool isRecent)
    {
        if (isRecent)
        {
            Console.WriteLine($"{lane.Lane,-12} {string.Concat(lane.Stages.Select(static stage => $"{stage.Stage,10}"))}");
            foreach (var passage in lane.Recent)
                Console.WriteLine($"{passage.Sequence,-12} {string.Concat(passage.Microseconds.Select(static one => $"{one,10:N0}"))}");
            return;
        }

        Console.WriteLine($"{lane.Lane,-12} {"passages",10}{"p50 us",10}{"p90 us",10}{"p99 us",10}{"longest",10}");
        foreach (var stage in lane.Stages)
            Console.WriteLine($"  {stage.Stage,-10} {stage.Count,10:N0}{stage.P50,10:N0}{stage.P90,10:N0}{stage.P99,10:N0}{stage.Longest,10:N0}");
    }
}
