using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GateAgent.Journal;
using LocalApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Verifier.Verdicts;

namespace GateAgent.Api;

/// <summary>
/// control.sock. Who may connect is said by the socket's folder and group; reading changes nothing, and what changes
/// something is <see cref="ModeApi"/>'s and <see cref="ImportApi"/>'s to allow. Limits: 16 connections, headers of 8 KiB, a body of 4 KiB.
/// </summary>
internal static class ControlApi
{
    private const int ConnectionsMax = 16;
    private const int HeadersSizeMax = 8 * 1024;
    private const int LimitDefault = 20;
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The socket cannot be made: its folder is missing, or another agent listens.</exception>
    public static async Task<WebApplication> StartAsync(
        string socketPath, Func<Status> status, Func<TracePage> trace, ModeApi modes, ImportApi imports, PassageJournal journal, PassageFeed feed, CancellationToken stop)
    {
        RemoveStale(socketPath);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Limit(server, socketPath));
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, LocalJson.Default));
        var app = builder.Build();
        app.MapGet("/v1/status", context => WriteAsync(context, status()));
        app.MapGet("/v1/journal", context => JournalAsync(context, journal));
        app.MapGet("/v1/incidents", context => IncidentsAsync(context, journal));
        app.MapGet("/v1/trace", context => context.Response.WriteAsJsonAsync(trace(), LocalJson.Default.TracePage));
        app.MapGet("/v1/challenge", modes.AskAsync);
        app.MapPost("/v1/mode", modes.SetAsync);
        app.MapGet("/v1/import", imports.LastAsync);
        app.MapGet("/v1/import/link", imports.RunAsync);
        app.MapGet("/v1/watch", context => WatchAsync(context, feed));
        await app.StartAsync(stop);
        const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        File.SetUnixFileMode(socketPath, OwnerAndGroup);
        return app;
    }

    private static void Limit(KestrelServerOptions server, string socketPath)
    {
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = ConnectionsMax;
        server.Limits.MaxRequestHeadersTotalSize = HeadersSizeMax;
        server.Limits.MaxRequestBodySize = ModeApi.BodySizeMax;
        server.ListenUnixSocket(socketPath);
    }

    // A socket that nobody answers was left by a crash. One that answers belongs to a running agent.
    private static void RemoveStale(string socketPath)
    {
        if (!File.Exists(socketPath)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(socketPath));
        }
        catch (SocketException)
        {
            File.Delete(socketPath);
            return;
        }

        throw new IOException($"Another agent listens on {socketPath}: stop it first.");
    }

    private static Task WriteAsync(HttpContext context, Status status) =>
        context.Response.WriteAsJsonAsync(status, LocalJson.Default.Status, cancellationToken: context.RequestAborted);

    private static Task JournalAsync(HttpContext context, PassageJournal journal) => AnswerAsync(
        context, query => new JournalPage(JournalReader.Read(journal.Path, query)), LocalJson.Default.JournalPage);

    private static Task IncidentsAsync(HttpContext context, PassageJournal journal) => AnswerAsync(
        context, query => new IncidentPage(JournalReader.ReadIncidents(journal.Path, query)), LocalJson.Default.IncidentPage);

    private static async Task AnswerAsync<T>(HttpContext context, Func<JournalQuery, T> read, JsonTypeInfo<T> type)
    {
        if (!TryReadQuery(context.Request.Query, out var query, out var fault))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsJsonAsync(new ApiError(fault), LocalJson.Default.ApiError);
            return;
        }

        try
        {
            // SQLite waits on the disk, so it is asked on a thread of the pool and never on a lane's.
            var page = await Task.Run(() => read(query), context.RequestAborted);
            await context.Response.WriteAsJsonAsync(page, type);
        }
        catch (SqliteException failed)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            var error = new ApiError($"The journal cannot be read now (SQLite {failed.SqliteErrorCode}): try again.");
            await context.Response.WriteAsJsonAsync(error, LocalJson.Default.ApiError);
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

    private static async Task WatchAsync(HttpContext context, PassageFeed feed)
    {
        if (feed.TryJoin() is not { } watcher)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsJsonAsync(
                new ApiError($"{PassageFeed.WatchersMax} others watch already."), LocalJson.Default.ApiError);
            return;
        }

        try
        {
            context.Response.ContentType = "application/x-ndjson";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await foreach (var passage in watcher.Reader.ReadAllAsync(context.RequestAborted))
            {
                await JsonSerializer.SerializeAsync(
                    context.Response.Body, passage, LocalJson.Default.PassageEvent, context.RequestAborted);
                await context.Response.Body.WriteAsync(LineEnd, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher went away, or the agent stops.
        }
        finally
        {
            feed.Leave(watcher);
        }
    }
}
