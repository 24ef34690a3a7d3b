using System.Collections.Immutable;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Timekeeping;
using Microsoft.Data.Sqlite;
using Verifier.Trust;

namespace GateAgent.Lanes;

/// <summary>
/// The modes that lanes were in before a restart. What stands on the card is not signed, so its rules, in order:
/// <list type="number">
/// <item>A mode goes on for what is left of its time by the wall clock, also while an old card could have been put back. Below the
/// clock's floor nobody knows how long the agent was away: a mode that lets nobody in then has its whole time again, and free
/// flow, which would go on for ever from cut to cut, has ended.</item>
/// <item>It goes on only where the signed site document lets someone set it, and for no longer than they may. A lane puts itself
/// out of order too, for as long as the signed policy says.</item>
/// </list>
/// </summary>
/// <param name="kept">What the journal kept, by lane.</param>
/// <param name="clock">Says how long the agent was away.</param>
/// <param name="documents">The signed documents; null when there are none, and then no mode goes on.</param>
internal sealed class KeptModes(IReadOnlyDictionary<string, ModeRecord> kept, TrustedClock clock, TrustedSnapshot? documents)
{
    /// <summary>What the journal kept, by lane. A journal that cannot be read keeps nothing, which is a health item.</summary>
    public static IReadOnlyDictionary<string, ModeRecord> Read(string journal, HealthBoard health)
    {
        try
        {
            return JournalReader.ReadModes(journal);
        }
        catch (SqliteException failed)
        {
            health.SetFailed("modes", $"The modes that the lanes were in cannot be read (SQLite {failed.SqliteErrorCode}): all are normal. Set them again, or restart the agent when the journal is well.");
            return ImmutableDictionary<string, ModeRecord>.Empty;
        }
    }

    /// <summary>What a lane goes on with; null for normal.</summary>
    public LaneEvent.ModeResumed? Find(string lane)
    {
        if (!kept.TryGetValue(lane, out var record) || record.Mode == LaneMode.Normal) return null;
        if (clock.Wall is null && record.Mode == LaneMode.FreeFlow) return null;
        var left = clock.Wall is { } wall && record.Until - wall < record.Length ? record.Until - wall : record.Length;
        if (LongestOf(record.Mode) is var longest && left > longest) left = longest;
        return left > TimeSpan.Zero ? new LaneEvent.ModeResumed(record.Mode, left) : null;
    }

    private TimeSpan LongestOf(LaneMode mode)
    {
        var longest = mode == LaneMode.OutOfOrder ? documents?.Policy.Crowd.Length ?? TimeSpan.Zero : TimeSpan.Zero;
        foreach (var role in documents?.Site.Roles ?? [])
        {
            if (role.Modes.Contains(mode) && role.Longest > longest) longest = role.Longest;
        }

        return longest;
    }
}
