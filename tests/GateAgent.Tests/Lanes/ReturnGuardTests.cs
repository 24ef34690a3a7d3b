using GateAgent.Lanes;
using Verifier.AllowList;

namespace GateAgent.Tests.Lanes;

public sealed class ReturnGuardTests
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(10);
    private static readonly SubjectKey Someone = SubjectKey.FromFull(1);

    [Fact]
    public void Who_came_is_known_for_the_time_and_no_longer()
    {
        using var guard = new ReturnGuard();
        guard.Remember(Someone, Within, TimeSpan.Zero);

        Assert.True(guard.CameWithin(Someone, Within, Within));
        Assert.False(guard.CameWithin(Someone, Within, Within + TimeSpan.FromTicks(1)));
        Assert.False(guard.CameWithin(SubjectKey.FromFull(2), Within, TimeSpan.Zero));
    }

    [Fact]
    public void Where_the_site_notes_nobody_nobody_is_remembered()
    {
        using var guard = new ReturnGuard();
        guard.Remember(Someone, TimeSpan.Zero, TimeSpan.Zero);
        guard.Remember(default, Within, TimeSpan.Zero);

        Assert.False(guard.CameWithin(Someone, Within, TimeSpan.Zero));
        Assert.False(guard.CameWithin(default, Within, TimeSpan.Zero));
    }

    [Fact]
    public void The_first_is_forgotten_for_one_too_many()
    {
        using var guard = new ReturnGuard();
        for (var person = 1; person <= ReturnGuard.RememberedMax + 1; person++) guard.Remember(SubjectKey.FromFull((UInt128)person), Within, TimeSpan.Zero);

        Assert.False(guard.CameWithin(Someone, Within, TimeSpan.Zero));
        Assert.True(guard.CameWithin(SubjectKey.FromFull(2), Within, TimeSpan.Zero));
    }
}
