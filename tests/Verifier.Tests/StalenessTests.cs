using System.Globalization;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Tests;

public sealed class StalenessTests
{
    private const string Policy = "serve serve signedOnly refer";
    private const string Stricter = "serve signedOnly refer refer";
    private static readonly TestProvince Home = TestProvince.Instance;

    [Theory]
    [InlineData(Policy, "0:00:00", DocumentState.Fresh, StaleRule.Serve, Reason.None, "7.0:00:00")]
    [InlineData(Policy, "0:59:59.9999999", DocumentState.Fresh, StaleRule.Serve, Reason.None, "7.0:00:00")]
    [InlineData(Policy, "1:00:00", DocumentState.Stale, StaleRule.Serve, Reason.None, "7.0:00:00")]
    [InlineData(Policy, "1.0:00:00", DocumentState.Stale, StaleRule.Serve, Reason.None, "7.0:00:00")]
    [InlineData(Policy, "6.23:59:59.9999999", DocumentState.Stale, StaleRule.Serve, Reason.None, "7.0:00:00")]
    [InlineData(Policy, "7.0:00:00", DocumentState.Stale, StaleRule.SignedOnly, Reason.ListTooOld, "14.0:00:00")]
    [InlineData(Policy, "13.23:59:59.9999999", DocumentState.Stale, StaleRule.SignedOnly, Reason.ListTooOld, "14.0:00:00")]
    [InlineData(Policy, "14.0:00:00", DocumentState.Expired, StaleRule.Refer, Reason.SnapshotExpired, null)]
    [InlineData(Policy, "3650.0:00:00", DocumentState.Expired, StaleRule.Refer, Reason.SnapshotExpired, null)]
    [InlineData(Stricter, "0:00:00", DocumentState.Fresh, StaleRule.Serve, Reason.None, "1.0:00:00")]
    [InlineData(Stricter, "23:59:59.9999999", DocumentState.Stale, StaleRule.Serve, Reason.None, "1.0:00:00")]
    [InlineData(Stricter, "1.0:00:00", DocumentState.Stale, StaleRule.SignedOnly, Reason.ListTooOld, "7.0:00:00")]
    [InlineData(Stricter, "7.0:00:00", DocumentState.Stale, StaleRule.Refer, Reason.ListTooOld, null)]
    [InlineData(Stricter, "14.0:00:00", DocumentState.Expired, StaleRule.Refer, Reason.ListTooOld, null)]
    public void At_every_edge_the_state_the_rule_and_the_next_degradation_are_told(
        string policy, string age, DocumentState state, StaleRule rule, Reason reason, string? next)
    {
        var snapshot = Snapshot(policy);

        var found = Staleness.Of(snapshot, After(age, isBelieved: true));

        Assert.Equal(new Staleness(state, rule, reason, next is null ? null : After(next, isBelieved: true).Utc), found);
    }

    [Theory]
    [InlineData("-3650.0:00:00")]
    [InlineData("0:00:00")]
    [InlineData("7.0:00:00")]
    [InlineData("14.0:00:00")]
    public void In_doubt_of_the_clock_no_age_is_told(string age)
    {
        var found = Staleness.Of(Snapshot(Policy), After(age, isBelieved: false));

        Assert.Equal(new Staleness(DocumentState.ClockInDoubt, StaleRule.Refer, Reason.ClockInDoubt, null), found);
    }

    [Theory]
    [InlineData("0:59:59.9999999", true, Outcome.Admit, Reason.Green)]
    [InlineData("1:00:00", true, Outcome.Admit, Reason.Green)]
    [InlineData("1.0:00:00", true, Outcome.Admit, Reason.Green)]
    [InlineData("7.0:00:00", true, Outcome.Refer, Reason.ListTooOld)]
    [InlineData("14.0:00:00", true, Outcome.Refer, Reason.SnapshotExpired)]
    [InlineData("0:00:00", false, Outcome.Refer, Reason.ClockInDoubt)]
    public void A_listed_card_passes_only_while_the_policy_serves(string age, bool isBelieved, Outcome outcome, Reason reason)
    {
        var verdict = Home.Judge("green-transit-card", VenueKind.Metro, Snapshot(Policy), After(age, isBelieved));

        Assert.Equal((outcome, reason), (verdict.Outcome, verdict.Reason));
    }

    private static JudgedTime After(string age, bool isBelieved) =>
        new(TestProvince.Now + TimeSpan.Parse(age, CultureInfo.InvariantCulture), isBelieved);

    // The rules after an hour, a day, a week and after the timestamp's end.
    private static TrustedSnapshot Snapshot(string rules)
    {
        var words = rules.Split(' ');
        return Home.Snapshot(policy =>
        {
            var staleness = policy["staleness"]!;
            staleness["after1h"] = words[0];
            staleness["after24h"] = words[1];
            staleness["after7d"] = words[2];
            staleness["expired"] = words[3];
        });
    }
}
