using Province.Codes;
using Province.Documents;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Tests;

/// <summary>A badge admits somebody else than its holder, and only its time ends one that is lost: where it opens, and where not.</summary>
public sealed class StaffBadgeTests
{
    private static readonly TestProvince Home = TestProvince.Instance;
    private static readonly TrustedSnapshot ListOnly = Home.Snapshot(static policy => policy["staleness"]!["clockInDoubt"] = "listOnly");
    private static readonly JudgedTime Believed = new(TestProvince.Now, true);

    [Fact]
    public void A_badge_in_its_time_stands_in_where_the_policy_lets_staff()
    {
        var judgement = Judge(Badge(-1, 1), Home.Snapshot(), Believed);

        Assert.Equal((Outcome.AdmitOnCondition, Reason.ConfirmedByStaff), (judgement.Verdict.Outcome, judgement.Verdict.Reason));
        Assert.NotEqual(default, judgement.Holder);
        Assert.Equal(default, judgement.Person);
    }

    [Theory]
    [InlineData(false, -1, 1)]
    [InlineData(false, -48, -24)]
    [InlineData(false, 24, 48)]
    [InlineData(true, -1, 1)]
    [InlineData(true, 24, 48)]
    public void No_badge_opens_while_the_clock_is_in_doubt_whatever_the_list_may_do(bool isWall, int from, int until)
    {
        var judgement = Judge(Badge(from, until), ListOnly, new JudgedTime(TestProvince.Now, false) { IsWall = isWall });

        Assert.Equal((Outcome.Refer, Reason.ClockInDoubt), (judgement.Verdict.Outcome, judgement.Verdict.Reason));
    }

    [Theory]
    [InlineData(-48, -24, Reason.Expired)]
    [InlineData(24, 48, Reason.NotYetValid)]
    public void A_badge_outside_its_time_calls_staff(int from, int until, Reason reason)
    {
        var verdict = Judge(Badge(from, until), Home.Snapshot(), Believed).Verdict;

        Assert.Equal((Outcome.Refer, reason), (verdict.Outcome, verdict.Reason));
    }

    [Fact]
    public void Where_the_venue_asks_for_more_than_a_signature_neither_badge_nor_report_counts()
    {
        var strong = Home.Snapshot(static policy => PolicyTable.Set(policy, "metro", "assurance", "challengeProved"));
        var report = DomesticCodeWriter.Write(
            Home.Cast.Claims("late", null) with { Kind = 2, SampledAt = TestProvince.Now - TimeSpan.FromHours(1) }, Home.Authority.Home);

        Assert.Equal(Reason.AssuranceTooLow, Judge(Badge(-1, 1), strong, Believed).Verdict.Reason);
        Assert.Equal(Reason.AssuranceTooLow, Judge(report, strong, Believed).Verdict.Reason);
    }

    private static string Badge(int fromHours, int untilHours) => DomesticCodeWriter.Write(
        Home.Cast.Claims("staff-badge", null) with
        {
            Kind = 3,
            IssuedAt = TestProvince.Now + TimeSpan.FromHours(fromHours),
            ExpiresAt = TestProvince.Now + TimeSpan.FromHours(untilHours),
        },
        Home.Authority.Home);

    private static Judgement Judge(string text, TrustedSnapshot snapshot, JudgedTime now) => PassageVerifier.Judge(
        Carrier.Qr, System.Text.Encoding.UTF8.GetBytes(text), Evidence.None, VenueKind.Metro, snapshot, now);
}
