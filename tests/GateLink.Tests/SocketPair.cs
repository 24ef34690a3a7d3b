using System.Net.Sockets;

namespace GateLink.Tests;

/// <summary>Two ends of a real Unix stream socket.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Socket one, Socket other)
    {
        One = new NetworkStream(one, ownsSocket: true);
        Other = new NetworkStream(other, ownsSocket: true);
    }

    public NetworkStream One { get; }

    public NetworkStream Other { get; }

    public static SocketPair Open()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var one = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        one.Connect(new UnixDomainSocketEndPoint(path));
        var other = listener.Accept();
        File.Delete(path);
        return new SocketPair(one, other);
    }

    public void Dispose()
    {
        One.Dispose();
        Other.Dispose();
    }
}
