using System.Runtime.InteropServices;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier;

/// <summary>How old the signed documents are. It is a fact; what it allows is the policy's to say.</summary>
public enum DocumentState : byte
{
    /// <summary>There are none.</summary>
    None = 0,

    /// <summary>The list is less than an hour old.</summary>
    Fresh = 1,

    /// <summary>The list is an hour old or more.</summary>
    Stale = 2,

    /// <summary>The signed documents have expired.</summary>
    Expired = 3,

    /// <summary>Nobody knows: the clock is not believed.</summary>
    ClockInDoubt = 4,
}

/// <summary>How old the signed documents are, and what the policy lets them do. Each age has its own reason.</summary>
/// <param name="State">How old they are.</param>
/// <param name="Rule">What holds now.</param>
/// <param name="Reason">What a person is told where the rule stands in the way.</param>
/// <param name="NextAt">When the next stricter rule begins; null when the clock is in doubt or nothing follows.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Staleness(DocumentState State, StaleRule Rule, Reason Reason, DateTimeOffset? NextAt)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The staleness of a snapshot at a moment. A clock in doubt allows no more than the age that it shows.</summary>
    public static Staleness Of(TrustedSnapshot snapshot, JudgedTime now)
    {
        if (now.IsBelieved) return OfAge(snapshot, now);
        var inDoubt = snapshot.Policy.Staleness.ClockInDoubt;
        var byAge = now.IsWall ? OfAge(snapshot, now).Rule : StaleRule.Serve;
        return new Staleness(DocumentState.ClockInDoubt, Both(inDoubt, byAge), Reason.ClockInDoubt, null);
    }

    // Only the list and only signatures leave nothing in common.
    private static StaleRule Both(StaleRule one, StaleRule other)
    {
        if (one == other || other == StaleRule.Serve) return one;
        return one == StaleRule.Serve ? other : StaleRule.Refer;
    }

    private static Staleness OfAge(TrustedSnapshot snapshot, JudgedTime now)
    {
        var rules = snapshot.Policy.Staleness;
        ReadOnlySpan<(DateTimeOffset From, StaleRule Rule, Reason Reason)> steps =
        [
            (snapshot.ListAsOf + Hour, rules.AfterHour, Reason.ListTooOld),
            (snapshot.ListAsOf + Day, rules.AfterDay, Reason.ListTooOld),
            (snapshot.ListAsOf + Week, rules.AfterWeek, Reason.ListTooOld),
            (snapshot.ExpiresAt, rules.Expired, Reason.SnapshotExpired),
        ];
        var state = now.Utc >= snapshot.ExpiresAt ? DocumentState.Expired
            : now.Utc >= snapshot.ListAsOf + Hour ? DocumentState.Stale
            : DocumentState.Fresh;
        var current = new Staleness(state, StaleRule.Serve, Reason.None, null);
        foreach (var step in steps)
        {
            if (now.Utc >= step.From && step.Rule > current.Rule) current = new Staleness(state, step.Rule, step.Reason, null);
        }

        foreach (var step in steps)
        {
            var isNext = now.Utc < step.From && step.Rule > current.Rule && !(current.NextAt <= step.From);
            if (isNext) current = current with { NextAt = step.From };
        }

        return current;
    }
}
