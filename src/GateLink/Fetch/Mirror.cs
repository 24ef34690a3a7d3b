using System.Net;
using System.Net.Http.Headers;
using LocalApi.Link;

namespace GateLink.Fetch;

/// <summary>
/// One server that holds the repository. Rules, in order:
/// <list type="number">
/// <item>Redirects are not followed: an address is the operator's to choose.</item>
/// <item>404, 403 and 410 mean that there is no such file; a range beyond the end means its end; 304 only where it was asked
/// for; 206 only for the very offset that was asked for.</item>
/// <item>Anything else is no answer. What a file is called or typed by the server does not matter.</item>
/// <item>Only metadata may be compressed.</item>
/// </list>
/// </summary>
internal sealed class Mirror : IDisposable
{
    private const string Gzip = "gzip";
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);
    private readonly HttpClient http;
    private readonly FetchLimits limits;
    private readonly TimeProvider time;
    private readonly Uri root;

    /// <summary>A server.</summary>
    public Mirror(Uri root, FetchLimits limits, TimeProvider time)
    {
        this.root = root.AbsoluteUri.EndsWith('/') ? root : new Uri(root.AbsoluteUri + "/");
        this.limits = limits;
        this.time = time;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = limits.Connect,
            MaxResponseHeadersLength = FetchLimits.HeadKiBMax,
            MaxConnectionsPerServer = 2,
            PooledConnectionLifetime = ConnectionLifetime,
        };
        http = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The timestamp's ETag when it came last from here.</summary>
    public string? TimestampTag { get; set; }

    /// <summary>Where it is, for the log.</summary>
    public override string ToString() => root.Authority;

    /// <summary>Opens a metadata document.</summary>
    /// <param name="path">Below the root.</param>
    /// <param name="tag">An ETag that is held; null for none.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The body; null when there is no such file. <see cref="Body.IsUnchanged"/> where the tag still holds.</returns>
    /// <exception cref="FetchException">There is no answer, or none that fits.</exception>
    public async Task<Body?> OpenMetadataAsync(string path, string? tag, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, path));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", Gzip);
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        var answer = await SendAsync(request, stop);
        if (answer is null) return null;
        if (answer.StatusCode == HttpStatusCode.NotModified && tag is not null) return Body.Unchanged(answer);
        if (answer.StatusCode != HttpStatusCode.OK) throw Refuse(answer);
        var isCompressed = answer.Content.Headers.ContentEncoding.Contains(Gzip, StringComparer.OrdinalIgnoreCase);
        return await Body.OpenAsync(answer, 0, isCompressed, limits, time, stop);
    }

    /// <summary>Opens a target at an offset.</summary>
    /// <param name="path">Below the root.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="length">How much is wanted; null for all the rest.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The body; null when there is no such file. Empty when it ends at or before the offset.</returns>
    /// <exception cref="FetchException">There is no answer, or none that fits.</exception>
    public async Task<Body?> OpenTargetAsync(string path, long offset, long? length, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, path));
        if (offset > 0 || length is not null) request.Headers.Range = new RangeHeaderValue(offset, length is { } size ? offset + size - 1 : null);
        var answer = await SendAsync(request, stop);
        if (answer is null) return null;
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return Body.End(answer, offset);

        // A server without ranges gives the whole file: of use only from its beginning.
        var isWhole = answer.StatusCode == HttpStatusCode.OK && offset == 0;
        var isPart = answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange is { From: { } from } && from == offset;
        if (!isWhole && !isPart) throw Refuse(answer);
        if (answer.Content.Headers.ContentEncoding.Count > 0) throw Refuse(answer);
        return await Body.OpenAsync(answer, offset, isCompressed: false, limits, time, stop);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(limits.Head, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bounded.Token);
        }
        catch (HttpRequestException failed)
        {
            throw new FetchException(LinkWhy.Unreachable, $"{this}: {failed.Message}", failed);
        }
        catch (OperationCanceledException slow) when (!stop.IsCancellationRequested)
        {
            throw new FetchException(LinkWhy.TooSlow, $"{this} gave no answer within {limits.Head.TotalSeconds} s.", slow);
        }

        if (answer.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.Gone)) return answer;
        answer.Dispose();
        return null;
    }

    private FetchException Refuse(HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        answer.Dispose();
        return status is >= 300 and < 400
            ? new FetchException(LinkWhy.Redirected, $"{this} answers {status}, which is not followed.")
            : new FetchException(LinkWhy.ServerRefuses, $"{this} answers {status}, which is not what was asked for.");
    }
}
