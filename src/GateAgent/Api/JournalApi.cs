using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using GateAgent.Journal;
using LocalApi;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Verifier.Verdicts;

namespace GateAgent.Api;

/// <summary>
/// Answers questions about the journal. At most <see cref="AtOnce"/> are read at a time, and who then waits longer than two
/// seconds is told so: a disk that stalls must not take the pool's threads, on which the lanes' clocks run out.
/// </summary>
#pragma warning disable CA1001 // nobody asks it for a wait handle, and a read that a dead disk holds may outlive the socket
internal sealed class JournalApi(PassageJournal journal)
#pragma warning restore CA1001
{
    /// <summary>Questions that are read at once.</summary>
    public const int AtOnce = 2;

    private const int LimitDefault = 20;
    private static readonly TimeSpan TurnWithin = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim turns = new(AtOnce, AtOnce);

    /// <summary>Answers with records.</summary>
    public Task PassagesAsync(HttpContext context) => AnswerAsync(
        context, query => new JournalPage(JournalReader.Read(journal.Path, query)), LocalJson.Default.JournalPage);

    /// <summary>Answers with incidents.</summary>
    public Task IncidentsAsync(HttpContext context) => AnswerAsync(
        context, query => new IncidentPage(JournalReader.ReadIncidents(journal.Path, query)), LocalJson.Default.IncidentPage);

    private async Task AnswerAsync<T>(HttpContext context, Func<JournalQuery, T> read, JsonTypeInfo<T> type)
    {
        if (!TryReadQuery(context.Request.Query, out var query, out var fault))
        {
            await context.FailAsync(StatusCodes.Status400BadRequest, fault);
            return;
        }

        if (!await turns.WaitAsync(TurnWithin, context.RequestAborted))
        {
            await context.FailAsync(StatusCodes.Status503ServiceUnavailable, "The journal's disk does not answer: try again.");
            return;
        }

        try
        {
            // SQLite waits on the disk, so it is asked on a thread of the pool and never on a lane's. A read that waits ends
            // with the disk, and not with whoever asked.
            var page = await Task.Run(() => read(query), CancellationToken.None);
            await context.Response.WriteAsJsonAsync(page, type);
        }
        catch (SqliteException failed)
        {
            await context.FailAsync(StatusCodes.Status503ServiceUnavailable, $"The journal cannot be read now (SQLite {failed.SqliteErrorCode}): try again.");
        }
        finally
        {
            turns.Release();
        }
    }

    private static bool TryReadQuery(IQueryCollection query, out JournalQuery read, out string fault)
    {
        read = new JournalQuery(null, null, null, LimitDefault);
        fault = string.Empty;
        foreach (var (name, values) in query)
        {
            var value = values.ToString();
            switch (name)
            {
                case "from" when TryMoment(value, out var from): read = read with { From = from }; break;
                case "until" when TryMoment(value, out var until): read = read with { Until = until }; break;
                case "reference" when Reference.TryParse(value, out var reference): read = read with { Reference = reference }; break;
                case "limit" when TryLimit(value, out var limit): read = read with { Limit = limit }; break;
                default:
                    fault = $"'{name}' is not understood: from and until take a moment, reference seven digits, limit 1 to {JournalReader.LimitMax}.";
                    return false;
            }
        }

        return true;
    }

    private static bool TryLimit(string text, out int limit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= JournalReader.LimitMax;

    private static bool TryMoment(string text, out DateTimeOffset moment) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
}
