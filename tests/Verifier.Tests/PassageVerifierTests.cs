using Province.Codes;
using Province.Documents;
using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Tests;

public sealed class PassageVerifierTests
{
    private static readonly TestProvince Home = TestProvince.Instance;
    private static readonly TrustedSnapshot Whole = Home.Snapshot();
    private static readonly VenueKind[] Venues = Enum.GetValues<VenueKind>()[1..];

    [Fact]
    public void Green_passes_everywhere_without_a_condition()
    {
        foreach (var venue in Venues)
        {
            var verdict = Home.Judge("green-phone", venue);

            Assert.Equal((Outcome.Admit, Reason.Green, Condition.None), (verdict.Outcome, verdict.Reason, verdict.Condition));
        }
    }

    [Fact]
    public void Red_is_refused_everywhere_but_at_home_where_staff_come()
    {
        foreach (var venue in Venues)
        {
            var isHome = venue == VenueKind.ResidentialCompound;

            var verdict = Home.Judge("red", venue);

            Assert.Equal(isHome ? Outcome.Refer : Outcome.Refuse, verdict.Outcome);
            Assert.Equal(isHome ? Reason.RedAtHome : Reason.Red, verdict.Reason);
        }
    }

    // The groups of the notice, written out by hand.
    [Theory]
    [InlineData(Outcome.Refuse, Reason.YellowBarred, "School NursingHome WelfareHome PsychiatricInstitution PlaceOfDetention")]
    [InlineData(Outcome.Refuse, Reason.YellowBarred, "WholesaleProduceMarket FoodMarket Supermarket")]
    [InlineData(Outcome.Refuse, Reason.YellowBarred, "Library Museum ArtGallery ExhibitionHall OtherIndoorVenue")]
    [InlineData(Outcome.Refuse, Reason.YellowBarred, "CinemaOrTheatre GameArcade OtherClosedEntertainment")]
    [InlineData(Outcome.AdmitOnCondition, Reason.YellowWithMask, "Taxi RideHailing")]
    public void A_yellow_holder_is_judged_by_the_group_of_the_notice(Outcome outcome, Reason reason, string venues)
    {
        foreach (var venue in venues.Split(' ').Select(Enum.Parse<VenueKind>))
        {
            var verdict = Home.Judge("yellow-cinema", venue);

            Assert.Equal((outcome, reason), (verdict.Outcome, verdict.Reason));
            Assert.Equal(outcome == Outcome.AdmitOnCondition ? Condition.Mask : Condition.None, verdict.Condition);
        }
    }

    [Theory]
    [InlineData("yellow-report", Outcome.Admit, Reason.YellowFreedByReport)]
    [InlineData("report-with-history", Outcome.Refuse, Reason.YellowBarred)]
    [InlineData("report-red", Outcome.Refuse, Reason.Red)]
    public void A_negative_report_frees_what_the_policy_says_and_never_more(string role, Outcome outcome, Reason reason)
    {
        var verdict = Home.Judge(role, VenueKind.CinemaOrTheatre);

        Assert.Equal((outcome, reason), (verdict.Outcome, verdict.Reason));
    }

    [Fact]
    public void A_report_counts_after_the_code_as_well_as_before_it()
    {
        var texts = Home.Cast["yellow-report"].Texts;

        var code = Judge(texts[1], Evidence.None);
        var report = Judge(texts[0], code.Evidence);

        Assert.Equal(Reason.YellowBarred, code.Verdict.Reason);
        Assert.Equal((Outcome.Admit, Reason.YellowFreedByReport), (report.Verdict.Outcome, report.Verdict.Reason));
        Assert.True(report.Evidence.IsNone);
    }

    [Fact]
    public void A_report_alone_opens_nothing_and_frees_nobody_else()
    {
        var report = Judge(Home.Cast["yellow-report"].Texts[0], Evidence.None);
        var other = Judge(Home.Cast["yellow-cinema"].Texts[0], report.Evidence);

        Assert.Equal((Outcome.Refer, Reason.ReportAccepted), (report.Verdict.Outcome, report.Verdict.Reason));
        Assert.Equal(Reason.YellowBarred, other.Verdict.Reason);
    }

    [Theory]
    [InlineData(-36, Reason.ReportAccepted)]
    [InlineData(36, Reason.ReportAccepted)]
    [InlineData(37, Reason.ReportNotAccepted)]
    public void A_report_ages_out_after_the_hours_of_the_policy(int hoursLater, Reason reason)
    {
        // The sample is 12 h old at the start, and the policy says 48.
        var claims = Home.Cast.Claims("late", null) with
        {
            Kind = 2,
            SampledAt = TestProvince.Now - TimeSpan.FromHours(12 + Math.Max(hoursLater, 0)),
        };
        var text = DomesticCodeWriter.Write(claims, Home.Authority.Home);

        Assert.Equal(reason, Judge(text, Evidence.None).Verdict.Reason);
    }

    [Theory]
    [InlineData(VenueKind.Metro, Outcome.AdmitOnCondition, Condition.Mask)]
    [InlineData(VenueKind.Taxi, Outcome.AdmitOnCondition, Condition.Mask)]
    [InlineData(VenueKind.Library, Outcome.AdmitOnCondition, Condition.ShortStay)]
    [InlineData(VenueKind.PlaceOfDetention, Outcome.Refer, Condition.None)]
    public void People_without_a_phone_pass_where_staff_may_confirm_them(VenueKind venue, Outcome outcome, Condition condition)
    {
        var verdict = Home.Judge("staff-badge", venue);

        Assert.Equal((outcome, condition), (verdict.Outcome, verdict.Condition));
        Assert.Equal(outcome == Outcome.Refer ? Reason.StaffNotAccepted : Reason.ConfirmedByStaff, verdict.Reason);
    }

    [Theory]
    [InlineData("expired", Reason.Expired)]
    [InlineData("not-yet-valid", Reason.NotYetValid)]
    [InlineData("forged-signature", Reason.SignatureInvalid)]
    [InlineData("corrupted", Reason.Undecodable)]
    [InlineData("poster", Reason.WrongCode)]
    [InlineData("unlisted-phone", Reason.NotListed)]
    [InlineData("unlisted-card", Reason.NotListed)]
    [InlineData("other-province-unknown", Reason.UnknownIssuer)]
    [InlineData("uid-only-card", Reason.AssuranceTooLow)]
    [InlineData("printed-not-allowed", Reason.StaticCodeNotAccepted)]
    public void What_is_not_proved_goes_to_a_person_with_its_own_reason(string role, Reason reason)
    {
        var verdict = Home.Judge(role, VenueKind.Metro);

        Assert.Equal((Outcome.Refer, reason), (verdict.Outcome, verdict.Reason));
    }

    [Theory]
    [InlineData("other-province-green", Outcome.Admit)]
    [InlineData("other-province-red", Outcome.Refuse)]
    [InlineData("other-province-listed-red", Outcome.Refuse)]
    [InlineData("international", Outcome.Admit)]
    [InlineData("printed", Outcome.Admit)]
    [InlineData("newer-red", Outcome.Refuse)]
    [InlineData("older-green", Outcome.Refuse)]
    [InlineData("green-transit-card", Outcome.Admit)]
    [InlineData("red-transit-card", Outcome.Refuse)]
    public void The_colour_is_that_of_the_newer_and_on_doubt_the_stricter_source(string role, Outcome outcome) =>
        Assert.Equal(outcome, Home.Judge(role, VenueKind.Metro).Outcome);

    [Fact]
    public void On_a_tie_of_code_and_list_the_stricter_counts()
    {
        var claims = Home.Cast.Claims("red", ListValue.Of(Colour.Green)) with { IssuedAt = TestProvince.Now };

        Assert.Equal(Reason.Red, Judge(DomesticCodeWriter.Write(claims, Home.Authority.Home), Evidence.None).Verdict.Reason);
    }

    [Fact]
    public void A_uid_counts_where_the_policy_says_so() =>
        Assert.Equal(Outcome.Admit, Home.Judge("uid-only-card", VenueKind.Park).Outcome);

    [Fact]
    public void An_issuer_may_sign_only_what_the_province_lists_it_for()
    {
        var claims = Home.Cast.Claims("x", null) with { Issuer = "44", Kind = 3 };

        var verdict = Judge(DomesticCodeWriter.Write(claims, Home.Authority.Neighbour), Evidence.None).Verdict;

        Assert.Equal((Outcome.Refer, Reason.IssuerNotEntitled), (verdict.Outcome, verdict.Reason));
    }

    [Fact]
    public void The_key_of_one_issuer_does_not_speak_for_another()
    {
        var claims = Home.Cast.Claims("x", ListValue.Of(Colour.Green)) with { Issuer = "33" };

        var verdict = Judge(DomesticCodeWriter.Write(claims, Home.Authority.Neighbour), Evidence.None).Verdict;

        Assert.Equal(Reason.UnknownIssuer, verdict.Reason);
    }

    [Fact]
    public void Faults_of_the_gate_refer_and_never_refuse_or_admit()
    {
        var believed = new JudgedTime(TestProvince.Now, true);
        foreach (var role in new[] { "green-phone", "red", "green-transit-card" })
        {
            Expect(Reason.PageTampered, Home.Judge(role, VenueKind.Metro, Home.Snapshot(isTampered: true)));
            Expect(Reason.ListUnreadable, Home.Judge(role, VenueKind.Metro, Home.Snapshot(isUnreadable: true)));
            Expect(Reason.ClockInDoubt, Home.Judge(role, VenueKind.Metro, now: believed with { IsBelieved = false }));
            var expired = believed with { Utc = TestProvince.Now + TimeSpan.FromDays(15) };
            Expect(Reason.SnapshotExpired, Home.Judge(role, VenueKind.Metro, now: expired));
        }

        var payload = TestProvince.Payloads(Home.Cast["green-phone"])[0].Payload;
        var judgement = PassageVerifier.Judge(Carrier.Qr, payload, Evidence.None, VenueKind.Metro, null, believed);
        Expect(Reason.NoSnapshot, judgement.Verdict);

        static void Expect(Reason reason, Verdict verdict) =>
            Assert.Equal((Outcome.Refer, reason), (verdict.Outcome, verdict.Reason));
    }

    [Fact]
    public void A_list_a_week_old_leaves_only_newer_signatures()
    {
        var later = new JudgedTime(TestProvince.Now + TimeSpan.FromDays(7), true);
        var fresh = Home.Cast.Claims("green-phone", ListValue.Of(Colour.Green)) with
        {
            IssuedAt = later.Utc - TimeSpan.FromHours(1),
            ExpiresAt = later.Utc + TimeSpan.FromHours(1),
        };
        var text = DomesticCodeWriter.Write(fresh, Home.Authority.Home);

        Assert.Equal(Reason.Green, Judge(text, Evidence.None, now: later).Verdict.Reason);
        Assert.Equal(Reason.ListTooOld, Home.Judge("green-transit-card", VenueKind.Metro, now: later).Reason);
    }

    [Fact]
    public void In_doubt_of_the_clock_the_list_alone_answers_where_the_policy_says_so()
    {
        var snapshot = Home.Snapshot(policy => policy["staleness"]!["clockInDoubt"] = "listOnly");
        var doubted = new JudgedTime(TestProvince.Now + TimeSpan.FromDays(3650), false);

        Assert.Equal(Reason.Green, Home.Judge("green-phone", VenueKind.Metro, snapshot, doubted).Reason);
        Assert.Equal(Reason.Red, Home.Judge("older-green", VenueKind.Metro, snapshot, doubted).Reason);
        Assert.Equal(Reason.NotListed, Home.Judge("unlisted-phone", VenueKind.Metro, snapshot, doubted).Reason);
    }

    [Fact]
    public void In_doubt_of_the_clock_nothing_that_has_ended_by_it_counts_again()
    {
        var snapshot = Home.Snapshot(policy => policy["staleness"]!["clockInDoubt"] = "listOnly");
        var doubted = new JudgedTime(TestProvince.Now + TimeSpan.FromDays(1), false) { IsWall = true };

        Assert.Equal(Reason.Expired, Home.Judge("green-phone", VenueKind.Metro, snapshot, doubted).Reason);
    }

    [Fact]
    public void One_cell_of_the_policy_changes_one_answer()
    {
        var snapshot = Home.Snapshot(policy => PolicyTable.Set(policy, "cinemaOrTheatre", "yellow.region", "admit"));

        Assert.Equal(Outcome.Admit, Home.Judge("yellow-cinema", VenueKind.CinemaOrTheatre, snapshot).Outcome);
        Assert.Equal(Outcome.Refuse, Home.Judge("yellow-cinema", VenueKind.GameArcade, snapshot).Outcome);
    }

    [Fact]
    public void Every_flipped_bit_of_a_signed_code_ends_with_a_person()
    {
        var text = System.Text.Encoding.ASCII.GetBytes(Home.Cast["green-phone"].Texts[0]);
        var message = new byte[Verifier.Encoding.Base45.DecodedSize(text.Length - 4)];
        Assert.True(Verifier.Encoding.Base45.TryDecode(text.AsSpan(4), message, out var size));
        for (var bit = 0; bit < size * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            var verdict = Judge(DomesticCodeWriter.ToText(message.AsSpan(0, size)), Evidence.None).Verdict;
            message[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.Equal(Outcome.Refer, verdict.Outcome);
        }
    }

    [Fact]
    public void Whatever_the_bytes_a_judgement_is_given_and_nothing_is_admitted()
    {
        var noise = new Province.Keys.SeededBytes("noise");
        var sound = System.Text.Encoding.ASCII.GetBytes(Home.Cast["green-phone"].Texts[0]);
        for (var round = 0; round < 20_000; round++)
        {
            var payload = noise.Bytes($"{round}", 1 + (round % 97));
            if (round % 3 == 0) payload = [.. "ZJ1:"u8, .. payload];
            if (round % 5 == 0) payload = [.. sound.AsSpan(0, payload[0] % sound.Length), .. payload];
            var carrier = (Carrier)(round % 7);

            var judgement = PassageVerifier.Judge(
                carrier, payload, Evidence.None, VenueKind.Metro, Whole, new JudgedTime(TestProvince.Now, true));

            Assert.Equal(Outcome.Refer, judgement.Verdict.Outcome);
        }
    }

    [Fact]
    public void What_holds_personal_data_prints_none_of_it()
    {
        var judgement = Home.Show("yellow-cinema", VenueKind.CinemaOrTheatre);

        Assert.Equal(nameof(Evidence), judgement.Evidence.ToString());
        Assert.DoesNotContain("Full", SubjectKey.Compute(new byte[32], SubjectKind.Person, new byte[16]).ToString(), StringComparison.Ordinal);
    }

    private static Judgement Judge(string text, Evidence earlier, JudgedTime? now = null) => PassageVerifier.Judge(
        Carrier.Qr, System.Text.Encoding.UTF8.GetBytes(text), earlier, VenueKind.CinemaOrTheatre, Whole,
        now ?? new JudgedTime(TestProvince.Now, true));
}
