using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LocalApi.Link;

namespace LocalApi;

/// <summary>The agent did not answer, or answered that it cannot. The message is for the technician.</summary>
public sealed class ControlException : Exception
{
    /// <summary>What was found and what to do.</summary>
    public ControlException(string message)
        : base(message)
    {
    }

    /// <summary>What was found and what to do, and what caused it.</summary>
    public ControlException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Asks a running agent over its control socket: HTTP over a Unix socket, at most 4 MiB for an answer.</summary>
public sealed class ControlClient : IDisposable
{
    /// <summary>Where the agent listens unless its configuration says otherwise.</summary>
    public const string DefaultSocket = "/run/gate-agent/control.sock";

    private const int AnswerSizeMax = 4 * 1024 * 1024;
    private const int LineLengthMax = 16 * 1024;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private readonly HttpClient http;
    private readonly string socketPath;

    /// <summary>A client of the socket at a path. Connects at the first request.</summary>
    public ControlClient(string socketPath)
    {
        this.socketPath = socketPath;
        var handler = new SocketsHttpHandler { ConnectCallback = (_, stop) => ConnectAsync(socketPath, stop) };
        http = new HttpClient(handler, disposeHandler: true)
        {
            BaseAddress = new Uri("http://gate"),
            MaxResponseContentBufferSize = AnswerSizeMax,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>How the gate is.</summary>
    /// <exception cref="ControlException">The agent does not run, or does not let this user in.</exception>
    public Task<Status> StatusAsync(CancellationToken stop) => GetAsync("/v1/status", LocalJson.Default.Status, stop);

    /// <summary>Records of the journal, newest first.</summary>
    /// <param name="query">Already escaped, such as <c>limit=20</c>; may be empty.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <exception cref="ControlException">As above, or the query is not understood.</exception>
    public Task<JournalPage> JournalAsync(string query, CancellationToken stop) =>
        GetAsync($"/v1/journal?{query}", LocalJson.Default.JournalPage, stop);

    /// <summary>Incidents, newest first.</summary>
    /// <param name="query">As above.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <exception cref="ControlException">As above.</exception>
    public Task<IncidentPage> IncidentsAsync(string query, CancellationToken stop) =>
        GetAsync($"/v1/incidents?{query}", LocalJson.Default.IncidentPage, stop);

    /// <summary>How long passages took.</summary>
    /// <exception cref="ControlException">As above.</exception>
    public Task<TracePage> TraceAsync(CancellationToken stop) => GetAsync("/v1/trace", LocalJson.Default.TracePage, stop);

    /// <summary>What must be signed with a command.</summary>
    /// <exception cref="ControlException">As above.</exception>
    public Task<Challenge> ChallengeAsync(CancellationToken stop) => GetAsync("/v1/challenge", LocalJson.Default.Challenge, stop);

    /// <summary>Sets a lane's mode.</summary>
    /// <returns>The mode that was set, or why it is refused.</returns>
    /// <exception cref="ControlException">As above.</exception>
    public async Task<(ModeAnswer? Answer, string? Refusal)> SetModeAsync(ModeRequest request, CancellationToken stop)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bounded.CancelAfter(AnswerTimeout);
        try
        {
            using var answer = await http.PostAsJsonAsync(new Uri("/v1/mode", UriKind.Relative), request, LocalJson.Default.ModeRequest, bounded.Token);
            if (answer.StatusCode == HttpStatusCode.OK) return (await answer.Content.ReadFromJsonAsync(LocalJson.Default.ModeAnswer, bounded.Token), null);
            var error = await answer.Content.ReadFromJsonAsync(LocalJson.Default.ApiError, bounded.Token);
            return (null, error?.Error ?? $"The agent answered {(int)answer.StatusCode}.");
        }
        catch (Exception failed) when (failed is HttpRequestException or JsonException || (failed is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new ControlException($"The agent at {socketPath} did not take the command: {failed.Message}", failed);
        }
    }

    /// <summary>Gives the agent a repository to import from, until it has what it wants.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="source">Where bytes come from.</param>
    /// <param name="stop">Ends the import; what the gate had goes on counting.</param>
    /// <returns>What it did or would do, or why it was not begun.</returns>
    /// <exception cref="ControlException">As above.</exception>
    public async Task<(ImportReport? Report, string? Refusal)> ImportAsync(ImportRequest request, LinkSource source, CancellationToken stop)
    {
        using var upgrade = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/import/link", UriKind.Relative));
        upgrade.Headers.Connection.Add("Upgrade");
        upgrade.Headers.Upgrade.Add(new ProductHeaderValue("gate-link"));
        upgrade.Headers.Add("Gate-Import", Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(request, LocalJson.Default.ImportRequest)));
        try
        {
            using var answer = await http.SendAsync(upgrade, HttpCompletionOption.ResponseHeadersRead, stop);
            if (answer.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                var error = await answer.Content.ReadFromJsonAsync(LocalJson.Default.ApiError, stop);
                return (null, error?.Error ?? $"The agent answered {(int)answer.StatusCode}.");
            }

            using var link = new LinkAnswerer(await answer.Content.ReadAsStreamAsync(stop), source, static () => { });
            await link.RunAsync(stop);
        }
        catch (Exception failed) when (failed is HttpRequestException or JsonException or LinkException)
        {
            throw new ControlException($"The agent at {socketPath} ended the import: {failed.Message}", failed);
        }

        var report = await GetAsync("/v1/import", LocalJson.Default.ImportReport, stop);
        return report.Challenge == request.Challenge
            ? (report, null)
            : throw new ControlException("Another import has ended since: see gatectl journal --incidents.");
    }

    /// <summary>What happens from now on, as it happens.</summary>
    /// <exception cref="ControlException">As above, or a line is over 16 KiB.</exception>
    public async IAsyncEnumerable<PassageEvent> WatchAsync([EnumeratorCancellation] CancellationToken stop)
    {
        using var answer = await SendAsync("/v1/watch", stop);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
        while (await NextLineAsync(lines, stop) is { } line)
        {
            if (line.Length > LineLengthMax) throw new ControlException("The agent sent a line over 16 KiB.");
            if (line.Length > 0 && JsonSerializer.Deserialize(line, LocalJson.Default.PassageEvent) is { } passage)
                yield return passage;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async Task<string?> NextLineAsync(StreamReader lines, CancellationToken stop)
    {
        try
        {
            return await lines.ReadLineAsync(stop);
        }
        catch (Exception ended) when (ended is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken stop)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bounded.CancelAfter(AnswerTimeout);
        try
        {
            using var answer = await SendAsync(path, bounded.Token);
            return await answer.Content.ReadFromJsonAsync(type, bounded.Token)
                ?? throw new ControlException("The agent answered with nothing.");
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new ControlException($"The agent at {socketPath} did not answer within {AnswerTimeout.TotalSeconds} s.", late);
        }
        catch (JsonException broken)
        {
            throw new ControlException("The agent's answer is not of this version: update gatectl with the agent.", broken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string path, CancellationToken stop)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, stop);
        }
        catch (HttpRequestException failed)
        {
            var isDenied = failed.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied };
            throw new ControlException(
                isDenied
                    ? $"This user may not use {socketPath}: add it to the group gate-technician."
                    : $"No agent answers at {socketPath}: is gate-agent running, and is this its controlSocket?",
                failed);
        }

        if (answer.StatusCode == HttpStatusCode.OK) return answer;
        using (answer)
        {
            var error = await answer.Content.ReadFromJsonAsync(LocalJson.Default.ApiError, stop);
            throw new ControlException(error?.Error ?? $"The agent answered {(int)answer.StatusCode}.");
        }
    }
}
