using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text;

namespace GateAgent.Health;

/// <summary>
/// The datagram socket at which systemd takes notifications (sd_notify(3)). Rules, in order:
/// <list type="number">
/// <item>A path or an abstract name (<c>@</c> in front) of at most 107 bytes is an address; anything else, <c>vsock:</c> too,
/// is none, and nothing is sent.</item>
/// <item>It is opened for each message: a socket that was bound again since gets the next one.</item>
/// <item>A message that cannot be sent at once is not waited for: nothing here may hold or end a gate.</item>
/// </list>
/// Any thread.
/// </summary>
internal sealed class NotifySocket
{
    /// <summary>Greatest path or name in bytes (sun_path of unix(7) without its end).</summary>
    public const int AddressSizeMax = 107;

    private readonly UnixDomainSocketEndPoint endPoint;

    private NotifySocket(UnixDomainSocketEndPoint endPoint) => this.endPoint = endPoint;

    /// <summary>Reads an address.</summary>
    /// <param name="address">NOTIFY_SOCKET.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="fault">Why it is none; empty otherwise.</param>
    public static bool TryRead(string address, [NotNullWhen(true)] out NotifySocket? socket, out string fault)
    {
        socket = null;
        fault = address switch
        {
            ['/' or '@', _, ..] => string.Empty,
            _ => "it is neither a path nor an abstract name",
        };
        var size = Encoding.UTF8.GetByteCount(address);
        if (fault.Length == 0 && size > AddressSizeMax) fault = $"it has {size} bytes, at most {AddressSizeMax} are possible";
        if (fault.Length > 0) return false;

        // A zero byte begins the abstract name space.
        socket = new NotifySocket(new UnixDomainSocketEndPoint(address[0] == '@' ? $"\0{address[1..]}" : address));
        return true;
    }

    /// <summary>Sends one message.</summary>
    /// <param name="message">Lines of sd_notify(3).</param>
    /// <param name="fault">Why it could not be sent; empty otherwise.</param>
    public bool TrySend(string message, out string fault)
    {
        fault = string.Empty;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.Connect(endPoint);
            socket.Send(Encoding.UTF8.GetBytes(message));
            return true;
        }
        catch (Exception failed) when (failed is SocketException or ObjectDisposedException or PlatformNotSupportedException)
        {
            fault = failed.Message;
            return false;
        }
    }
}
