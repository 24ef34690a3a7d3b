using System.CommandLine;
using LocalApi;

namespace GateCtl;

/// <summary><c>gatectl watch</c>: what the gate does, as it does it.</summary>
internal static class WatchCommand
{
    public static Command Make()
    {
        var (socket, json) = (Shared.Socket(), Shared.Json());
        var count = new Option<int?>("--count") { Description = "End after so many." };
        var command = new Command("watch", "What the gate does, as it does it, until interrupted.") { socket, json, count };
        command.SetAction((parsed, stop) => Shared.AskAsync(parsed.GetValue(socket)!, async client =>
        {
            var left = parsed.GetValue(count) ?? int.MaxValue;
            if (!parsed.GetValue(json)) PassageTable.Head();
            try
            {
                await foreach (var passage in client.WatchAsync(stop))
                {
                    if (parsed.GetValue(json)) Shared.WriteJson(passage, LocalJson.Default.PassageEvent);
                    else PassageTable.Row(passage);
                    if (--left <= 0) return ExitCode.Well;
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return ExitCode.Well;
            }

            await Console.Error.WriteLineAsync("gatectl: the agent has ended.");
            return ExitCode.Unreachable;
        }));
        return command;
    }
}
