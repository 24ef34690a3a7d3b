using System.Net.Sockets;
using System.Text;

namespace GateAgent.Health;

/// <summary>Tells systemd that the agent is ready and alive (sd_notify(3)), over the socket it names. Silent elsewhere.</summary>
internal sealed class SystemdNotifier : IDisposable
{
    private readonly Socket? socket;
    private readonly ITimer? watchdog;

    /// <summary>Connects to systemd, if it started this process, and begins to feed its watchdog at half its time.</summary>
    /// <param name="socketPath">NOTIFY_SOCKET.</param>
    /// <param name="watchdogMicroseconds">WATCHDOG_USEC.</param>
    /// <param name="isAlive">Asked each time; false lets the watchdog bite.</param>
    /// <param name="time">The clock.</param>
    public SystemdNotifier(string? socketPath, string? watchdogMicroseconds, Func<bool> isAlive, TimeProvider time)
    {
        if (string.IsNullOrEmpty(socketPath)) return;
        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

        // An address that begins with @ is in the abstract name space, which a zero byte begins.
        socket.Connect(new UnixDomainSocketEndPoint(socketPath[0] == '@' ? '\0' + socketPath[1..] : socketPath));
        if (!long.TryParse(watchdogMicroseconds, out var microseconds) || microseconds <= 0) return;
        var period = TimeSpan.FromMicroseconds(microseconds / 2.0);
        watchdog = time.CreateTimer(_ => Feed(isAlive), null, period, period);
    }

    /// <summary>The agent answers presentations.</summary>
    public void Ready() => Tell("READY=1");

    /// <summary>The agent is ending.</summary>
    public void Stopping() => Tell("STOPPING=1");

    /// <inheritdoc/>
    public void Dispose()
    {
        watchdog?.Dispose();
        socket?.Dispose();
    }

    private void Feed(Func<bool> isAlive)
    {
        if (isAlive()) Tell("WATCHDOG=1");
    }

    private void Tell(string state)
    {
        try
        {
            socket?.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (SocketException)
        {
            // systemd itself is restarting; it will ask again.
        }
    }
}
