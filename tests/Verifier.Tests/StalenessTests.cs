using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Tests;

/// <summary>The ages of the signed documents, one second before and at each edge.</summary>
public sealed class StalenessTests
{
    private const int Hour = 3_600;
    private const int Day = 24 * Hour;
    private const int Week = 7 * Day;
    private const int Expiry = 14 * Day;

    [Theory]
    [InlineData(0, DocumentState.Fresh, StaleRule.Serve, Reason.None, Day)]
    [InlineData(Hour - 1, DocumentState.Fresh, StaleRule.Serve, Reason.None, Day)]
    [InlineData(Hour, DocumentState.Stale, StaleRule.Serve, Reason.None, Day)]
    [InlineData(Day - 1, DocumentState.Stale, StaleRule.Serve, Reason.None, Day)]
    [InlineData(Day, DocumentState.Stale, StaleRule.SignedOnly, Reason.ListTooOld, Week)]
    [InlineData(Week - 1, DocumentState.Stale, StaleRule.SignedOnly, Reason.ListTooOld, Week)]
    [InlineData(Week, DocumentState.Stale, StaleRule.Refer, Reason.ListTooOld, 0)]
    [InlineData(Expiry - 1, DocumentState.Stale, StaleRule.Refer, Reason.ListTooOld, 0)]
    [InlineData(Expiry, DocumentState.Expired, StaleRule.Refer, Reason.ListTooOld, 0)]
    public void Each_age_has_its_state_its_rule_and_the_moment_of_the_next(int age, DocumentState state, StaleRule rule, Reason reason, int next)
    {
        var snapshot = SnapshotWith(StaleRule.Serve, StaleRule.SignedOnly, StaleRule.Refer, StaleRule.Refer);

        var found = Staleness.Of(snapshot, At(age));

        var nextAt = next == 0 ? (DateTimeOffset?)null : TestProvince.Now + TimeSpan.FromSeconds(next);
        Assert.Equal(new Staleness(state, rule, reason, nextAt), found);
    }

    [Fact]
    public void An_expired_set_serves_where_the_policy_lets_it()
    {
        var snapshot = SnapshotWith(StaleRule.Serve, StaleRule.Serve, StaleRule.Serve, StaleRule.Serve);

        var found = Staleness.Of(snapshot, At(Expiry));

        Assert.Equal(new Staleness(DocumentState.Expired, StaleRule.Serve, Reason.None, null), found);
    }

    [Fact]
    public void Expiry_is_the_next_degradation_where_age_changes_nothing()
    {
        var snapshot = SnapshotWith(StaleRule.Serve, StaleRule.Serve, StaleRule.Serve, StaleRule.Refer);

        Assert.Equal(TestProvince.Now + TimeSpan.FromDays(14), Staleness.Of(snapshot, At(0)).NextAt);
        Assert.Equal((StaleRule.Refer, Reason.SnapshotExpired), (Staleness.Of(snapshot, At(Expiry)).Rule, Staleness.Of(snapshot, At(Expiry)).Reason));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Week)]
    [InlineData(Expiry)]
    public void While_the_clock_is_in_doubt_no_age_is_claimed(int age)
    {
        var snapshot = SnapshotWith(StaleRule.Serve, StaleRule.Serve, StaleRule.Serve, StaleRule.Serve);

        var found = Staleness.Of(snapshot, At(age) with { IsBelieved = false, IsWall = false });

        Assert.Equal((DocumentState.ClockInDoubt, snapshot.Policy.Staleness.ClockInDoubt), (found.State, found.Rule));
        Assert.Null(found.NextAt);
    }

    [Theory]
    [InlineData("listOnly", StaleRule.Serve, false, StaleRule.ListOnly)]
    [InlineData("listOnly", StaleRule.Serve, true, StaleRule.ListOnly)]
    [InlineData("listOnly", StaleRule.SignedOnly, true, StaleRule.Refer)]
    [InlineData("listOnly", StaleRule.Refer, true, StaleRule.Refer)]
    [InlineData("listOnly", StaleRule.Refer, false, StaleRule.ListOnly)]
    [InlineData("refer", StaleRule.Serve, true, StaleRule.Refer)]
    public void A_clock_in_doubt_allows_no_more_than_the_age_that_it_shows(string inDoubt, StaleRule expired, bool isWall, StaleRule expected)
    {
        var snapshot = SnapshotWith(StaleRule.Serve, StaleRule.Serve, StaleRule.Serve, expired, inDoubt);

        var found = Staleness.Of(snapshot, At(Expiry) with { IsBelieved = false, IsWall = isWall });

        Assert.Equal(new Staleness(DocumentState.ClockInDoubt, expected, Reason.ClockInDoubt, null), found);
    }

    private static JudgedTime At(int seconds) => new(TestProvince.Now + TimeSpan.FromSeconds(seconds), true);

    private static TrustedSnapshot SnapshotWith(StaleRule hour, StaleRule day, StaleRule week, StaleRule expired, string inDoubt = "refer") =>
        TestProvince.Instance.Snapshot(policy =>
        {
            var ages = policy["staleness"]!.AsObject();
            ages["after1h"] = Word(hour);
            ages["after24h"] = Word(day);
            ages["after7d"] = Word(week);
            ages["expired"] = Word(expired);
            ages["clockInDoubt"] = inDoubt;
        });

    private static string Word(StaleRule rule) => rule switch
    {
        StaleRule.Serve => "serve",
        StaleRule.SignedOnly => "signedOnly",
        _ => "refer",
    };
}
