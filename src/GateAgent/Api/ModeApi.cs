using System.Text.Json;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Timekeeping;
using LocalApi;
using Microsoft.AspNetCore.Http;
using Verifier.Commands;
using Verifier.Trust;

namespace GateAgent.Api;

/// <summary>
/// What control.sock lets be changed at a lane: a technician whom the province named sets a lane's mode. What is
/// refused is journalled too.
/// </summary>
internal sealed class ModeApi(Func<TrustedSnapshot?> snapshot, Func<string, Lane?> lane, Func<string> gate, Challenges challenges, PassageJournal journal, TrustedClock clock)
{
    /// <summary>Greatest body in bytes.</summary>
    public const int BodySizeMax = 4 * 1024;

    /// <summary><c>GET /v1/challenge</c>.</summary>
    public Task AskAsync(HttpContext context) => context.Response.WriteAsJsonAsync(
        new Challenge(Convert.ToHexStringLower(challenges.Make()), gate()), LocalJson.Default.Challenge);

    /// <summary><c>POST /v1/mode</c>.</summary>
    public async Task SetAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } request)
        {
            await context.FailAsync(StatusCodes.Status400BadRequest, "The body is no command: see docs/operating.md.");
            return;
        }

        if (!TryParse(request, out var command, out var signature))
        {
            await context.FailAsync(StatusCodes.Status400BadRequest, "The mode is normal with 0 minutes, or freeFlow, locked, maintenance or outOfOrder with 1 to 1440; challenge and signature are as the agent and the key gave them.");
            return;
        }

        if (!challenges.TryTake(command.Challenge.Span))
        {
            await context.FailAsync(StatusCodes.Status403Forbidden, $"The challenge is not open: each serves once, within {Challenges.AnsweredWithin.TotalSeconds} s.");
            return;
        }

        var fault = CommandVerifier.Judge(request.Credential, command, signature, snapshot(), clock.Now(), out var by);
        if (fault == CommandFault.None) fault = Set(command, by) ? CommandFault.None : CommandFault.NoSuchLane;
        if (fault != CommandFault.None)
        {
            var now = clock.Now();
            journal.Append(new IncidentRecord(now.Utc, now.IsBelieved, Known(command.Lane), Incident.CommandRefused, by));
            await context.FailAsync(StatusCodes.Status403Forbidden, TextOf(fault, command, clock.Wall is not null));
            return;
        }

        var until = command.Mode == LaneMode.Normal ? (DateTimeOffset?)null : clock.Now().Utc + TimeSpan.FromMinutes(command.Minutes);
        await context.Response.WriteAsJsonAsync(new ModeAnswer(command.Lane, request.Mode, until), LocalJson.Default.ModeAnswer);
    }

    private bool Set(ModeCommand command, string by)
    {
        if (lane(command.Lane) is not { } found) return false;
        found.Post(new LaneEvent.ModeSet(command.Mode, TimeSpan.FromMinutes(command.Minutes), by));
        return true;
    }

    // What a stranger wrote does not get into the journal.
    private string Known(string name) => lane(name) is null ? string.Empty : name;

    private static async Task<ModeRequest?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, LocalJson.Default.ModeRequest, context.RequestAborted);
        }
        catch (Exception broken) when (broken is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }

    private bool TryParse(ModeRequest request, out ModeCommand command, out byte[] signature)
    {
        var mode = Array.FindIndex(Enum.GetValues<LaneMode>(), one => PassageEvents.Word(one) == request.Mode);
        var challenge = new byte[ModeCommand.ChallengeSize];
        signature = new byte[request.Signature.Length];
        var isChallenge = request.Challenge.Length == 2 * challenge.Length
            && Convert.FromHexString(request.Challenge, challenge, out _, out _) == System.Buffers.OperationStatus.Done;
        var isSignature = Convert.TryFromBase64String(request.Signature, signature, out var size);
        signature = signature[..size];
        command = new ModeCommand(gate(), request.Lane, (LaneMode)Math.Max(0, mode), request.Minutes, challenge);
        return mode >= 0 && isChallenge && isSignature
            && (command.Mode == LaneMode.Normal ? command.Minutes == 0 : command.Minutes is >= 1 and <= SiteDocument.MinutesMax);
    }

    private static string TextOf(CommandFault fault, ModeCommand command, bool isWall) => fault switch
    {
        CommandFault.NoSnapshot => "This gate has no signed documents, so nobody is named who may do this.",
        CommandFault.ClockInDoubt when isWall => "The gate cannot tell whether what it holds is the newest, so nor whether a credential has expired: let it fetch, or import, a newer publication.",
        CommandFault.ClockInDoubt => "The gate's clock is not believed, so it cannot tell whether a credential has expired: set the clock first.",
        CommandFault.NotACredential => "The text is no technician credential.",
        CommandFault.NotSigned => "No issuer that may make technician credentials signed this one.",
        CommandFault.OutOfTime => "The credential is not valid yet, or has expired: have it renewed.",
        CommandFault.NotTheHolder => "The command is not signed by the credential's own key.",
        CommandFault.NoSuchLane => $"This gate has no lane {command.Lane}.",
        CommandFault.NotAllowed => $"The province does not let this role set {PassageEvents.Word(command.Mode)} at this gate.",
        _ => $"The province does not let this role set {PassageEvents.Word(command.Mode)} for {command.Minutes} minutes.",
    };
}
