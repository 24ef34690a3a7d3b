using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>
/// Knows when somebody was last turned away for a colour at any lane of this agent: a badge shown to a gate just then could let that
/// person in. It holds one moment and nobody's name. Any thread.
/// </summary>
internal sealed class RecentRefusals
{
    /// <summary>For so long after it no badge opens any lane.</summary>
    public static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(2);

    private const long Never = -1;
    private long lastTicks = Never;

    /// <summary>True for a verdict that turns somebody away for their colour: refused, or red at home.</summary>
    public static bool IsOne(Verdict verdict) => verdict.Outcome == Outcome.Refuse || verdict.Reason == Reason.RedAtHome;

    /// <summary>Somebody was turned away.</summary>
    /// <param name="now">Monotonic time, the same for all lanes.</param>
    public void Note(TimeSpan now)
    {
        var ticks = Math.Max(0, now.Ticks);
        for (var seen = Interlocked.Read(ref lastTicks); seen < ticks;)
        {
            var found = Interlocked.CompareExchange(ref lastTicks, ticks, seen);
            if (found == seen) return;
            seen = found;
        }
    }

    /// <summary>True while nobody may be let in by a badge.</summary>
    public bool IsRecent(TimeSpan now) => Interlocked.Read(ref lastTicks) is not Never and var last && now.Ticks - last < HeldFor.Ticks;
}
