using System.Net.Sockets;
using System.Text.Json;
using GateAgent.Journal;
using LocalApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace GateAgent.Api;

/// <summary>
/// control.sock. Who may connect is said by the socket's folder and group; reading changes nothing, and what changes
/// something is <see cref="ModeApi"/>'s and <see cref="ImportApi"/>'s to allow. Limits: 16 connections, headers of 8 KiB, a body of 4 KiB.
/// </summary>
internal static class ControlApi
{
    private const int ConnectionsMax = 16;
    private const int HeadersSizeMax = 8 * 1024;
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The socket cannot be made: its folder is missing, or another agent listens.</exception>
    public static async Task<WebApplication> StartAsync(
        string socketPath, Func<Status> status, Func<TracePage> trace, ModeApi modes, ImportApi imports, JournalApi journals, PassageFeed feed, CancellationToken stop)
    {
        RemoveStale(socketPath);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Limit(server, socketPath));
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, LocalJson.Default));
        var app = builder.Build();
        app.MapGet("/v1/status", context => WriteAsync(context, status()));
        app.MapGet("/v1/journal", journals.PassagesAsync);
        app.MapGet("/v1/incidents", journals.IncidentsAsync);
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

    private static async Task WatchAsync(HttpContext context, PassageFeed feed)
    {
        if (feed.TryJoin() is not { } watcher)
        {
            await context.FailAsync(StatusCodes.Status503ServiceUnavailable, $"{PassageFeed.WatchersMax} others watch already.");
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
