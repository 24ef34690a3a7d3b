using Province.Codes;
using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Tests;

/// <summary>A family on one phone: all are judged, and the strictest answer is the answer of all.</summary>
public sealed class FamilyTests
{
    private static readonly TestProvince Home = TestProvince.Instance;
    private static readonly TrustedSnapshot Whole = Home.Snapshot();

    [Theory]
    [InlineData("same-code-twice international", VenueKind.Metro, Outcome.Admit, Reason.Green)]
    [InlineData("same-code-twice yellow-taxi", VenueKind.Taxi, Outcome.AdmitOnCondition, Reason.YellowWithMask)]
    [InlineData("yellow-cinema same-code-twice", VenueKind.CinemaOrTheatre, Outcome.Refuse, Reason.YellowBarred)]
    [InlineData("same-code-twice red", VenueKind.Metro, Outcome.Refuse, Reason.Red)]
    [InlineData("unlisted-phone same-code-twice", VenueKind.Metro, Outcome.Refer, Reason.NotListed)]
    public void The_strictest_answer_is_the_answer_of_all(string members, VenueKind venue, Outcome outcome, Reason reason)
    {
        var judgement = Judge(Code("green-phone", members.Split(' ')), venue);

        Assert.Equal((outcome, reason, 3), (judgement.Verdict.Outcome, judgement.Verdict.Reason, judgement.People));
        Assert.True(judgement.Evidence.IsNone);
    }

    [Fact]
    public void A_holder_who_is_barred_bars_their_family()
    {
        var judgement = Judge(Code("red", ["green-phone"]), VenueKind.Metro);

        Assert.Equal((Outcome.Refuse, Reason.Red, 2), (judgement.Verdict.Outcome, judgement.Verdict.Reason, judgement.People));
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(7, false)]
    public void A_family_has_at_most_six_members(int count, bool isRead)
    {
        var roles = new[] { "red", "international", "same-code-twice", "yellow-taxi", "yellow-fever", "tampered-page", "yellow-cinema" };

        var judgement = Judge(Code("green-phone", roles[..count]), VenueKind.Metro);

        Assert.Equal(isRead ? Reason.Red : Reason.Undecodable, judgement.Verdict.Reason);
    }

    [Theory]
    [InlineData("green-phone")]
    [InlineData("red red")]
    public void Nobody_is_named_twice(string members) =>
        Assert.Equal(Reason.Undecodable, Judge(Code("green-phone", members.Split(' ')), VenueKind.Metro).Verdict.Reason);

    [Fact]
    public void Who_needs_longer_says_so_in_their_own_code()
    {
        var claims = Home.Cast.Claims("green-phone", ListValue.Of(Colour.Green));

        Assert.True(Judge(DomesticCodeWriter.Write(claims with { Flags = 2 }, Home.Authority.Home), VenueKind.Metro).IsAssisted);
        Assert.False(Judge(DomesticCodeWriter.Write(claims, Home.Authority.Home), VenueKind.Metro).IsAssisted);
    }

    private static string Code(string holder, IEnumerable<string> members) => DomesticCodeWriter.Write(
        Home.Cast.Claims(holder, ListValue.Of(Colour.Green)) with
        {
            IssuedAt = TestProvince.Now - TimeSpan.FromHours(2),
            Members = [.. members.Select(role => Home.Cast.Claims(role, null).Subject)],
        },
        Home.Authority.Home);

    private static Judgement Judge(string code, VenueKind venue) => PassageVerifier.Judge(
        Carrier.Qr, System.Text.Encoding.UTF8.GetBytes(code), Evidence.None, venue, Whole, new JudgedTime(TestProvince.Now, true));
}
