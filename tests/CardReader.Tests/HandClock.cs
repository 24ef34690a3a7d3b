using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace CardReader.Tests;

/// <summary>A clock that moves by hand, and tells when somebody begins to wait on it: then it is time to move it.</summary>
internal sealed class HandClock : FakeTimeProvider
{
    private readonly Channel<bool> timers = Channel.CreateUnbounded<bool>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        timers.Writer.TryWrite(true);
        return timer;
    }

    /// <summary>Waits until one more timer was begun.</summary>
    public async Task WaitForTimerAsync() => await timers.Reader.ReadAsync().AsTask().WaitAsync(Shown.Patience);
}
