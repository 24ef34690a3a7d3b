using System.Globalization;

namespace GateAgent.Health;

/// <summary>
/// Tells systemd that the agent is ready and alive (sd_notify(3)), over the socket it names. Silent elsewhere. Whatever the
/// environment says, and whatever that socket does, the process goes on: it is said once, and again only after a message has
/// gone through.
/// </summary>
internal sealed class SystemdNotifier : IDisposable
{
    private const string ReadyState = "READY=1";
    private const string AliveState = "WATCHDOG=1";

    // What a timer can take. Nobody restarts anything after 49 days.
    private static readonly TimeSpan PeriodMax = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
    private readonly NotifySocket? socket;
    private readonly Action<string> complain;
    private readonly ITimer? watchdog;
    private int isSilent;
    private volatile bool isReadyUnsaid;

    /// <summary>Reads what systemd says, if it started this process, and begins to feed its watchdog at half its time.</summary>
    /// <param name="address">NOTIFY_SOCKET.</param>
    /// <param name="watchdogMicroseconds">WATCHDOG_USEC.</param>
    /// <param name="isAlive">Asked each time; false lets the watchdog bite.</param>
    /// <param name="time">The clock.</param>
    /// <param name="complain">Hears once why systemd hears nothing.</param>
    public SystemdNotifier(string? address, string? watchdogMicroseconds, Func<bool> isAlive, TimeProvider time, Action<string>? complain = null)
    {
        this.complain = complain ?? (static _ => { });
        if (string.IsNullOrEmpty(address)) return;
        if (!NotifySocket.TryRead(address, out socket, out var fault))
        {
            Complain(fault);
            return;
        }

        if (!long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) || microseconds <= 0) return;
        var half = microseconds / 2.0 / TimeSpan.MicrosecondsPerMillisecond;
        var period = half < PeriodMax.TotalMilliseconds ? TimeSpan.FromMilliseconds(Math.Max(1, half)) : PeriodMax;
        watchdog = time.CreateTimer(_ => Feed(isAlive), null, period, period);
    }

    /// <summary>The agent answers presentations. Where systemd cannot be told now, the next beat says it as well.</summary>
    public void Ready() => isReadyUnsaid = !Tell(ReadyState);

    /// <summary>The agent is ending.</summary>
    public void Stopping() => Tell("STOPPING=1");

    /// <inheritdoc/>
    public void Dispose() => watchdog?.Dispose();

    private void Feed(Func<bool> isAlive)
    {
        if (!isAlive()) return;
        var state = isReadyUnsaid ? $"{ReadyState}\n{AliveState}" : AliveState;
        if (Tell(state)) isReadyUnsaid = false;
    }

    private bool Tell(string state)
    {
        if (socket is null) return true;
        if (socket.TrySend(state, out var fault))
        {
            Volatile.Write(ref isSilent, 0);
            return true;
        }

        Complain(fault);
        return false;
    }

    private void Complain(string fault)
    {
        if (Interlocked.Exchange(ref isSilent, 1) != 0) return;
        complain($"systemd cannot be told how this service is, because of NOTIFY_SOCKET: {fault}. The service goes on without; under systemd, restart it.");
    }
}
