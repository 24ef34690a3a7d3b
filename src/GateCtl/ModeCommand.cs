using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using LocalApi;
using Verifier.Trust;
using Signed = Verifier.Commands.ModeCommand;

namespace GateCtl;

/// <summary><c>gatectl mode</c>: sets a lane's mode, by a technician whom the province named.</summary>
internal static class ModeCommand
{
    private const int FileSizeMax = 16 * 1024;
    private const int MinutesMax = 24 * 60;

    public static Command Make()
    {
        var (socket, json) = (Shared.Socket(), Shared.Json());
        var lane = new Argument<string>("LANE") { Description = "The lane." };
        var mode = new Argument<string>("MODE") { Description = "normal, freeFlow, locked, maintenance or outOfOrder." };
        mode.AcceptOnlyFromAmong("normal", "freeFlow", "locked", "maintenance", "outOfOrder");
        var minutes = new Option<int>("--minutes") { Description = "For how long, 1 to 1440. Every mode but normal ends by itself.", DefaultValueFactory = static _ => 30 };
        minutes.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MinutesMax) result.AddError($"--minutes takes 1 to {MinutesMax}.");
        });
        var credential = new Option<FileInfo>("--credential") { Description = "The technician's credential and key, from the province.", HelpName = "FILE", Required = true };
        credential.AcceptExistingOnly();
        var command = new Command("mode", "Sets how a lane is run. Exit 1 when the gate does not allow it.") { lane, mode, minutes, credential, socket, json };
        command.SetAction((parsed, stop) => Shared.AskAsync(parsed.GetValue(socket)!, async client =>
        {
            if (TryRead(parsed.GetRequiredValue(credential)) is not { } carried) return ExitCode.Unreachable;
            using var key = TryImport(carried.Key);
            if (key is null) return ExitCode.Unreachable;
            var word = parsed.GetRequiredValue(mode);
            var asked = await client.ChallengeAsync(stop);
            var signed = new Signed(
                asked.Gate, parsed.GetRequiredValue(lane), Enum.Parse<LaneMode>(word, ignoreCase: true),
                word == "normal" ? 0 : parsed.GetValue(minutes), Convert.FromHexString(asked.Value));
            var (answer, refusal) = await client.SetModeAsync(
                new ModeRequest
                {
                    Credential = carried.Credential,
                    Lane = signed.Lane,
                    Mode = word,
                    Minutes = signed.Minutes,
                    Challenge = asked.Value,
                    Signature = Convert.ToBase64String(key.SignData(signed.ToBeSigned(), HashAlgorithmName.SHA256)),
                },
                stop);
            if (answer is null)
            {
                await Console.Error.WriteLineAsync($"gatectl: {refusal}");
                return ExitCode.NotWell;
            }

            if (parsed.GetValue(json)) Shared.WriteJson(answer, LocalJson.Default.ModeAnswer);
            else Console.WriteLine($"{answer.Lane} is {answer.Mode}{(answer.Until is { } until ? $" until {Shared.Moment(until)}" : string.Empty)}");
            return ExitCode.Well;
        }));
        return command;
    }

    private static TechnicianFile? TryRead(FileInfo file)
    {
        try
        {
            if (file.Length > FileSizeMax) throw new JsonException($"over {FileSizeMax} bytes");
            return JsonSerializer.Deserialize(File.ReadAllText(file.FullName), LocalJson.Default.TechnicianFile)
                ?? throw new JsonException("nothing in it");
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"gatectl: {file.FullName} is no technician credential: {unreadable.Message}");
            return null;
        }
    }

    private static ECDsa? TryImport(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception broken) when (broken is ArgumentException or CryptographicException)
        {
            key.Dispose();
            Console.Error.WriteLine("gatectl: the credential's key is no private key in PEM.");
            return null;
        }
    }
}
