using LocalApi.Link;
using Microsoft.Extensions.Time.Testing;

namespace GateLink.Tests.Link;

public sealed class LinkTests
{
    private const string Name = "targets/policy.json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly byte[] content = new byte[200_000];

    public LinkTests()
    {
        for (var index = 0; index < content.Length; index++) content[index] = (byte)(index % 251);
    }

    [Fact]
    public async Task A_file_comes_in_pieces_over_the_link()
    {
        await using var link = Running.Start(GiveAsync);
        var copy = new byte[content.Length + 10];

        var filled = 0;
        for (var count = -1; count != 0; filled += count)
            count = await link.Asker.ReadAsync(Name, filled, copy.AsMemory(filled), TestContext.Current.CancellationToken);

        Assert.Equal(content, copy[..filled]);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_said_to_be_none()
    {
        await using var link = Running.Start(GiveAsync);

        var count = await link.Asker.ReadAsync("targets/other", 0, new byte[10], TestContext.Current.CancellationToken);

        Assert.Equal(-1, count);
    }

    [Fact]
    public async Task A_file_that_cannot_be_had_now_leaves_the_link_whole()
    {
        await using var link = Running.Start(GiveAsync);

        var failed = await Assert.ThrowsAsync<LinkException>(
            async () => await link.Asker.ReadAsync("targets/later", 0, new byte[10], TestContext.Current.CancellationToken));

        Assert.Contains("too slowly", failed.Message, StringComparison.Ordinal);
        Assert.False(link.Asker.IsBroken);
        Assert.Equal(10, await link.Asker.ReadAsync(Name, 0, new byte[10], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task News_is_heard_while_waiting_and_while_asking()
    {
        await using var link = Running.Start(GiveAsync);

        await link.Answerer.TellNewsAsync(TestContext.Current.CancellationToken);
        await link.Asker.WaitForNewsAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        await link.Answerer.TellNewsAsync(TestContext.Current.CancellationToken);
        await link.Asker.ReadAsync(Name, 0, new byte[10], TestContext.Current.CancellationToken);
        await link.Asker.WaitForNewsAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);

        Assert.False(link.Asker.IsBroken);
    }

    [Fact]
    public async Task The_holder_hears_that_what_it_gave_did_not_hold()
    {
        await using var link = Running.Start(GiveAsync);

        await link.Asker.TellRefusedAsync(TestContext.Current.CancellationToken);
        await link.Asker.ReadAsync(Name, 0, new byte[10], TestContext.Current.CancellationToken);

        Assert.Equal(1, link.Refusals);
    }

    [Theory]
    [InlineData("05000000" + "03" + "02000000", "broke its format")]
    [InlineData("09000000" + "03" + "02000000" + "AABBCCDD", "something else")]
    [InlineData("10000000" + "03" + "01000000" + "0102030405060708090A0B", "11 bytes where 10")]
    [InlineData("01000000" + "02", "something else")]
    [InlineData("FFFFFFFF", "broke its format")]
    public async Task A_holder_that_answers_anything_else_is_dropped(string hex, string expected)
    {
        using var pair = SocketPair.Open();
        using var asker = new LinkAsker(pair.One, TimeProvider.System);
        await pair.Other.WriteAsync(Convert.FromHexString(hex), TestContext.Current.CancellationToken);

        var failed = await Assert.ThrowsAsync<LinkException>(
            async () => await asker.ReadAsync(Name, 0, new byte[10], TestContext.Current.CancellationToken));

        Assert.Contains(expected, failed.Message, StringComparison.Ordinal);
        Assert.True(asker.IsBroken);
    }

    [Fact]
    public async Task A_holder_that_floods_with_news_is_dropped()
    {
        using var pair = SocketPair.Open();
        using var asker = new LinkAsker(pair.One, TimeProvider.System);
        var flood = Enumerable.Repeat(Convert.FromHexString("0100000007"), 1_000).SelectMany(static frame => frame).ToArray();
        await pair.Other.WriteAsync(flood, TestContext.Current.CancellationToken);

        var failed = await Assert.ThrowsAsync<LinkException>(
            async () => await asker.ReadAsync(Name, 0, new byte[10], TestContext.Current.CancellationToken));

        Assert.Contains("floods", failed.Message, StringComparison.Ordinal);
        Assert.True(asker.IsBroken);
    }

    [Fact]
    public async Task A_holder_that_ends_within_a_frame_is_dropped()
    {
        using var pair = SocketPair.Open();
        using var asker = new LinkAsker(pair.One, TimeProvider.System);
        await pair.Other.WriteAsync(Convert.FromHexString("0E00000003010000000102"), TestContext.Current.CancellationToken);
        pair.Other.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        await Assert.ThrowsAsync<LinkException>(
            async () => await asker.ReadAsync(Name, 0, new byte[10], TestContext.Current.CancellationToken));

        Assert.True(asker.IsBroken);
    }

    [Fact]
    public async Task A_holder_that_takes_nothing_is_dropped_after_its_time()
    {
        var time = new FakeTimeProvider();
        using var pair = SocketPair.Open();
        using var asker = new LinkAsker(pair.One, time);
        var telling = asker.TellRefusedAsync(TestContext.Current.CancellationToken);
        while (telling.IsCompletedSuccessfully) telling = asker.TellRefusedAsync(TestContext.Current.CancellationToken);

        time.Advance(LinkAsker.AnswerWithin);

        await Assert.ThrowsAsync<LinkException>(() => telling);
        Assert.True(asker.IsBroken);
    }

    [Theory]
    [InlineData("metadata/3.city%2Fa.json")]
    [InlineData("metadata/../root.json")]
    [InlineData("metadata/\u00e9.json")]
    public async Task Of_a_name_that_is_no_path_of_the_link_there_is_no_file_and_the_link_goes_on(string name)
    {
        await using var link = Running.Start(GiveAsync);

        var missing = await link.Asker.ReadAsync(name, 0, new byte[10], TestContext.Current.CancellationToken);

        Assert.Equal(-1, missing);
        Assert.NotEqual(-1, await link.Asker.ReadAsync(Name, 0, new byte[10], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_holder_that_does_not_answer_is_dropped_after_its_time()
    {
        var time = new FakeTimeProvider();
        using var pair = SocketPair.Open();
        using var asker = new LinkAsker(pair.One, time);

        var asking = asker.ReadAsync(Name, 0, new byte[10], TestContext.Current.CancellationToken).AsTask();
        await pair.Other.ReadExactlyAsync(new byte[10], TestContext.Current.CancellationToken);
        time.Advance(LinkAsker.AnswerWithin);

        var failed = await Assert.ThrowsAsync<LinkException>(() => asking);
        Assert.Contains("90 s", failed.Message, StringComparison.Ordinal);
        Assert.True(asker.IsBroken);
    }

    [Fact]
    public async Task Waiting_for_news_may_be_called_off_within_a_frame()
    {
        using var pair = SocketPair.Open();
        using var asker = new LinkAsker(pair.One, TimeProvider.System);
        await pair.Other.WriteAsync(Convert.FromHexString("0100"), TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var waiting = asker.WaitForNewsAsync(stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await pair.Other.WriteAsync(Convert.FromHexString("000007"), TestContext.Current.CancellationToken);

        await asker.WaitForNewsAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
    }

    [Fact]
    public async Task An_agent_that_breaks_the_format_is_dropped()
    {
        using var pair = SocketPair.Open();
        using var answerer = new LinkAnswerer(pair.Other, GiveAsync, static () => { });
        await pair.One.WriteAsync(Convert.FromHexString("0500000005" + "01000000"), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<LinkException>(() => answerer.RunAsync(TestContext.Current.CancellationToken));
    }

    private ValueTask<LinkAnswer> GiveAsync(string path, long offset, Memory<byte> buffer, int wanted, CancellationToken stop)
    {
        if (path == "targets/later") return ValueTask.FromResult(LinkAnswer.Unavailable(LinkWhy.TooSlow));
        if (path != Name) return ValueTask.FromResult(LinkAnswer.NoFile);
        var count = (int)Math.Min(buffer.Length, Math.Max(0, content.Length - offset));
        content.AsSpan((int)offset, count).CopyTo(buffer.Span);
        return ValueTask.FromResult(LinkAnswer.Bytes(count));
    }

    /// <summary>Both sides of a link, until disposed.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly SocketPair pair = SocketPair.Open();
        private readonly Task answering;

        private Running(LinkSource source)
        {
            Asker = new LinkAsker(pair.One, TimeProvider.System);
            Answerer = new LinkAnswerer(pair.Other, source, () => Refusals++);
            answering = Answerer.RunAsync(CancellationToken.None);
        }

        public LinkAsker Asker { get; }

        public LinkAnswerer Answerer { get; }

        public int Refusals { get; private set; }

        public static Running Start(LinkSource source) => new(source);

        public async ValueTask DisposeAsync()
        {
            Asker.Dispose();
            await answering.WaitAsync(Patience);
            Answerer.Dispose();
            pair.Dispose();
        }
    }
}
