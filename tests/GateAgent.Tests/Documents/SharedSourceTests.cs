using GateAgent.Documents;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Documents;

public sealed class SharedSourceTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task An_errand_is_served_while_the_owner_waits_and_the_wait_goes_on()
    {
        var inner = new QuietSource();
        await using var shared = new SharedSource(inner, time);
        var waiting = shared.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None);

        for (var errand = 0; errand < 20; errand++) Assert.Equal(errand, await shared.AskAsync("a", errand, default, CancellationToken.None));

        Assert.False(waiting.IsCompleted);
        shared.Hurry();
        await waiting;
    }

    [Fact]
    public async Task News_ends_the_wait_and_a_failing_source_fails_the_errand_alone()
    {
        var inner = new QuietSource();
        await using var shared = new SharedSource(inner, time);
        var waiting = shared.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None);

        await Assert.ThrowsAsync<IOException>(async () => await shared.AskAsync("broken", 0, default, CancellationToken.None));
        Assert.Equal(7, await shared.AskAsync("a", 7, default, CancellationToken.None));

        inner.News.SetResult();
        await waiting;
    }

    [Fact]
    public async Task A_stop_ends_the_wait()
    {
        await using var shared = new SharedSource(new QuietSource(), time);
        using var stop = new CancellationTokenSource();
        var waiting = shared.WaitAsync(TimeSpan.FromHours(1), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    // A source that only its owner may use: it fails when two use it at once.
    private sealed class QuietSource : DocumentSource
    {
        private int users;

        public TaskCompletionSource News { get; } = new();

        public override bool IsLocal => true;

        public override TimeSpan Every => TimeSpan.FromHours(1);

        public override async ValueTask<int> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
        {
            Assert.Equal(1, Interlocked.Increment(ref users));
            await Task.Yield();
            Interlocked.Decrement(ref users);
            return path == "broken" ? throw new IOException("Broken.") : (int)offset;
        }

        public override async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken stop)
        {
            Assert.Equal(1, Interlocked.Increment(ref users));
            try
            {
                await News.Task.WaitAsync(stop);
                return true;
            }
            finally
            {
                Interlocked.Decrement(ref users);
            }
        }

        public override Task TellRefusedAsync(CancellationToken stop) => Task.CompletedTask;

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
