using System.Net;
using System.Net.Http.Headers;
using Distribution;

namespace TufClient;

/// <summary>
/// A repository behind HTTP: <c>metadata/</c> and <c>targets/</c> below an address each. A file that is read from its
/// beginning to its end is one request; another offset asks for the rest from there. One thread.
/// </summary>
internal sealed class HttpFetch : IDisposable
{
    private const string MetadataPrefix = "metadata/";
    private const string TargetsPrefix = "targets/";
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly string metadataUrl;
    private readonly string? targetsUrl;
    private HttpResponseMessage? answer;
    private Stream? body;
    private string current = string.Empty;
    private long position;

    /// <summary>A repository at two addresses. Without one for targets none can be read.</summary>
    public HttpFetch(Uri metadataUrl, Uri? targetsUrl)
    {
        this.metadataUrl = metadataUrl.AbsoluteUri.TrimEnd('/');
        this.targetsUrl = targetsUrl?.AbsoluteUri.TrimEnd('/');
    }

    /// <summary>Reads on, as a <see cref="Fetch"/>.</summary>
    /// <exception cref="IOException">The server does not answer, or with something else than the file or its absence.</exception>
    public async ValueTask<int> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
    {
        try
        {
            if ((body is null || path != current || offset != position) && !await OpenAsync(path, offset, stop)) return -1;
            var count = await body!.ReadAsync(buffer, stop);
            position += count;
            if (count == 0) Close();
            return count;
        }
        catch (HttpRequestException failed)
        {
            throw new IOException($"{path}: {failed.Message}", failed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        http.Dispose();
    }

    private async Task<bool> OpenAsync(string path, long offset, CancellationToken stop)
    {
        Close();
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(path));
        if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
        answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);

        // Stores that hide their folders say "forbidden" of what is not there.
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden) return false;
        var expected = offset > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK;
        if (answer.StatusCode != expected) throw new IOException($"{path}: the server answers {(int)answer.StatusCode}, not {(int)expected}.");
        body = await answer.Content.ReadAsStreamAsync(stop);
        current = path;
        position = offset;
        return true;
    }

    private Uri AddressOf(string path)
    {
        if (path.StartsWith(MetadataPrefix, StringComparison.Ordinal)) return new Uri($"{metadataUrl}/{path[MetadataPrefix.Length..]}");
        if (targetsUrl is null) throw new IOException("No address for targets was given.");
        return new Uri($"{targetsUrl}/{path[TargetsPrefix.Length..]}");
    }

    private void Close()
    {
        body?.Dispose();
        answer?.Dispose();
        (body, answer) = (null, null);
    }
}
