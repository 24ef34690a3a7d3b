using System.Text.Json;
using GateAgent.Documents;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Timekeeping;
using LocalApi;
using LocalApi.Link;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Verifier.Commands;
using Verifier.Trust;

namespace GateAgent.Api;

/// <summary>
/// Imports over control.sock: a technician whom the province named holds a repository, and the agent asks for what it wants of
/// it, as it asks gate-link. Rules, in order:
/// <list type="number">
/// <item>One import at a time; a second one is refused.</item>
/// <item>The command is signed over a challenge of this gate, and the site document lets the role import. A gate without
/// documents judges that by those that are offered, once they hold. The wall time is enough for the credential's, even where an
/// old card may have been put back: only a newer set ends that doubt, and what is brought is signed.</item>
/// <item>What is brought counts as what gate-link brings: <see cref="DocumentKeeper.ImportAsync"/>.</item>
/// <item>Each end is journalled with the credential's id: imported, only looked at, refused.</item>
/// </list>
/// </summary>
internal sealed class ImportApi(
    DocumentKeeper documents, Func<string> gate, Challenges challenges, PassageJournal journal, TrustedClock clock, TimeProvider time)
{
    private const string Header = "Gate-Import";
    private ImportReport? last;
    private int isBusy;

    /// <summary><c>GET /v1/import</c>: how the last import ended.</summary>
    public Task LastAsync(HttpContext context) => Volatile.Read(ref last) is { } report
        ? context.Response.WriteAsJsonAsync(report, LocalJson.Default.ImportReport)
        : context.FailAsync(StatusCodes.Status404NotFound, "Nothing was imported since the agent started.");

    /// <summary><c>GET /v1/import/link</c>: an import over the upgraded connection.</summary>
    public async Task RunAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade
            || !TryRead(context.Request.Headers[Header].ToString(), out var request, out var command, out var signature))
        {
            await context.FailAsync(StatusCodes.Status400BadRequest, "This is no import: see docs/operating.md.");
            return;
        }

        if (Interlocked.Exchange(ref isBusy, 1) != 0)
        {
            await context.FailAsync(StatusCodes.Status409Conflict, "Another import is under way: wait until it has ended.");
            return;
        }

        try
        {
            await RunAsync(context, upgrade, request, command, signature);
        }
        finally
        {
            Volatile.Write(ref isBusy, 0);
        }
    }

    private async Task RunAsync(HttpContext context, IHttpUpgradeFeature upgrade, ImportRequest request, ImportCommand command, byte[] signature)
    {
        if (!challenges.TryTake(command.Challenge.Span))
        {
            await context.FailAsync(StatusCodes.Status403Forbidden, $"The challenge is not open: each serves once, within {Challenges.AnsweredWithin.TotalSeconds} s.");
            return;
        }

        var by = string.Empty;
        if (documents.Present is { } present && Judge(present) is { } refusal)
        {
            Note(Incident.CommandRefused, by);
            await context.FailAsync(StatusCodes.Status403Forbidden, refusal);
            return;
        }

        using var asker = new LinkAsker(await upgrade.UpgradeAsync(), time);
        var outcome = new ImportOutcome(documents.Present, null, "The import was ended early.");
        try
        {
            outcome = await documents.ImportAsync(asker.ReadAsync, command.IsDryRun, Judge, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Whoever brought it is gone; the report and the journal say so.
        }

        var report = ReportOf(request, outcome, by);
        Volatile.Write(ref last, report);
        Note(report.Outcome switch { "taken" => Incident.DocumentsImported, "refused" => Incident.ImportRefused, _ => Incident.ImportTried }, by);

        string? Judge(TrustedSnapshot set)
        {
            var fault = CommandVerifier.Judge(request.Credential, command, signature, set, new JudgedTime(clock.Now().Utc, clock.Wall is not null), out by);
            return fault == CommandFault.None ? null : TextOf(fault);
        }
    }

    private ImportReport ReportOf(ImportRequest request, ImportOutcome outcome, string by)
    {
        var report = new ImportReport
        {
            Challenge = request.Challenge,
            At = clock.Now().Utc,
            IsDryRun = request.IsDryRun,
            By = by,
            Outcome = "refused",
            Fault = outcome.Fault ?? string.Empty,
            Before = DocumentComparison.VersionsOf(outcome.Before),
        };
        if (outcome.After is not { } after || outcome.Fault is not null) return report;
        var (listBy, changes) = DocumentComparison.ListOf(outcome.Before, after);
        return report with
        {
            Outcome = ReferenceEquals(after, outcome.Before) ? "nothingNew" : request.IsDryRun ? "wouldBeTaken" : "taken",
            After = DocumentComparison.VersionsOf(after),
            Roles = DocumentComparison.SignersOf(after),
            ListBy = listBy,
            ListChanges = changes,
            Policy = DocumentComparison.PolicyOf(outcome.Before?.Policy, after.Policy),
            Lanes = DocumentComparison.LanesOf(outcome.Before?.Site, after.Site),
        };
    }

    private void Note(Incident incident, string by)
    {
        var now = clock.Now();
        journal.Append(new IncidentRecord(now.Utc, now.IsBelieved, string.Empty, incident, by));
    }

    private bool TryRead(string header, out ImportRequest request, out ImportCommand command, out byte[] signature)
    {
        (request, command, signature) = (null!, null!, []);
        try
        {
            var json = Convert.FromBase64String(header);
            if (JsonSerializer.Deserialize(json, LocalJson.Default.ImportRequest) is not { } read) return false;
            signature = Convert.FromBase64String(read.Signature);
            var challenge = Convert.FromHexString(read.Challenge);
            (request, command) = (read, new ImportCommand(gate(), read.IsDryRun, challenge));
            return challenge.Length == ModeCommand.ChallengeSize;
        }
        catch (Exception broken) when (broken is FormatException or JsonException)
        {
            return false;
        }
    }

    private static string TextOf(CommandFault fault) => fault switch
    {
        CommandFault.ClockInDoubt => "The gate's clock is not believed, so it cannot tell whether a credential has expired: set the clock first.",
        CommandFault.NotACredential => "The text is no technician credential.",
        CommandFault.NotSigned => "No issuer that may make technician credentials signed this one.",
        CommandFault.OutOfTime => "The credential is not valid yet, or has expired: have it renewed.",
        CommandFault.NotTheHolder => "The command is not signed by the credential's own key.",
        _ => "The province does not let this role import at this gate.",
    };
}
