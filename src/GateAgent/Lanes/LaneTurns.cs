using System.Runtime.InteropServices;
using CardReader;
using Verifier.AllowList;

namespace GateAgent.Lanes;

/// <summary>What a reader's slot held: a repeat with the answer it had, or something new, or nothing.</summary>
/// <param name="Repeated">The answer of what was shown again; null where it was not.</param>
/// <param name="New">What was shown for the first time, and is taken now.</param>
/// <param name="ArrivedAt">When that came.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Shown(Answer? Repeated, Presentation? New, long ArrivedAt);

/// <summary>
/// The readers of one lane, a slot each, looked at in turn from the one after the last that was taken: one that floods starves no
/// other. What is shown again is told from what is new. Only the lane's loop looks and takes; readers put.
/// </summary>
internal sealed class LaneTurns(TimeProvider time) : IDisposable
{
    /// <summary>What was shown longer ago is judged for nobody: whoever showed it has gone, or shows it again. Longer than somebody
    /// waits who sees that another passes, shorter than it takes the next one to come up.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(3);

    private readonly RepeatGuard guard = new();
    private readonly List<PresentationSlot> slots = [];
    private int next;

    /// <summary>How many readers there are.</summary>
    public int Count => slots.Count;

    /// <summary>True while something waits to be looked at.</summary>
    public bool IsAnyWaiting => slots.Exists(static slot => slot.Peek() is not null);

    /// <summary>Adds a reader's slot. Before the loop runs.</summary>
    public PresentationSlot Add()
    {
        var slot = new PresentationSlot();
        slots.Add(slot);
        return slot;
    }

    /// <summary>Throws away what waits.</summary>
    public void Clear()
    {
        foreach (var slot in slots) slot.Clear();
    }

    /// <summary>Looks at one slot. A repeat is thrown away, and so is what has waited for <see cref="AgeMax"/>; something new is taken
    /// where the lane takes it, and else waits.</summary>
    /// <param name="turn">Which one, counted from the one whose turn it is.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="takesNew">Whether the lane takes something new.</param>
    public Shown Look(int turn, TimeSpan now, bool takesNew)
    {
        var slot = slots[(next + turn) % slots.Count];
        if (slot.Peek() is not { } seen) return default;
        if (guard.IsRepeat(seen, now, out var answer))
        {
            if (slot.TryTake(seen)) seen.Clear();
            return new Shown(answer, null, 0);
        }

        if (IsOver(seen, slot))
        {
            if (slot.TryTake(seen)) seen.Clear();
            return default;
        }

        if (!takesNew || !slot.TryTake(seen)) return default;
        guard.Remember(seen, now);
        next = (next + turn + 1) % slots.Count;
        return new Shown(null, seen, slot.ArrivedAt);
    }

    /// <summary>Remembers how what was taken last was answered.</summary>
    public void Answered(Answer answer, long sequence, SubjectKey holder, TimeSpan now) => guard.Answered(answer, sequence, holder, now);

    /// <summary>As <see cref="RepeatGuard.IsSameHolder"/>.</summary>
    public bool IsSameHolder(SubjectKey holder, bool isLive, TimeSpan now, out Answer answer) => guard.IsSameHolder(holder, isLive, now, out answer);

    /// <summary>As <see cref="RepeatGuard.Completed"/>.</summary>
    public void Completed(long sequence, TimeSpan now) => guard.Completed(sequence, now);

    /// <summary>Forgets what was taken last: it had no answer.</summary>
    public void Disregard() => guard.Disregard();

    /// <summary>Forgets a passage that was annulled: its holder may try again.</summary>
    public void Forget(long sequence) => guard.Forget(sequence);

    /// <inheritdoc/>
    public void Dispose() => guard.Dispose();

    // A reader says when it saw it; one that claims a later moment is held to when it came.
    private bool IsOver(Presentation seen, PresentationSlot slot) =>
        time.GetElapsedTime(Math.Min(seen.Timestamp, slot.ArrivedAt)) > AgeMax;
}
