using CardReader;

namespace GateAgent.Lanes;

/// <summary>The latest presentation of one reader. A flooding reader overwrites its own and starves nobody. Any thread.</summary>
internal sealed class PresentationSlot
{
    private Presentation? latest;

    private long arrivedAt;

    /// <summary>When the newest one came, for measuring.</summary>
    public long ArrivedAt => Volatile.Read(ref arrivedAt);

    /// <summary>Puts a presentation in; the one it replaces is cleared.</summary>
    public void Put(Presentation presentation, long now)
    {
        Volatile.Write(ref arrivedAt, now);
        Interlocked.Exchange(ref latest, presentation)?.Clear();
    }

    /// <summary>Throws away what is in it.</summary>
    public void Clear() => Interlocked.Exchange(ref latest, null)?.Clear();

    /// <summary>Looks without taking.</summary>
    public Presentation? Peek() => Volatile.Read(ref latest);

    /// <summary>Takes a presentation that was seen, unless a newer one replaced it.</summary>
    public bool TryTake(Presentation seen) => ReferenceEquals(Interlocked.CompareExchange(ref latest, null, seen), seen);
}
