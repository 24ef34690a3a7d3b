using System.CommandLine;
using LocalApi;
using Verifier.Trust;
using Signed = Verifier.Commands.ModeCommand;

namespace GateCtl;

/// <summary><c>gatectl mode</c>: sets a lane's mode, by a technician whom the province named.</summary>
internal static class ModeCommand
{
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
        var credential = TechnicianKey.Option();
        var command = new Command("mode", "Sets how a lane is run. Exit 1 when the gate does not allow it.") { lane, mode, minutes, credential, socket, json };
        command.SetAction((parsed, stop) => Shared.AskAsync(parsed.GetValue(socket)!, async client =>
        {
            using var key = TechnicianKey.TryRead(parsed.GetRequiredValue(credential));
            if (key is null) return ExitCode.Unreachable;
            var word = parsed.GetRequiredValue(mode);
            var asked = await client.ChallengeAsync(stop);
            var signed = new Signed(
                asked.Gate, parsed.GetRequiredValue(lane), Enum.Parse<LaneMode>(word, ignoreCase: true),
                word == "normal" ? 0 : parsed.GetValue(minutes), Convert.FromHexString(asked.Value));
            var (answer, refusal) = await client.SetModeAsync(
                new ModeRequest
                {
                    Credential = key.Credential,
                    Lane = signed.Lane,
                    Mode = word,
                    Minutes = signed.Minutes,
                    Challenge = asked.Value,
                    Signature = key.Sign(signed.ToBeSigned()),
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
}
