using System.Runtime.InteropServices;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier;

/// <summary>How old the signed documents are, and what the policy lets them do. Each age has its own reason.</summary>
/// <param name="Rule">What holds now.</param>
/// <param name="Reason">What a person is told where the rule stands in the way.</param>
/// <param name="NextAt">When the next stricter rule begins; null when the clock is in doubt or nothing follows.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Staleness(StaleRule Rule, Reason Reason, DateTimeOffset? NextAt)
{
    /// <summary>The staleness of a snapshot at a moment.</summary>
    public static Staleness Of(TrustedSnapshot snapshot, JudgedTime now)
    {
        var rules = snapshot.Policy.Staleness;
        if (!now.IsBelieved) return new Staleness(rules.ClockInDoubt, Reason.ClockInDoubt, null);

        ReadOnlySpan<(DateTimeOffset From, StaleRule Rule, Reason Reason)> steps =
        [
            (snapshot.ListAsOf + TimeSpan.FromHours(1), rules.AfterHour, Reason.ListTooOld),
            (snapshot.ListAsOf + TimeSpan.FromDays(1), rules.AfterDay, Reason.ListTooOld),
            (snapshot.ListAsOf + TimeSpan.FromDays(7), rules.AfterWeek, Reason.ListTooOld),
            (snapshot.ExpiresAt, rules.Expired, Reason.SnapshotExpired),
        ];
        var current = new Staleness(StaleRule.Serve, Reason.None, null);
        foreach (var step in steps)
        {
            if (now.Utc >= step.From && step.Rule > current.Rule) current = new Staleness(step.Rule, step.Reason, null);
        }

        foreach (var step in steps)
        {
            var isNext = now.Utc < step.From && step.Rule > current.Rule && !(current.NextAt <= step.From);
            if (isNext) current = current with { NextAt = step.From };
        }

        return current;
    }
}
