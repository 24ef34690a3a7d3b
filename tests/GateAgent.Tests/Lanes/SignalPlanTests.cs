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
                    var signal = SignalPlan.Of(new Verdict(outcome, reason, default, default, default), failedInRow);

                    Assert.Equal(outcome == Outcome.Refuse, signal == Signal.Refused);
                    Assert.Equal(outcome is Outcome.Admit or Outcome.AdmitOnCondition, signal is Signal.Pass or Signal.PassWithCondition);
                    Assert.NotEqual(Signal.Idle, signal);
                }
            }
        }
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
}
