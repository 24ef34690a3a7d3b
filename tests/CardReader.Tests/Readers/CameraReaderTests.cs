using System.Diagnostics;
using System.Net.Sockets;
using CardReader.Camera;
using CardReader.Readers;

namespace CardReader.Tests.Readers;

/// <summary>A camera at a real Unix socket.</summary>
public sealed class CameraReaderTests : ReaderContract
{
    [Fact]
    public async Task A_camera_of_another_user_is_dropped_before_it_is_read_and_the_right_one_is_still_awaited()
    {
        using var folder = new Folder();
        var stranger = PeerUser.CamerasByDefault()[0] + 1;
        await using var shown = Shown.By(new CameraReader(ReaderName, folder["s"], [stranger], TimeProvider.System));
        using var camera = await Connection.OpenAsync(folder["s"]);

        await camera.TrySendAsync(Frame("not to be read"u8));

        Assert.True(await camera.IsClosedAsync());
        Assert.False(shown.TryNext(out _));
    }

    [Fact]
    public void The_users_that_may_be_a_camera_by_default_are_ours_and_gate_camera_where_it_exists()
    {
        Assert.Equal(0u, PeerUser.Find("root"));
        Assert.Null(PeerUser.Find("no-such-user-of-a-gate"));
        Assert.Equal(PeerUser.Find("gate-camera") is null ? 1 : 2, PeerUser.CamerasByDefault().Count);
    }

    [Theory]
    [InlineData(new byte[] { 7, 0 })]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xD1, 0x10 })]
    public async Task A_camera_that_breaks_the_format_is_dropped(byte[] bytes)
    {
        using var folder = new Folder();
        await using var shown = Shown.By(new CameraReader(ReaderName, folder["s"], null, TimeProvider.System));
        using var camera = await Connection.OpenAsync(folder["s"]);

        await camera.TrySendAsync(bytes);
        var ended = Assert.IsType<ReaderException>(await shown.EndAsync());

        Assert.Contains("broke its format", ended.Message, StringComparison.Ordinal);
        Assert.True(await camera.IsClosedAsync());
    }

    [Fact]
    public async Task A_camera_that_never_comes_is_missed_after_two_seconds()
    {
        using var folder = new Folder();
        var time = new HandClock();
        await using var shown = Shown.By(new CameraReader(ReaderName, folder["s"], null, time));
        await time.WaitForTimerAsync();

        time.Advance(CameraFrame.SilenceMax);
        var ended = Assert.IsType<ReaderException>(await shown.EndAsync());

        Assert.Contains("gate-camera", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_camera_that_falls_silent_is_missed_after_two_seconds_and_signs_of_life_show_nothing()
    {
        using var folder = new Folder();
        var time = new HandClock();
        await using var shown = Shown.By(new CameraReader(ReaderName, folder["s"], null, time));
        using var camera = await Connection.OpenAsync(folder["s"]);
        await time.WaitForTimerAsync();
        await time.WaitForTimerAsync();
        await camera.TrySendAsync(Frame([]));
        await time.WaitForTimerAsync();

        time.Advance(CameraFrame.SilenceMax);
        var ended = Assert.IsType<ReaderException>(await shown.EndAsync());

        Assert.Contains("silent", ended.Message, StringComparison.Ordinal);
        Assert.False(shown.TryNext(out _));
    }

    [Fact]
    public async Task A_peer_that_drips_bytes_and_never_finishes_is_missed_after_two_seconds()
    {
        using var folder = new Folder();
        var time = new HandClock();
        await using var shown = Shown.By(new CameraReader(ReaderName, folder["s"], null, time));
        using var camera = await Connection.OpenAsync(folder["s"]);
        await time.WaitForTimerAsync();
        await time.WaitForTimerAsync();

        for (var half = 0; half < 2; half++)
        {
            time.Advance(CameraFrame.SilenceMax / 2);
            await camera.TrySendAsync([100]);
            if (half == 0) await time.WaitForTimerAsync();
        }

        Assert.IsType<ReaderException>(await shown.EndAsync());
    }

    [Fact]
    public async Task Frames_may_come_in_any_pieces()
    {
        using var folder = new Folder();
        await using var shown = Shown.By(new CameraReader(ReaderName, folder["s"], null, TimeProvider.System));
        using var camera = await Connection.OpenAsync(folder["s"]);
        byte[] bytes = [.. Frame("one"u8), .. Frame([]), .. Frame(new byte[Presentation.PayloadMax]), .. Frame("two"u8)];

        for (var at = 0; at < bytes.Length; at += 5) await camera.TrySendAsync(bytes[at..Math.Min(at + 5, bytes.Length)]);

        Assert.Equal("one"u8.ToArray(), (await shown.NextAsync()).Payload.ToArray());
        Assert.Equal(Presentation.PayloadMax, (await shown.NextAsync()).Payload.Length);
        Assert.Equal("two"u8.ToArray(), (await shown.NextAsync()).Payload.ToArray());
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1)]
    public async Task A_time_stamp_that_cannot_be_is_replaced_by_now(long stamp)
    {
        using var folder = new Folder();
        await using var shown = Shown.By(new CameraReader(ReaderName, folder["s"], null, TimeProvider.System));
        using var camera = await Connection.OpenAsync(folder["s"]);
        var before = Stopwatch.GetTimestamp();

        await camera.TrySendAsync(Frame("one"u8, stamp));

        Assert.InRange((await shown.NextAsync()).Timestamp, before, Stopwatch.GetTimestamp());
    }

    [Fact]
    public async Task A_socket_that_cannot_be_made_is_a_reader_exception()
    {
        using var folder = new Folder();
        await using var shown = Shown.By(new CameraReader(ReaderName, folder["no/such/folder/s"], null, TimeProvider.System));

        Assert.IsType<ReaderException>(await shown.EndAsync());
    }

    private static byte[] Frame(ReadOnlySpan<byte> text, long? stamp = null)
    {
        var frame = new byte[CameraFrame.SizeMax];
        return frame[..CameraFrame.Write(stamp ?? Stopwatch.GetTimestamp(), text, frame)];
    }

    private protected override Task<Device> OpenAsync() => Task.FromResult<Device>(new Peer());

    private sealed class Peer : Device
    {
        private readonly Folder folder = new();
        private Connection? camera;

        public Peer() => Reader = new CameraReader(ReaderName, folder["s"], null, TimeProvider.System);

        public override Reader Reader { get; }

        public override Carrier Carrier => Carrier.Qr;

        public override byte[] Payload { get; } = "ZJ1:TEST OF A CAMERA"u8.ToArray();

        public override async Task PresentAsync()
        {
            camera ??= await Connection.OpenAsync(folder["s"]);
            await camera.TrySendAsync(Frame(Payload));
        }

        public override Task WithdrawAsync()
        {
            camera?.Dispose();
            camera = null;
            File.Delete(folder["s"]);
            return Task.CompletedTask;
        }

        public override Task VanishAsync()
        {
            camera?.Dispose();
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            camera?.Dispose();
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>The camera's end of the socket.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public static async Task<Connection> OpenAsync(string path)
        {
            var connection = new Connection();
            using var patience = new CancellationTokenSource(Shown.Patience, TimeProvider.System);
            while (true)
            {
                try
                {
                    await connection.socket.ConnectAsync(new UnixDomainSocketEndPoint(path), patience.Token);
                    return connection;
                }
                catch (SocketException)
                {
                    // The reader has not made its socket yet.
                    await Task.Yield();
                }
            }
        }

        public async Task TrySendAsync(byte[] bytes)
        {
            try
            {
                for (var sent = 0; sent < bytes.Length;) sent += await socket.SendAsync(bytes.AsMemory(sent));
            }
            catch (SocketException)
            {
                // Dropped already: what was to be seen is seen at the reader.
            }
        }

        public async Task<bool> IsClosedAsync()
        {
            try
            {
                return await socket.ReceiveAsync(new byte[1]).WaitAsync(Shown.Patience) == 0;
            }
            catch (SocketException)
            {
                return true;
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
