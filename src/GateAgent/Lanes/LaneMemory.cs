using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>
/// What one lane makes of a verdict by what was shown before, here and at the agent's other lanes. Only an admission is changed, and
/// none is made. Rules, in order:
/// <list type="number">
/// <item>No badge admits within <see cref="RecentRefusals.HeldFor"/> of a refusal at any lane.</item>
/// <item>Another text of somebody who was just admitted here is a repeat: a phone renews its code while it is held up.</item>
/// <item>Somebody who came in a while ago is noted, where the site document says so.</item>
/// </list>
/// Only the lane's loop calls it.
/// </summary>
internal sealed class LaneMemory(GateMemory gate, LaneTurns turns)
{
    private SubjectKey judgedPerson;
    private SubjectKey judgedHolder;
    private SubjectKey passing;

    /// <summary>Monotonic time, the same for all lanes.</summary>
    public TimeSpan Now => gate.Now;

    /// <summary>Takes note of a refusal, also of one that nobody waits for any more.</summary>
    public void Hear(LaneEvent.VerdictReady ready, TimeSpan now)
    {
        if (RecentRefusals.IsOne(ready.Judgement.Verdict)) gate.Refusals.Note(now);
    }

    /// <summary>The verdict that counts for the presentation that is being judged.</summary>
    /// <param name="ready">What the worker answered.</param>
    /// <param name="returnsWithin">Within how long somebody who comes again is noted.</param>
    /// <param name="now">Monotonic time, the same for all lanes.</param>
    public LaneEvent.VerdictReady Weigh(LaneEvent.VerdictReady ready, TimeSpan returnsWithin, TimeSpan now)
    {
        var judgement = ready.Judgement;
        var verdict = judgement.Verdict;
        (judgedPerson, judgedHolder) = (judgement.Person, verdict.IsAdmission ? judgement.Holder : default);
        if (!verdict.IsAdmission) return ready;
        if (verdict.Reason == Reason.ConfirmedByStaff && gate.Refusals.IsRecent(now)) return Referred(ready, Reason.StaffNotAccepted);
        if (turns.IsSameHolder(judgedHolder, verdict.Assurance >= Assurance.ChallengeProved, now, out var answer))
            return ready with { Repeats = answer };
        return ready with { CameAgain = gate.Returns.CameWithin(judgedPerson, returnsWithin, now) };
    }

    /// <summary>What was judged is written down and shown.</summary>
    public void Answered(Order.Record record, long sequence, TimeSpan now)
    {
        turns.Answered(new Answer(record.Signal, Reference.Of(record.Verdict.Reason, sequence)), sequence, judgedHolder, now);
        if (record is { Verdict.IsAdmission: true, IsOpened: false }) turns.Completed(sequence, now);
        passing = judgedPerson;
        (judgedPerson, judgedHolder) = (default, default);
    }

    /// <summary>An admitted passage came to its end. Who turned away may show the same again, and what they left waiting is judged for
    /// nobody.</summary>
    public void Settle(Order.Settle settle, TimeSpan returnsWithin, TimeSpan now)
    {
        if (settle.Settlement == Settlement.Annulled)
        {
            turns.Forget(settle.Sequence);
            turns.Clear();
        }
        else
        {
            turns.Completed(settle.Sequence, now);
            gate.Returns.Remember(passing, returnsWithin, now);
        }

        passing = default;
    }

    private static LaneEvent.VerdictReady Referred(LaneEvent.VerdictReady ready, Reason reason) => ready with
    {
        Judgement = ready.Judgement with
        {
            Verdict = ready.Judgement.Verdict with { Outcome = Outcome.Refer, Reason = reason, Condition = Condition.None },
        },
    };
}
