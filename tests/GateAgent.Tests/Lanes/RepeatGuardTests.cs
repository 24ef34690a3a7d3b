using System.Text;
using CardReader;
using GateAgent.Lanes;
using Verifier.AllowList;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

public sealed class RepeatGuardTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly SubjectKey Holder = SubjectKey.FromFull(7);
    private readonly RepeatGuard guard = new();

    [Fact]
    public void The_same_payload_within_the_window_is_a_repeat_with_its_own_answer()
    {
        var answer = new Answer(Signal.Refused, Reference.Of(Reason.Red, 5));
        guard.Remember(Shown("a"), TimeSpan.Zero);
        guard.Answered(answer, 1, default, TimeSpan.Zero);
        guard.Remember(Shown("b"), TimeSpan.Zero);
        guard.Answered(new Answer(Signal.Pass, Reference.Of(Reason.Green, 6)), 1, default, TimeSpan.Zero);

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
        guard.Answered(new Answer(Signal.ReadAgain, default), 1, default, TimeSpan.Zero);

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

    [Fact]
    public void Another_text_of_who_was_just_admitted_is_a_repeat_with_the_same_answer_until_the_window_after_the_passage_ends()
    {
        var answer = new Answer(Signal.Pass, Reference.Of(Reason.Green, 5));
        var passed = TimeSpan.FromSeconds(10);
        guard.Remember(Shown("first"), TimeSpan.Zero);
        guard.Answered(answer, 5, Holder, TimeSpan.Zero);
        guard.Completed(5, passed);

        guard.Remember(Shown("renewed"), passed + RepeatGuard.Window - Tick);
        Assert.True(guard.IsSameHolder(Holder, isLive: false, passed + RepeatGuard.Window - Tick, out var seen));
        Assert.Equal(answer, seen);

        // From then on the renewed text is held, and what follows it is a repeat of that.
        Assert.True(guard.IsRepeat(Shown("renewed"), passed + (2 * RepeatGuard.Window) - (2 * Tick), out seen));
        Assert.Equal(answer, seen);
        guard.Remember(Shown("renewed again"), passed + (2 * RepeatGuard.Window));
        Assert.True(guard.IsSameHolder(Holder, isLive: false, passed + (2 * RepeatGuard.Window), out _));
        Assert.False(guard.IsSameHolder(Holder, isLive: false, passed + (4 * RepeatGuard.Window), out _));
    }

    [Fact]
    public void Who_was_not_admitted_or_turned_away_or_is_another_is_no_repeat()
    {
        guard.Remember(Shown("refused"), TimeSpan.Zero);
        guard.Answered(new Answer(Signal.Refused, Reference.Of(Reason.Red, 5)), 5, default, TimeSpan.Zero);
        guard.Remember(Shown("first"), TimeSpan.Zero);
        guard.Answered(new Answer(Signal.Pass, Reference.Of(Reason.Green, 6)), 6, Holder, TimeSpan.Zero);

        guard.Remember(Shown("renewed"), TimeSpan.Zero);
        Assert.False(guard.IsSameHolder(default, isLive: false, TimeSpan.Zero, out _));
        Assert.False(guard.IsSameHolder(SubjectKey.FromFull(8), isLive: false, TimeSpan.Zero, out _));
        guard.Forget(6);
        Assert.False(guard.IsSameHolder(Holder, isLive: false, TimeSpan.Zero, out _));
    }

    [Fact]
    public void A_new_live_proof_is_a_repeat_while_the_passage_lasts_and_none_after_it_is_completed()
    {
        guard.Remember(Shown("first"), TimeSpan.Zero);
        guard.Answered(new Answer(Signal.Pass, Reference.Of(Reason.Green, 5)), 5, Holder, TimeSpan.Zero);

        guard.Remember(Shown("second"), Tick);
        Assert.True(guard.IsSameHolder(Holder, isLive: true, Tick, out _));
        guard.Completed(5, Tick);
        guard.Remember(Shown("third"), Tick);
        Assert.False(guard.IsSameHolder(Holder, isLive: true, Tick, out _));
    }

    [Fact]
    public void What_was_disregarded_is_judged_again()
    {
        guard.Remember(Shown("poster"), TimeSpan.Zero);
        guard.Disregard();

        Assert.False(guard.IsRepeat(Shown("poster"), Tick, out _));
    }

    public void Dispose() => guard.Dispose();

    private static Presentation Shown(string text) => new("reader", Carrier.Qr, Encoding.UTF8.GetBytes(text), 0);
}
