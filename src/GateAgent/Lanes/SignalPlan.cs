using System.Diagnostics;
using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>What people see and hear. Zero is the resting signal. None of them names a health colour.</summary>
internal enum Signal : byte
{
    /// <summary>Soft white: present here.</summary>
    Idle = 0,

    /// <summary>Pass.</summary>
    Pass,

    /// <summary>Pass, with a condition that staff or driver see to.</summary>
    PassWithCondition,

    /// <summary>A member of staff is asked to come.</summary>
    SeeStaff,

    /// <summary>Refused, with reference and hotline.</summary>
    Refused,

    /// <summary>Again, closer.</summary>
    ReadAgain,

    /// <summary>This is another code: show the health code.</summary>
    WrongCode,

    /// <summary>Half of what is needed was read: show the other.</summary>
    ShowCode,

    /// <summary>Use the next lane.</summary>
    OutOfOrder,

    /// <summary>Open to everyone: fire release, a staff key, or a lane in free flow.</summary>
    Free,

    /// <summary>The next of a family may pass: <c>2 of 4</c>.</summary>
    NextMember,

    /// <summary>Pass; this person came in a while ago already, and staff may want to look.</summary>
    PassAgain,

    /// <summary>Pass with a condition; this person came in a while ago already.</summary>
    PassAgainWithCondition,
}

/// <summary>
/// From a verdict to a signal. A technical fault never wears the red cross: only a refusal does, and only a health
/// colour refuses. Coming again changes the signal of an admission into another signal of admission, and nothing else.
/// </summary>
internal static class SignalPlan
{
    /// <summary>So many presentations in a row that could not be judged call staff.</summary>
    public const int FailedBeforeStaff = 2;

    /// <summary>The signal of a verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="failedInRow">How many presentations in a row could not be judged, this one included.</param>
    /// <param name="cameAgain">True when this person came in a while ago already.</param>
    public static Signal Of(Verdict verdict, int failedInRow, bool cameAgain) => verdict.Outcome switch
    {
        Outcome.Admit => cameAgain ? Signal.PassAgain : Signal.Pass,
        Outcome.AdmitOnCondition => cameAgain ? Signal.PassAgainWithCondition : Signal.PassWithCondition,
        Outcome.Refuse => Signal.Refused,
        Outcome.Refer => verdict.Reason switch
        {
            Reason.Undecodable or Reason.TooLate when failedInRow < FailedBeforeStaff => Signal.ReadAgain,
            Reason.WrongCode => Signal.WrongCode,
            Reason.ReportAccepted => Signal.ShowCode,
            _ => Signal.SeeStaff,
        },
        _ => throw new UnreachableException("A verdict has an outcome."),
    };

    /// <summary>True when it lets someone pass who was judged.</summary>
    public static bool IsPass(Signal signal) => signal is Signal.Pass or Signal.PassWithCondition
        or Signal.PassAgain or Signal.PassAgainWithCondition or Signal.NextMember;

    /// <summary>True when the lane failed and not what was shown to it.</summary>
    public static bool IsTechnical(Reason reason) =>
        reason is Reason.TooLate or Reason.ListUnreadable or Reason.PageTampered or Reason.NoSnapshot;

    /// <summary>How long a signal stays when nothing else happens.</summary>
    public static TimeSpan StaysFor(Signal signal) => signal switch
    {
        Signal.Idle or Signal.OutOfOrder or Signal.Free => Timeout.InfiniteTimeSpan,
        Signal.Refused or Signal.SeeStaff => TimeSpan.FromSeconds(4),
        _ => TimeSpan.FromSeconds(2),
    };
}
