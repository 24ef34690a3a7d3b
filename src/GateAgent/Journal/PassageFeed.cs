using System.Threading.Channels;
using LocalApi;

namespace GateAgent.Journal;

/// <summary>What happens, as it happens, for those who watch. A slow watcher loses the oldest and delays nobody. Any thread.</summary>
internal sealed class PassageFeed
{
    /// <summary>Watchers at one time.</summary>
    public const int WatchersMax = 16;

    private const int WaitingMax = 256;
    private readonly Lock watchersLock = new();

    // Guarded by watchersLock for writing; replaced whole, so that publishing takes no lock.
    private Channel<PassageEvent>[] watchers = [];

    /// <summary>Tells everyone who watches.</summary>
    public void Publish(PassageEvent passage)
    {
        foreach (var watcher in Volatile.Read(ref watchers)) watcher.Writer.TryWrite(passage);
    }

    /// <summary>Begins to watch; null when there are too many watchers.</summary>
    public Channel<PassageEvent>? TryJoin()
    {
        var watcher = Channel.CreateBounded<PassageEvent>(
            new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (watchersLock)
        {
            if (watchers.Length == WatchersMax) return null;
            Volatile.Write(ref watchers, [.. watchers, watcher]);
        }

        return watcher;
    }

    /// <summary>Ends watching.</summary>
    public void Leave(Channel<PassageEvent> watcher)
    {
        lock (watchersLock) Volatile.Write(ref watchers, [.. watchers.Where(other => other != watcher)]);
    }
}
