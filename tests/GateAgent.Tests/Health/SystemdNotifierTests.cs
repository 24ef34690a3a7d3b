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
    private readonly List<string> complaints = [];
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

    [Fact]
    public void A_socket_in_the_abstract_name_space_hears_it()
    {
        var name = $"gate-{Guid.NewGuid():N}";
        systemd.Bind(new UnixDomainSocketEndPoint($"\0{name}"));
        using var notifier = new SystemdNotifier($"@{name}", "2000000", static () => true, time, complaints.Add);

        notifier.Ready();
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["READY=1", "WATCHDOG=1"], [Receive(), Receive()]);
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData("/nowhere/notify")]
    [InlineData("@nobody-is-bound-to-this-name")]
    [InlineData("vsock:2:1234")]
    [InlineData("vsock-stream:2:1234")]
    [InlineData("relative/notify")]
    [InlineData("@")]
    [InlineData("/")]
    [InlineData("\ud800")]
    public void A_socket_that_cannot_be_told_is_said_once_and_ends_nothing(string address)
    {
        using var notifier = new SystemdNotifier(address, "2000000", static () => true, time, complaints.Add);

        notifier.Ready();
        time.Advance(TimeSpan.FromSeconds(10));
        notifier.Stopping();

        Assert.Contains("NOTIFY_SOCKET", Assert.Single(complaints), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('/', 107, "")]
    [InlineData('/', 108, "108 bytes")]
    [InlineData('@', 107, "")]
    [InlineData('@', 108, "108 bytes")]
    public void An_address_has_at_most_107_bytes(char first, int size, string fault)
    {
        Assert.Equal(fault.Length == 0, NotifySocket.TryRead(first + new string('x', size - 1), out var socket, out var found));

        Assert.Equal(fault.Length == 0, socket is not null);
        Assert.Contains(fault, found, StringComparison.Ordinal);
        if (socket is not null) Assert.False(socket.TrySend("READY=1", out _));
    }

    [Fact]
    public void A_socket_that_is_bound_anew_hears_ready_and_the_next_beats()
    {
        using var notifier = new SystemdNotifier(folder.At("notify"), "2000000", static () => true, time, complaints.Add);
        notifier.Ready();
        systemd.Bind(new UnixDomainSocketEndPoint(folder.At("notify")));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("READY=1\nWATCHDOG=1", Receive());

        File.Delete(folder.At("notify"));
        time.Advance(TimeSpan.FromSeconds(1));
        using var again = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 2_000 };
        again.Bind(new UnixDomainSocketEndPoint(folder.At("notify")));
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("WATCHDOG=1", Receive(again));
        Assert.Equal(2, complaints.Count);
    }

    [Fact]
    public void A_socket_that_nobody_reads_holds_nothing_up()
    {
        systemd.Bind(new UnixDomainSocketEndPoint(folder.At("notify")));
        using var notifier = new SystemdNotifier(folder.At("notify"), "2000000", static () => true, time, complaints.Add);

        // net.unix.max_dgram_qlen datagrams wait, 512 at most where it was raised; a send that waited would hang here.
        for (var count = 0; count < 5_000 && complaints.Count == 0; count++) time.Advance(TimeSpan.FromSeconds(1));

        Assert.Single(complaints);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("soon")]
    public void Whatever_the_watchdogs_time_says_the_process_begins(string microseconds)
    {
        using var notifier = new SystemdNotifier(folder.At("notify"), microseconds, static () => true, time, complaints.Add);

        notifier.Ready();

        Assert.Single(complaints);
    }

    public void Dispose()
    {
        systemd.Dispose();
        folder.Dispose();
    }

    private string Receive() => Receive(systemd);

    private static string Receive(Socket socket)
    {
        var buffer = new byte[64];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
