using System.Text;
using CardReader;
using GateAgent.Lanes;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

public sealed class RepeatGuardTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private readonly RepeatGuard guard = new();

    [Fact]
    public void The_same_payload_within_the_window_is_a_repeat_with_its_own_answer()
    {
        var answer = new Answer(Signal.Refused, Reference.Of(Reason.Red, 5));
        guard.Remember(Shown("a"), TimeSpan.Zero);
        guard.Answered(answer, 1, TimeSpan.Zero);
        guard.Remember(Shown("b"), TimeSpan.Zero);
        guard.Answered(new Answer(Signal.Pass, Reference.Of(Reason.Green, 6)), 1, TimeSpan.Zero);

        Assert.True(guard.IsRepeat(Shown("a"), RepeatGuard.Window - Tick, out var seen));
        Assert.Equal(answer, seen);
    }

    [Fact]
    public void At_the_end_of_the_window_it_is_new()
    {
        guard.Remember(Shown("a"), TimeSpan.Zero);

        Assert.False(guard.IsRepeat(Shown("a"), RepeatGuard.Window, out _));
    }

    [Fact]
    public void A_code_that_is_held_stays_a_repeat()
    {
        guard.Remember(Shown("a"), TimeSpan.Zero);

        for (var second = 1; second <= 60; second++)
            Assert.True(guard.IsRepeat(Shown("a"), TimeSpan.FromSeconds(second), out _));
    }

    [Fact]
    public void What_was_asked_for_again_is_judged_again_even_while_it_is_held()
    {
        guard.Remember(Shown("a"), TimeSpan.Zero);
        guard.Answered(new Answer(Signal.ReadAgain, default), 1, TimeSpan.Zero);

        Assert.True(guard.IsRepeat(Shown("a"), RepeatGuard.SecondTryAfter - Tick, out _));
        Assert.False(guard.IsRepeat(Shown("a"), RepeatGuard.SecondTryAfter, out _));
    }

    [Fact]
    public void The_carrier_is_part_of_what_is_compared()
    {
        guard.Remember(Shown("a"), TimeSpan.Zero);

        Assert.False(guard.IsRepeat(new Presentation("reader", Carrier.CardUid, "a"u8, 0), TimeSpan.Zero, out _));
    }

    [Theory]
    [InlineData(RepeatGuard.RememberedMax - 1, true)]
    [InlineData(RepeatGuard.RememberedMax, false)]
    public void So_many_others_make_it_forget(int others, bool isRemembered)
    {
        guard.Remember(Shown("a"), TimeSpan.Zero);
        for (var other = 0; other < others; other++) guard.Remember(Shown($"other {other}"), TimeSpan.Zero);

        Assert.Equal(isRemembered, guard.IsRepeat(Shown("a"), TimeSpan.Zero, out _));
    }

    public void Dispose() => guard.Dispose();

    private static Presentation Shown(string text) => new("reader", Carrier.Qr, Encoding.UTF8.GetBytes(text), 0);
}
