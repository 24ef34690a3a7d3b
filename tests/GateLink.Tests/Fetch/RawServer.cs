using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GateLink.Tests.Fetch;

/// <summary>A TCP server on loopback that says of each request exactly what it is told to, byte by byte.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Func<string, NetworkStream, CancellationToken, Task> answer;
    private readonly Task accepting;
    private readonly List<Task> serving = [];

    public RawServer(Func<string, NetworkStream, CancellationToken, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>The heads of all requests, in order.</summary>
    public List<string> Requests { get; } = [];

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    public static async Task SayAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(serving);
        ending.Dispose();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(ending.Token)));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var peer = client;
        var stream = peer.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        try
        {
            while (await HeadAsync(reader) is { Length: > 0 } head)
            {
                lock (Requests) Requests.Add(head);
                await answer(head, stream, ending.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The client has had enough.
        }
    }

    private async Task<string> HeadAsync(StreamReader reader)
    {
        var head = new StringBuilder();
        while (await reader.ReadLineAsync(ending.Token) is { Length: > 0 } line) head.Append(line).Append('\n');
        return head.ToString();
    }
}
