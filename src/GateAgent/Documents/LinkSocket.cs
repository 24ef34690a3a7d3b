using System.Net.Sockets;
using System.Threading.Channels;
using CardReader.Readers;
using GateAgent.Health;
using LocalApi.Link;

namespace GateAgent.Documents;

/// <summary>
/// link.sock: one gate-link at a time gives bytes of files. Its rules, in order:
/// <list type="number">
/// <item>A peer of a user that may not be gate-link is dropped before a byte of it is read; so is a second one while the
/// first is served.</item>
/// <item>A peer that breaks the format or its limits is dropped (<see cref="LinkAsker"/>), and another one is awaited.</item>
/// <item>A new connection is news: much may have changed while there was none.</item>
/// </list>
/// </summary>
internal sealed class LinkSocket : DocumentSource
{
    /// <summary>The user gate-link runs as.</summary>
    public const string LinkUser = "gate-link";

    private const string Component = "link";
    private const int Backlog = 4;
    private static readonly TimeSpan AcceptAgainAfter = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource ending = new();
    private readonly Socket listener;
    private readonly string path;
    private readonly IReadOnlyList<uint> users;
    private readonly HealthBoard health;
    private readonly TimeProvider time;

    // One place: a second peer is dropped while the first is served or waits here.
    private readonly Channel<Socket> arrived = Channel.CreateBounded<Socket>(1);
    private Task accepting = Task.CompletedTask;
    private LinkAsker? asker;
    private volatile bool isServing;

    private LinkSocket(Socket listener, string path, IReadOnlyList<uint> users, HealthBoard health, TimeProvider time)
    {
        this.listener = listener;
        this.path = path;
        this.users = users;
        this.health = health;
        this.time = time;
        health.SetDegraded(Component, $"No gate-link has connected to {path} yet: is it running?");
    }

    /// <inheritdoc/>
    public override bool IsLocal => false;

    /// <inheritdoc/>
    /// <remarks>gate-link tells what is new; but it is not trusted to. Longer than the hour between publications and the time until a
    /// poll finds one, so that nothing is asked for twice where it does; nothing is lost where it lies, as it could as well answer
    /// with what is old.</remarks>
    public override TimeSpan Every { get; } = TimeSpan.FromMinutes(90);

    /// <summary>Makes the socket and begins to accept.</summary>
    /// <param name="path">The socket; what stands there is replaced.</param>
    /// <param name="users">The users that may be gate-link; null for our own and <see cref="LinkUser"/>.</param>
    /// <param name="health">Hears who is there.</param>
    /// <param name="time">Measures answers.</param>
    /// <exception cref="IOException">The socket cannot be made.</exception>
    public static LinkSocket Start(string path, IReadOnlyList<uint>? users, HealthBoard health, TimeProvider time)
    {
        var bound = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            bound.Bind(new UnixDomainSocketEndPoint(path));

            // gate-link runs as a user of its own, so the file lets every user connect: who is served is decided by the
            // peer's credentials, which the kernel vouches for.
            const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite
                | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
            File.SetUnixFileMode(path, Everybody);
            bound.Listen(Backlog);
        }
        catch (Exception failed) when (failed is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            bound.Dispose();
            throw new IOException($"The link's socket {path} cannot be made: does its folder exist and belong to the agent?", failed);
        }

        var made = new LinkSocket(bound, path, users ?? PeerUser.OwnAnd(LinkUser), health, time);
        made.accepting = made.AcceptAsync();
        return made;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
    {
        if (asker is null) throw new LinkException("No gate-link is connected.");
        try
        {
            return await asker.ReadAsync(path, offset, buffer, stop);
        }
        catch (LinkException failed)
        {
            if (asker.IsBroken) Drop(failed.Message);
            throw;
        }
    }

    /// <inheritdoc/>
    public override async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken stop)
    {
        using var enough = new CancellationTokenSource(atMost, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop, enough.Token);
        try
        {
            while (!await HearsNewsAsync(bounded.Token))
            {
            }

            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override async Task TellRefusedAsync(CancellationToken stop)
    {
        try
        {
            if (asker is not null) await asker.TellRefusedAsync(stop);
        }
        catch (LinkException gone)
        {
            Drop(gone.Message);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await accepting;
        asker?.Dispose();
        if (arrived.Reader.TryRead(out var waiting)) waiting.Dispose();
        listener.Dispose();
        ending.Dispose();
        File.Delete(path);
    }

    private async Task<bool> HearsNewsAsync(CancellationToken stop)
    {
        if (asker is null)
        {
            asker = new LinkAsker(new NetworkStream(await arrived.Reader.ReadAsync(stop), ownsSocket: true), time);
            health.SetWell(Component);
            return true;
        }

        try
        {
            await asker.WaitForNewsAsync(stop);
            return true;
        }
        catch (LinkException gone)
        {
            Drop(gone.Message);
            return false;
        }
    }

    private void Drop(string why)
    {
        asker?.Dispose();
        asker = null;
        isServing = false;
        health.SetDegraded(Component, $"{why} Another gate-link is awaited at {path}.");
    }

    private async Task AcceptAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                Take(await listener.AcceptAsync(ending.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, for one: it passes, and spinning would not help.
                await Task.Delay(AcceptAgainAfter, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Take(Socket peer)
    {
        var user = PeerUser.Of(peer);
        if (user is not { } known || !users.Contains(known))
        {
            peer.Dispose();
            health.SetDegraded("link strangers", $"A process of user {user} was turned away at {path}: find out what it is, then restart the agent.");
            return;
        }

        // Said before the peer can be taken: whoever takes and drops it at once says the opposite last.
        if (isServing)
        {
            peer.Dispose();
            return;
        }

        isServing = true;
        if (arrived.Writer.TryWrite(peer)) return;
        isServing = false;
        peer.Dispose();
    }
}
