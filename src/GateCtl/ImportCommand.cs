using System.CommandLine;
using Distribution;
using LocalApi;
using LocalApi.Link;
using Signed = Verifier.Commands.ImportCommand;

namespace GateCtl;

/// <summary><c>gatectl import</c>: gives the agent a folder, such as a stick, to take newer signed documents and lists from. The
/// agent asks for what it wants; nothing else of the folder is looked at.</summary>
internal static class ImportCommand
{
    public static Command Make()
    {
        var (socket, json, credential) = (Shared.Socket(), Shared.Json(), TechnicianKey.Option());
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = "What the province published: the folder with metadata/ and targets/." };
        folder.AcceptExistingOnly();
        var isDryRun = new Option<bool>("--dry-run") { Description = "Says what it would change, and changes nothing." };
        var command = new Command("import", "Takes newer signed documents and lists from a folder. Exit 1 when the gate refuses them.")
        {
            folder, isDryRun, credential, socket, json,
        };
        command.SetAction((parsed, stop) => Shared.AskAsync(parsed.GetValue(socket)!, async client =>
        {
            using var key = TechnicianKey.TryRead(parsed.GetRequiredValue(credential));
            if (key is null) return ExitCode.Unreachable;
            var asked = await client.ChallengeAsync(stop);
            var signed = new Signed(asked.Gate, parsed.GetValue(isDryRun), Convert.FromHexString(asked.Value));
            var request = new ImportRequest
            {
                Credential = key.Credential,
                IsDryRun = signed.IsDryRun,
                Challenge = asked.Value,
                Signature = key.Sign(signed.ToBeSigned()),
            };
            var (report, refusal) = await client.ImportAsync(request, SourceOf(parsed.GetRequiredValue(folder).FullName), stop);
            if (report is null)
            {
                await Console.Error.WriteLineAsync($"gatectl: {refusal}");
                return ExitCode.NotWell;
            }

            if (parsed.GetValue(json)) Shared.WriteJson(report, LocalJson.Default.ImportReport);
            else ImportText.Write(report, Console.Out);
            if (report.Outcome != "refused") return ExitCode.Well;
            await Console.Error.WriteLineAsync($"gatectl: {report.Fault} What the gate has goes on counting.");
            return ExitCode.NotWell;
        }));
        return command;
    }

    /// <summary>The bytes of a folder's files. A folder that is gone, or a disk that fails, is an answer too.</summary>
    internal static LinkSource SourceOf(string folder)
    {
        var fetch = FolderFetch.From(folder);
        return async (path, offset, buffer, _, stop) =>
        {
            try
            {
                var count = await fetch(path, offset, buffer, stop);
                return count < 0 ? LinkAnswer.NoFile : LinkAnswer.Bytes(count);
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
            {
                return LinkAnswer.Unavailable(LinkWhy.Storage);
            }
        };
    }
}
