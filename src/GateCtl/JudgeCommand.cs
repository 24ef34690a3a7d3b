using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using CardReader.Camera;
using Distribution;
using Verifier;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateCtl;

/// <summary>One answer of <c>gatectl judge</c>.</summary>
internal sealed record JudgeAnswer(
    string Outcome, int Reason, string ReasonWord, string Condition, string Assurance, int PolicyVersion, int ListEpoch, string Zh, string En);

/// <summary>The JSON of <c>gatectl judge</c>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(JudgeAnswer))]
internal sealed partial class JudgeJson : JsonSerializerContext;

/// <summary>
/// <c>gatectl judge</c>: what a gate would answer, without a gate, against an explicit test province. Texts after one another
/// are one lane's: a report before a code counts.
/// </summary>
internal static class JudgeCommand
{
    private static readonly VenueKind[] Venues = Enum.GetValues<VenueKind>()[1..];

    public static Command Make()
    {
        var texts = new Argument<string[]>("TEXT") { Description = "Texts of codes, in the order they are shown; - reads lines from standard input.", Arity = ArgumentArity.ZeroOrMore };
        var picture = new Option<FileInfo?>("--picture") { Description = "A picture of a code." };
        var card = new Option<string?>("--card") { Description = "A transit card's public file, 60 hexadecimal digits." };
        var uid = new Option<string?>("--uid") { Description = "A chip's UID, hexadecimal." };
        var province = new Option<DirectoryInfo>("--province") { Description = "A folder made by `province make`.", Required = true };
        var venue = new Option<string>("--venue") { Description = $"One of {string.Join(", ", Venues.Select(Word))}.", Required = true };
        var at = new Option<DateTimeOffset?>("--at") { Description = "The moment; the present unless named." };
        var json = Shared.Json();
        var command = new Command("judge", "What a gate would answer. Exit 0 when the last one is admitted, 1 when not.")
        {
            texts, picture, card, uid, province, venue, at, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            if (Array.Find(Venues, kind => Word(kind) == parsed.GetValue(venue)) is var kind && kind == VenueKind.None)
                return await FailAsync($"no venue is called {parsed.GetValue(venue)}", ExitCode.Usage);
            var shown = Shown(parsed.GetValue(texts) ?? [], parsed.GetValue(picture), parsed.GetValue(card), parsed.GetValue(uid));
            if (shown is null) return await FailAsync("the card or UID is not hexadecimal, or the picture holds no code", ExitCode.Usage);

            var moment = parsed.GetValue(at)?.ToUniversalTime() ?? TimeProvider.System.GetUtcNow();
            var folder = parsed.GetRequiredValue(province).FullName;
            var opened = await OpenAsync(folder, moment, stop);
            if (opened.Fault is { } fault) await Console.Error.WriteLineAsync($"gatectl: {fault}");
            if (opened.Snapshot is null) return ExitCode.Unreachable;
            return Judge(shown, kind, opened.Snapshot, moment, parsed.GetValue(json));
        });
        return command;
    }

    private static async Task<SnapshotResult> OpenAsync(string folder, DateTimeOffset moment, CancellationToken stop)
    {
        try
        {
            var state = new SnapshotStoreOptions { StateFolder = Path.Combine(folder, "desk") };
            return await SnapshotStore.OpenAsync(state, FolderFetch.From(Path.Combine(folder, "repository")), moment, stop);
        }
        catch (Exception failed) when (failed is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new SnapshotResult(null, failed.Message);
        }
    }

    private static int Judge(
        IEnumerable<(Carrier Carrier, byte[] Payload)> shown, VenueKind venue, TrustedSnapshot snapshot, DateTimeOffset moment, bool isJson)
    {
        var earlier = Evidence.None;
        var isAdmitted = false;
        foreach (var (carrier, payload) in shown)
        {
            var judgement = PassageVerifier.Judge(carrier, payload, earlier, venue, snapshot, new JudgedTime(moment, true));
            earlier = judgement.Evidence;
            isAdmitted = judgement.Verdict.IsAdmission;
            var answer = AnswerOf(judgement.Verdict, snapshot.Policy);
            if (isJson) Shared.WriteJson(answer, JudgeJson.Default.JudgeAnswer);
            else Console.WriteLine($"{answer.Outcome,-16} {answer.Reason} {answer.ReasonWord,-22} {answer.En} / {answer.Zh}");
        }

        return isAdmitted ? ExitCode.Well : ExitCode.NotWell;
    }

    private static JudgeAnswer AnswerOf(Verdict verdict, PolicyDocument policy)
    {
        var text = policy.Text(verdict.Reason);
        return new JudgeAnswer(
            Word(verdict.Outcome), (int)verdict.Reason, Word(verdict.Reason), Word(verdict.Condition), Word(verdict.Assurance),
            verdict.Versions.Policy, verdict.Versions.ListEpoch, text.Zh, text.En);
    }

    // Null when something named is not what it should be.
    private static IEnumerable<(Carrier Carrier, byte[] Payload)>? Shown(string[] texts, FileInfo? picture, string? card, string? uid)
    {
        if (texts is ["-"]) return Lines();
        var shown = texts.Select(text => (Carrier.Qr, System.Text.Encoding.UTF8.GetBytes(text))).ToList();
        if (picture is not null)
        {
            if (Read(picture) is not { } code) return null;
            shown.Add((Carrier.Qr, code));
        }

        foreach (var (carrier, digits) in new[] { (Carrier.TransitCard, card), (Carrier.CardUid, uid) })
        {
            if (digits is null) continue;
            if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit)) return null;
            shown.Add((carrier, Convert.FromHexString(digits)));
        }

        return shown;
    }

    private static IEnumerable<(Carrier Carrier, byte[] Payload)> Lines()
    {
        while (Console.In.ReadLine() is { } line) yield return (Carrier.Qr, System.Text.Encoding.UTF8.GetBytes(line));
    }

    private static byte[]? Read(FileInfo picture)
    {
        if (!PictureFile.TryRead(picture.FullName, out var frame)) return null;
        using var engine = QrEngineCatalog.Open(null);
        return engine.Read(frame!) is [var first, ..] ? first : null;
    }

    private static async Task<int> FailAsync(string message, int code)
    {
        await Console.Error.WriteLineAsync($"gatectl: {message}");
        return code;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
