using System.Net.Sockets;
using System.Text;
using GateAgent.Health;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Health;

/// <summary>Against a real datagram socket, as systemd would hold one.</summary>
public sealed class SystemdNotifierTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 2_000 };

    [Fact]
    public void It_says_ready_and_feeds_the_watchdog_at_half_its_time_while_alive()
    {
        var isAlive = true;
        systemd.Bind(new UnixDomainSocketEndPoint(folder.At("notify")));
        using var notifier = new SystemdNotifier(folder.At("notify"), "2000000", () => isAlive, time);

        notifier.Ready();
        time.Advance(TimeSpan.FromSeconds(1));
        isAlive = false;
        time.Advance(TimeSpan.FromSeconds(1));
        notifier.Stopping();

        Assert.Equal(["READY=1", "WATCHDOG=1", "STOPPING=1"], [Receive(), Receive(), Receive()]);
    }

    [Fact]
    public void Without_systemd_it_is_silent()
    {
        using var notifier = new SystemdNotifier(null, "2000000", () => true, time);

        notifier.Ready();
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(0, systemd.Available);
    }

    public void Dispose()
    {
        systemd.Dispose();
        folder.Dispose();
    }

    private string Receive()
    {
        var buffer = new byte[64];
        return Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
    }
}
