using System.Threading.Channels;

namespace CardReader.Tests;

/// <summary>Runs a reader and hands out what it shows, in order.</summary>
internal sealed class Shown : IAsyncDisposable
{
    /// <summary>How long a test waits for what must come. A failure takes this long, a success takes none of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<Presentation> channel = Channel.CreateUnbounded<Presentation>();
    private readonly CancellationTokenSource stop = new();

    private Shown()
    {
    }

    /// <summary>The reader's run.</summary>
    public Task Run { get; private init; } = Task.CompletedTask;

    public static Shown By(Reader reader)
    {
        var shown = new Shown();
        var run = Task.Run(() => reader.RunAsync(one => shown.channel.Writer.TryWrite(one), shown.stop.Token));
        return new Shown(shown, run);
    }

    private Shown(Shown begun, Task run)
    {
        channel = begun.channel;
        stop = begun.stop;
        Run = run;
    }

    /// <summary>The next presentation.</summary>
    public async Task<Presentation> NextAsync() => await channel.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next presentation, if one was shown already.</summary>
    public bool TryNext(out Presentation? presentation) => channel.Reader.TryRead(out presentation);

    /// <summary>What the run ends with when it is stopped.</summary>
    public async Task<Exception?> StopAsync()
    {
        await stop.CancelAsync();
        return await EndAsync();
    }

    /// <summary>What the run ends with by itself.</summary>
    public async Task<Exception?> EndAsync() => await Record.ExceptionAsync(() => Run.WaitAsync(Patience));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }
}
