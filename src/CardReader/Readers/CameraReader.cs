using System.Net.Sockets;
using CardReader.Camera;

namespace CardReader.Readers;

/// <summary>
/// Takes the texts that one gate-camera process reads, over a Unix socket of its own; docs/formats/camera-link.md. What
/// comes is bounded text and trusted no further. Its rules, in order:
/// <list type="number">
/// <item>One camera at a time; a peer of a user that may not be a camera is dropped before a byte of it is read.</item>
/// <item>A camera that breaks the format, sends nothing whole for two seconds or ends is dropped and awaited anew.</item>
/// <item>A time stamp that cannot be is replaced by now.</item>
/// </list>
/// </summary>
public sealed class CameraReader : Reader
{
    private const int Backlog = 1;
    private readonly string path;
    private readonly IReadOnlyList<uint>? users;
    private readonly TimeProvider time;

    /// <summary>A camera that connects to a socket path.</summary>
    /// <param name="name">The reader's name.</param>
    /// <param name="path">The socket; what stands there is replaced.</param>
    /// <param name="users">The users that may be the camera; null for those of <see cref="ReaderConfig.PeerUsers"/>.</param>
    /// <param name="time">Measures silences and stamps presentations.</param>
    public CameraReader(string name, string path, IReadOnlyList<uint>? users, TimeProvider time)
        : base(name)
    {
        this.path = path;
        this.users = users;
        this.time = time;
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Action<Presentation> show, CancellationToken stop)
    {
        var allowed = users ?? PeerUser.CamerasByDefault();
        using var listener = Listen();
        using var peer = await AcceptAsync(listener, allowed, stop);
        await ServeAsync(peer, show, stop);
    }

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));

            // The camera's process runs as a user of its own, so the file lets every user connect: who is served is decided
            // by the peer's credentials, which the kernel vouches for.
            const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite
                | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
            File.SetUnixFileMode(path, Everybody);
            listener.Listen(Backlog);
            return listener;
        }
        catch (Exception failed) when (failed is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            listener.Dispose();
            throw new ReaderException($"The camera's socket {path} cannot be made: does its folder exist and belong to the agent?", failed);
        }
    }

    private async Task<Socket> AcceptAsync(Socket listener, IReadOnlyList<uint> allowed, CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(CameraFrame.SilenceMax, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        try
        {
            while (true)
            {
                var peer = await listener.AcceptAsync(bounded.Token);
                if (PeerUser.Of(peer) is { } user && allowed.Contains(user)) return peer;
                peer.Dispose();
            }
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new ReaderException($"No camera has connected to {path}: is gate-camera running?", late);
        }
        catch (SocketException broken)
        {
            throw new ReaderException($"The camera's socket {path} broke: it is made anew.", broken);
        }
    }

    private async Task ServeAsync(Socket peer, Action<Presentation> show, CancellationToken stop)
    {
        var buffer = new byte[CameraFrame.SizeMax];
        var filled = 0;
        var toldAt = time.GetTimestamp();
        while (true)
        {
            // Bytes alone are no sign of life: a peer that drips them would hold the socket for ever.
            filled += await ReceiveAsync(peer, buffer.AsMemory(filled), CameraFrame.SilenceMax - time.GetElapsedTime(toldAt), stop);
            var used = Take(buffer.AsSpan(0, filled), show);
            if (used > 0) toldAt = time.GetTimestamp();
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            buffer.AsSpan(filled - used, used).Clear();
            filled -= used;
        }
    }

    private int Take(ReadOnlySpan<byte> bytes, Action<Presentation> show)
    {
        for (var total = 0; ;)
        {
            if (!CameraFrame.TryRead(bytes[total..], out var stamp, out var text, out var used))
                throw new ReaderException("The camera broke its format: it was dropped. If this comes again, update gate-camera.");
            if (used == 0) return total;
            if (text.Length > 0) show(new Presentation(Name, Carrier.Qr, text, TimestampOf(stamp)));
            total += used;
        }
    }

    // Both processes count CLOCK_MONOTONIC nanoseconds. A stamp from the future or the far past is the camera's lie or
    // fault and is replaced by now, so that no latency is ever better than it was.
    private long TimestampOf(long nanoseconds)
    {
        var now = time.GetTimestamp();
        var isPlausible = time.TimestampFrequency == TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerSecond
            && nanoseconds <= now && time.GetElapsedTime(nanoseconds, now) < CameraFrame.SilenceMax;
        return isPlausible ? nanoseconds : now;
    }

    private async ValueTask<int> ReceiveAsync(Socket peer, Memory<byte> buffer, TimeSpan patience, CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        try
        {
            var count = await peer.ReceiveAsync(buffer, bounded.Token);
            return count > 0 ? count : throw new ReaderException("The camera has ended: its service restarts it.");
        }
        catch (SocketException broken)
        {
            throw new ReaderException("The camera has ended: its service restarts it.", broken);
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new ReaderException(
                $"The camera was silent for {CameraFrame.SilenceMax.TotalSeconds} s: its service restarts it.", late);
        }
    }
}
