using System.Net.Sockets;
using CardReader.Readers;
using GateLink.Fetch;
using LocalApi.Link;
using Microsoft.Extensions.Logging;

namespace GateLink;

/// <summary>
/// Connects to the agent, answers it, and tells it when the timestamp has changed. When the agent goes it connects again;
/// when the servers go it looks again later, after a random part of a time that doubles up to the poll's own.
/// </summary>
internal sealed partial class LinkRun
{
    private const string AgentUser = "gate-agent";
    private static readonly TimeSpan ConnectFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConnectLongest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookFirst = TimeSpan.FromSeconds(30);
    private readonly string socketPath;
    private readonly TimeSpan interval;
    private readonly RepositorySource source;
    private readonly TimeProvider time;
    private readonly ILogger log;

    /// <summary>A link between an agent's socket and a source.</summary>
    public LinkRun(string socketPath, TimeSpan interval, RepositorySource source, TimeProvider time, ILogger log)
    {
        this.socketPath = socketPath;
        this.interval = interval;
        this.source = source;
        this.time = time;
        this.log = log;
    }

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var answerer = new LinkAnswerer(await ConnectAsync(stop), source.ReadAsync, source.Refuse);
                failures = 0;
                LogConnected(log, socketPath);
                await ServeAsync(answerer, stop);
            }
            catch (Exception gone) when (gone is LinkException or SocketException)
            {
                failures++;
                LogGone(log, gone.Message);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Backoff.After(failures, ConnectFirst, ConnectLongest), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(LinkAnswerer answerer, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var answering = answerer.RunAsync(ending.Token);
        var looking = LookAsync(answerer, ending.Token);
        await Task.WhenAny(answering, looking);
        await ending.CancelAsync();
        await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await answering;
    }

    private async Task LookAsync(LinkAnswerer answerer, CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var wait = failures == 0 ? Backoff.Around(interval) : Backoff.After(failures, LookFirst, interval);
            await Task.Delay(wait, time, stop);
            try
            {
                if (await source.LookAsync(stop)) await answerer.TellNewsAsync(stop);
                failures = 0;
            }
            catch (FetchException failed)
            {
                // Before the first good look after an outage the agent is told too: it may have asked in vain.
                if (failures++ == 0) LogNoServer(log, failed.Message);
            }
        }
    }

    private async Task<NetworkStream> ConnectAsync(CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), stop);
            if (PeerUser.Of(socket) is not { } user || !PeerUser.OwnAnd(AgentUser).Contains(user))
                throw new LinkException($"Another user than {AgentUser} listens at {socketPath}: find out who it is.");
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Answering the agent at {Socket}")]
    private static partial void LogConnected(ILogger log, string socket);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "The agent is gone: {Why}")]
    private static partial void LogGone(ILogger log, string why);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Nothing can be fetched: {Why}")]
    private static partial void LogNoServer(ILogger log, string why);
}
