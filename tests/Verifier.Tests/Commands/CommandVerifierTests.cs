using System.Security.Cryptography;
using LocalApi;
using Province.Codes;
using Province.Commands;
using Province.Keys;
using Verifier.Commands;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Tests.Commands;

public sealed class CommandVerifierTests
{
    private static readonly TestProvince Home = TestProvince.Instance;
    private static readonly SeededBytes Seed = new("verifier-tests");
    private static readonly TrustedSnapshot Whole = Home.Snapshot();
    private static readonly JudgedTime Now = new(TestProvince.Now, true);
    private static readonly TechnicianFile Technician = TechnicianCommand.Issue(Seed, "technician", TestProvince.Now, TimeSpan.FromHours(12));
    private static readonly ModeCommand Maintenance = new("test", "lane", LaneMode.Maintenance, 60, new byte[ModeCommand.ChallengeSize]);

    [Fact]
    public void A_technician_sets_what_the_site_lets_the_role_set()
    {
        var fault = Judge(Technician, Maintenance, Now, out var by);

        Assert.Equal((CommandFault.None, 16), (fault, by.Length));
    }

    [Fact]
    public void Only_a_role_that_may_import_does_and_only_what_was_signed()
    {
        var allowed = Whole.Site with { Roles = [.. Whole.Site.Roles.Select(static role => role.Role == "technician" ? role with { May = [RoleRight.Import] } : role)] };
        var import = new ImportCommand("test", false, new byte[ModeCommand.ChallengeSize]);

        Assert.Equal(CommandFault.None, JudgeImport(import, import, allowed));
        Assert.Equal(CommandFault.NotAllowed, JudgeImport(import, import, Whole.Site));
        Assert.Equal(CommandFault.NotAllowed, JudgeImport(import with { Gate = "other" }, import with { Gate = "other" }, allowed));
        Assert.Equal(CommandFault.NotTheHolder, JudgeImport(import with { IsDryRun = true }, import, allowed));
    }

    [Theory]
    [InlineData(LaneMode.FreeFlow, 60, CommandFault.NotAllowed)]
    [InlineData(LaneMode.Locked, 60, CommandFault.NotAllowed)]
    [InlineData(LaneMode.Maintenance, 480, CommandFault.None)]
    [InlineData(LaneMode.Maintenance, 481, CommandFault.TooLong)]
    [InlineData(LaneMode.Normal, 0, CommandFault.None)]
    public void A_role_has_its_modes_and_its_longest_time(LaneMode mode, int minutes, CommandFault expected) =>
        Assert.Equal(expected, Judge(Technician, Maintenance with { Mode = mode, Minutes = minutes }, Now, out _));

    [Fact]
    public void A_credential_ends_and_a_clock_in_doubt_cannot_tell()
    {
        Assert.Equal(CommandFault.OutOfTime, Judge(Technician, Maintenance, Now with { Utc = TestProvince.Now + TimeSpan.FromHours(12) }, out _));
        Assert.Equal(CommandFault.OutOfTime, Judge(Technician, Maintenance, Now with { Utc = TestProvince.Now - TimeSpan.FromHours(1) }, out _));
        Assert.Equal(CommandFault.ClockInDoubt, Judge(Technician, Maintenance, Now with { IsBelieved = false }, out _));
    }

    [Fact]
    public void A_role_that_the_site_does_not_name_may_nothing()
    {
        var stranger = TechnicianCommand.Issue(Seed, "vendor", TestProvince.Now, TimeSpan.FromHours(12));

        Assert.Equal(CommandFault.NotAllowed, Judge(stranger, Maintenance, Now, out _));
    }

    [Fact]
    public void A_copied_credential_without_its_key_is_nobodys()
    {
        var other = TechnicianCommand.Issue(Seed, "stationMaster", TestProvince.Now, TimeSpan.FromHours(12));

        Assert.Equal(CommandFault.NotTheHolder, Judge(Technician with { Key = other.Key }, Maintenance, Now, out var by));
        Assert.Empty(by);
    }

    [Fact]
    public void A_signature_serves_for_one_command_alone()
    {
        var signature = Sign(Technician, Maintenance);
        foreach (var other in (ModeCommand[])
            [
                Maintenance with { Lane = "other" }, Maintenance with { Gate = "other" }, Maintenance with { Minutes = 61 },
                Maintenance with { Mode = LaneMode.Normal }, Maintenance with { Challenge = Enumerable.Repeat((byte)1, 32).ToArray() },
            ])
        {
            Assert.Equal(CommandFault.NotTheHolder, CommandVerifier.Judge(Technician.Credential, other, signature, Whole, Now, out _));
        }

        Assert.Equal(CommandFault.NotTheHolder, CommandVerifier.Judge(Technician.Credential, Maintenance, signature.AsSpan(1), Whole, Now, out _));
    }

    [Fact]
    public void A_lane_or_gate_that_is_not_this_ones_is_named()
    {
        Assert.Equal(CommandFault.NoSuchLane, Judge(Technician, Maintenance with { Lane = "other" }, Now, out _));
        Assert.Equal(CommandFault.NoSuchLane, Judge(Technician, Maintenance with { Gate = "other" }, Now, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ZJ1:")]
    [InlineData("hello")]
    public void Other_texts_are_no_credential(string text) =>
        Assert.Equal(CommandFault.NotACredential, Judge(Technician with { Credential = text }, Maintenance, Now, out _));

    [Fact]
    public void A_health_code_or_a_foreign_signature_is_no_credential()
    {
        var health = Home.Cast["green-phone"].Texts[0];
        var claims = Home.Cast.Claims("x", null) with { Kind = 4, Role = "technician", HolderKey = new byte[64], Issuer = Authority.NeighbourId };

        Assert.Equal(CommandFault.NotACredential, Judge(Technician with { Credential = health }, Maintenance, Now, out _));
        Assert.Equal(CommandFault.NotSigned, Judge(Technician with { Credential = DomesticCodeWriter.Write(claims, Home.Authority.Neighbour) }, Maintenance, Now, out _));
        Assert.Equal(CommandFault.NotSigned, Judge(Technician with { Credential = DomesticCodeWriter.Write(claims with { Issuer = Authority.HomeId }, Home.Authority.Forger) }, Maintenance, Now, out _));
    }

    [Fact]
    public void A_key_that_is_no_point_of_the_curve_is_nobodys()
    {
        var claims = Home.Cast.Claims("x", null) with { Kind = 4, Role = "technician", HolderKey = Enumerable.Repeat((byte)7, 64).ToArray() };
        var bent = Technician with { Credential = DomesticCodeWriter.Write(claims, Home.Authority.Home) };

        Assert.Equal(CommandFault.NotTheHolder, Judge(bent, Maintenance, Now, out _));
    }

    [Fact]
    public void Shown_to_a_reader_it_opens_nothing()
    {
        var judgement = PassageVerifier.Judge(
            Carrier.Qr, System.Text.Encoding.UTF8.GetBytes(Technician.Credential), Evidence.None, VenueKind.Metro, Whole, Now);

        Assert.Equal((Outcome.Refer, Reason.WrongCode), (judgement.Verdict.Outcome, judgement.Verdict.Reason));
    }

    private static CommandFault JudgeImport(ImportCommand signed, ImportCommand asked, SiteDocument site)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(Technician.Key);
        var snapshot = Home.Snapshot();
        var whole = new TrustedSnapshot
        {
            Policy = snapshot.Policy,
            Issuers = snapshot.Issuers,
            Site = site,
            List = snapshot.List,
            ListKey = snapshot.ListKey,
            ListAsOf = snapshot.ListAsOf,
            ExpiresAt = snapshot.ExpiresAt,
            Versions = snapshot.Versions,
        };
        return CommandVerifier.Judge(Technician.Credential, asked, key.SignData(signed.ToBeSigned(), HashAlgorithmName.SHA256), whole, Now, out _);
    }

    private static CommandFault Judge(TechnicianFile file, ModeCommand command, JudgedTime now, out string by) =>
        CommandVerifier.Judge(file.Credential, command, Sign(file, command), Whole, now, out by);

    private static byte[] Sign(TechnicianFile file, ModeCommand command)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(file.Key);
        return key.SignData(command.ToBeSigned(), HashAlgorithmName.SHA256);
    }
}
