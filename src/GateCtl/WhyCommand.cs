using System.CommandLine;
using System.Text.Json.Serialization;
using LocalApi;
using Verifier.Verdicts;

namespace GateCtl;

/// <summary>What a reference says by itself, and the passages it fits.</summary>
internal sealed record WhyAnswer(int Reason, string ReasonWord, string Zh, string En, IReadOnlyList<PassageEvent> Records);

/// <summary>The JSON of <c>gatectl why</c>.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WhyAnswer))]
internal sealed partial class WhyJson : JsonSerializerContext;

/// <summary><c>gatectl why</c>: by a reference, which says its reason even without an agent, or by a time.</summary>
internal static class WhyCommand
{
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(30);

    public static Command Make()
    {
        var (socket, json) = (Shared.Socket(), Shared.Json());
        var reference = new Argument<string?>("REFERENCE") { Description = "Seven digits.", Arity = ArgumentArity.ZeroOrOne };
        var at = new Option<DateTimeOffset?>("--at") { Description = "A moment: passages within 30 s of it." };
        var command = new Command("why", "Why a gate answered as it did, by reference or by time.") { reference, at, socket, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(reference) is null == (result.GetValue(at) is null)) result.AddError("Name a REFERENCE or --at a moment.");
        });
        command.SetAction((parsed, stop) => parsed.GetValue(reference) is { } digits
            ? ByReferenceAsync(digits, parsed.GetValue(socket)!, parsed.GetValue(json), stop)
            : ByTimeAsync(parsed.GetValue(at)!.Value, parsed.GetValue(socket)!, parsed.GetValue(json), stop));
        return command;
    }

    private static async Task<int> ByReferenceAsync(string digits, string socket, bool isJson, CancellationToken stop)
    {
        if (!Reference.TryParse(digits, out var reference))
        {
            await Console.Error.WriteLineAsync("gatectl: that is no reference: seven digits, and the last one checks the others. Ask for it again.");
            return ExitCode.Usage;
        }

        var text = ReasonTexts.Of(reference.Reason);
        IReadOnlyList<PassageEvent> records = [];
        using var client = new ControlClient(socket);
        try
        {
            records = (await client.JournalAsync($"reference={reference}", stop)).Records;
        }
        catch (ControlException)
        {
            // Away from the gate the reference still says its reason.
            await Console.Error.WriteLineAsync("gatectl: no agent here, so this is all the reference says by itself.");
        }

        var answer = new WhyAnswer((int)reference.Reason, reference.Reason.ToString(), text.Zh, text.En, records);
        if (isJson) Shared.WriteJson(answer, WhyJson.Default.WhyAnswer);
        else Print(answer);
        return ExitCode.Well;
    }

    private static Task<int> ByTimeAsync(DateTimeOffset at, string socket, bool isJson, CancellationToken stop) =>
        Shared.AskAsync(socket, async client =>
        {
            var (from, until) = (Text(at - Around), Text(at + Around));
            var page = await client.JournalAsync($"limit=100&from={from}&until={until}", stop);
            if (isJson)
            {
                Shared.WriteJson(page, LocalJson.Default.JournalPage);
            }
            else
            {
                PassageTable.Head();
                foreach (var record in page.Records) PassageTable.Row(record);
            }

            return page.Records.Count > 0 ? ExitCode.Well : ExitCode.NotWell;
        });

    private static string Text(DateTimeOffset moment) => Uri.EscapeDataString(moment.ToUniversalTime().ToString("O"));

    private static void Print(WhyAnswer answer)
    {
        Console.WriteLine($"{answer.Reason} {answer.ReasonWord}: {answer.En} / {answer.Zh}");
        if (answer.Records.Count == 0) return;
        PassageTable.Head();
        foreach (var record in answer.Records) PassageTable.Row(record);
    }
}
