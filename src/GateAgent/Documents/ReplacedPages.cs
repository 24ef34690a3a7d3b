using System.Collections.Concurrent;

namespace GateAgent.Documents;

/// <summary>
/// The pages of sets that count no more. A judgement may still read them, so they are closed a minute later: no judgement
/// takes that long. Any thread.
/// </summary>
internal sealed class ReplacedPages(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ClosedAfter = TimeSpan.FromMinutes(1);
    private readonly ConcurrentQueue<(IDisposable Pages, long At)> waiting = new();

    /// <summary>Takes pages that were just replaced; nothing where there are none.</summary>
    public void Add(IDisposable? pages)
    {
        if (pages is not null) waiting.Enqueue((pages, time.GetTimestamp()));
    }

    /// <summary>Closes what has waited long enough. One task at a time.</summary>
    public void CloseOld()
    {
        while (waiting.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= ClosedAfter)
        {
            if (waiting.TryDequeue(out oldest)) oldest.Pages.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (waiting.TryDequeue(out var old)) old.Pages.Dispose();
    }
}
