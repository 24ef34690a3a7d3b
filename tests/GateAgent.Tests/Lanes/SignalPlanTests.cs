using GateAgent.Actuation;
using GateAgent.Lanes;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

public sealed class SignalPlanTests
{
    [Fact]
    public void Only_a_refusal_wears_the_red_cross_whatever_the_reason()
    {
        foreach (var outcome in Enum.GetValues<Outcome>().Where(outcome => outcome != Outcome.None))
        {
            foreach (var reason in Enum.GetValues<Reason>())
            {
                foreach (var failedInRow in new[] { 0, 1, 2, 3 })
                {
                    foreach (var cameAgain in new[] { false, true })
                    {
                        var signal = SignalPlan.Of(new Verdict(outcome, reason, default, default, default), failedInRow, cameAgain);

                        Assert.Equal(outcome == Outcome.Refuse, signal == Signal.Refused);
                        Assert.Equal(outcome is Outcome.Admit or Outcome.AdmitOnCondition, SignalPlan.IsPass(signal));
                        Assert.NotEqual(Signal.Idle, signal);
                    }
                }
            }
        }
    }

    [Fact]
    public void Coming_again_has_signals_of_its_own_and_changes_no_answer_but_an_admission()
    {
        foreach (var outcome in Enum.GetValues<Outcome>().Where(outcome => outcome != Outcome.None))
        {
            var verdict = new Verdict(outcome, Reason.NotListed, default, default, default);
            var first = SignalPlan.Of(verdict, 0, cameAgain: false);
            var again = SignalPlan.Of(verdict, 0, cameAgain: true);

            Assert.Equal(SignalPlan.IsPass(first), SignalPlan.IsPass(again));
            Assert.Equal(SignalPlan.IsPass(first), first != again);
            Assert.Equal(SignalPlan.StaysFor(first), SignalPlan.StaysFor(again));
        }

        Assert.NotEqual(Signal.PassAgain, Signal.PassAgainWithCondition);
    }

    [Fact]
    public void No_signal_names_a_health_colour()
    {
        var names = Enum.GetNames<Signal>();

        Assert.DoesNotContain(names, name => name.Contains("Red", StringComparison.Ordinal)
            || name.Contains("Yellow", StringComparison.Ordinal) || name.Contains("Green", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_answer_is_heard_and_idle_is_silent()
    {
        foreach (var signal in Enum.GetValues<Signal>())
        {
            var isSilent = signal is Signal.Idle or Signal.OutOfOrder or Signal.Free;

            Assert.Equal(isSilent, Contour.Of(signal).Length == 0);
        }
    }

    [Fact]
    public void The_contours_of_pass_and_refusal_differ_without_pitch()
    {
        Assert.NotEqual(Contour.Of(Signal.Pass), Contour.Of(Signal.Refused));
        Assert.NotEqual(Contour.Of(Signal.SeeStaff), Contour.Of(Signal.Pass));
    }

    [Fact]
    public void A_buzzer_without_pitches_tells_coming_again_from_every_other_signal()
    {
        var again = Rhythm(Signal.PassAgain);

        Assert.Equal(again, Rhythm(Signal.PassAgainWithCondition));
        foreach (var signal in Enum.GetValues<Signal>().Except([Signal.PassAgain, Signal.PassAgainWithCondition]))
            Assert.NotEqual(again, Rhythm(signal));
    }

    private static string Rhythm(Signal signal) =>
        string.Join(' ', Contour.Of(signal).Select(static note => $"{(note.Hertz > 0 ? "sounds" : "silent")} {note.Length.TotalMilliseconds}"));
}
