using System.Text.Json.Nodes;
using Verifier.Tests.AllowList;
using Verifier.Trust;
using static Verifier.Tests.Trust.Documents;

namespace Verifier.Tests.Trust;

public sealed class TrustedMetadataTests
{
    private static readonly byte[] TargetsBytes = TargetsOf(1);
    private static readonly byte[] SnapshotBytes = SnapshotOf(1, TargetsBytes, 1);
    private static readonly byte[] TimestampBytes = TimestampOf(1, SnapshotBytes, 1);

    [Fact]
    public void A_whole_chain_is_believed()
    {
        var trusted = Start();

        Assert.Null(trusted.UpdateTimestamp(TimestampBytes));
        Assert.Null(trusted.UpdateSnapshot(SnapshotBytes));
        Assert.Null(trusted.UpdateTargets(TargetsBytes));
        Assert.Equal(3, new TargetSearch(trusted, "policy.json").Found!.Length);
        Assert.Null(new TargetSearch(trusted, "issuers.json").Found);
        Assert.Equal(Now + TimeSpan.FromDays(30), trusted.ExpiresAt);
    }

    [Fact]
    public void An_empty_signature_counts_for_nothing_and_spoils_nothing()
    {
        var document = JsonNode.Parse(TimestampBytes)!;
        document["signatures"]!.AsArray().Add(new JsonObject { ["keyid"] = Stranger.Id, ["sig"] = string.Empty });
        Assert.Null(Start().UpdateTimestamp(document.ToBytes()));

        document["signatures"]![0]!["sig"] = string.Empty;
        AssertKind(TrustFaultKind.TooFewSignatures, Start().UpdateTimestamp(document.ToBytes()));
    }

    [Fact]
    public void Two_signatures_under_one_id_are_refused()
    {
        var document = JsonNode.Parse(TimestampBytes)!;
        document["signatures"]!.AsArray().Add(document["signatures"]![0]!.DeepClone());

        AssertKind(TrustFaultKind.BadMember, Start().UpdateTimestamp(document.ToBytes()));
    }

    [Fact]
    public void A_file_without_a_hash_that_is_known_is_refused()
    {
        var targets = TargetsOf(1, signed => signed["targets"]!["policy.json"]!["hashes"] = new JsonObject { ["sha3-256"] = new string('0', 64) });
        var snapshot = SnapshotOf(1, targets, 1);
        var trusted = Start();
        Assert.Null(trusted.UpdateTimestamp(TimestampOf(1, snapshot, 1)));
        Assert.Null(trusted.UpdateSnapshot(snapshot));

        AssertKind(TrustFaultKind.BadMember, trusted.UpdateTargets(targets));
    }

    [Fact]
    public void A_document_of_another_roles_key_is_refused()
    {
        var trusted = Start();

        AssertKind(TrustFaultKind.TooFewSignatures, trusted.UpdateTimestamp(TimestampOf(1, SnapshotBytes, 1, signer: Snapshot)));
        Assert.Equal(0, trusted.TimestampVersion);
    }

    [Fact]
    public void A_document_of_another_role_is_refused() =>
        AssertKind(TrustFaultKind.WrongType, Start().UpdateTimestamp(SnapshotBytes));

    [Fact]
    public void A_specification_that_is_not_known_is_refused() =>
        AssertKind(
            TrustFaultKind.WrongSpecification,
            Start().UpdateTimestamp(TimestampOf(1, SnapshotBytes, 1, signed => signed["spec_version"] = "2.0.0")));

    [Fact]
    public void An_older_timestamp_is_refused_and_says_both_versions()
    {
        var trusted = Start();
        Assert.Null(trusted.UpdateTimestamp(TimestampOf(5, SnapshotBytes, 5)));

        var fault = trusted.UpdateTimestamp(TimestampOf(4, SnapshotBytes, 5));

        AssertKind(TrustFaultKind.OlderVersion, fault);
        Assert.Contains("version 4", fault!.ToString(), StringComparison.Ordinal);
        Assert.Contains("version 5", fault.ToString(), StringComparison.Ordinal);
        AssertKind(TrustFaultKind.OlderVersion, trusted.UpdateTimestamp(TimestampOf(6, SnapshotBytes, 4)));
        Assert.Equal(5, trusted.TimestampVersion);
    }

    [Fact]
    public void A_newer_snapshot_that_drops_or_lowers_a_document_is_refused()
    {
        var held = SnapshotOf(1, TargetsBytes, 5, signed => signed["meta"]!["other.json"] = new JsonObject { ["version"] = 1 });
        var dropped = SnapshotOf(2, TargetsBytes, 5);
        var lowered = SnapshotOf(2, TargetsBytes, 4, signed => signed["meta"]!["other.json"] = new JsonObject { ["version"] = 1 });

        AssertKind(TrustFaultKind.NotNamed, AfterHeld(held, dropped));
        AssertKind(TrustFaultKind.OlderVersion, AfterHeld(held, lowered));
    }

    [Fact]
    public void A_snapshot_of_another_hash_length_or_version_is_refused()
    {
        var trusted = Start();
        Assert.Null(trusted.UpdateTimestamp(TimestampBytes));

        AssertKind(TrustFaultKind.WrongHash, trusted.UpdateSnapshot(Changed(SnapshotBytes)));
        AssertKind(TrustFaultKind.WrongLength, trusted.UpdateSnapshot(SnapshotBytes.AsMemory(1)));
        var named = Start();
        Assert.Null(named.UpdateTimestamp(TimestampOf(1, SnapshotBytes, 2)));
        AssertKind(TrustFaultKind.WrongVersion, named.UpdateSnapshot(SnapshotBytes));
    }

    [Fact]
    public void Targets_of_another_hash_or_version_are_refused()
    {
        var trusted = Start();
        Assert.Null(trusted.UpdateTimestamp(TimestampBytes));
        Assert.Null(trusted.UpdateSnapshot(SnapshotBytes));
        AssertKind(TrustFaultKind.WrongHash, trusted.UpdateTargets(Changed(TargetsBytes)));

        var snapshot = SnapshotOf(1, TargetsBytes, 2);
        var named = Start();
        Assert.Null(named.UpdateTimestamp(TimestampOf(1, snapshot, 1)));
        Assert.Null(named.UpdateSnapshot(snapshot));
        AssertKind(TrustFaultKind.WrongVersion, named.UpdateTargets(TargetsBytes));
    }

    [Fact]
    public void A_document_expires_at_its_moment_and_not_a_second_before()
    {
        var expires = Now + TimeSpan.FromDays(30);

        Assert.Null(Start(expires - TimeSpan.FromSeconds(1)).UpdateTimestamp(TimestampBytes));
        AssertKind(TrustFaultKind.Expired, Start(expires).UpdateTimestamp(TimestampBytes));
        Assert.Null(Start(null).UpdateTimestamp(TimestampBytes));
    }

    [Fact]
    public void An_expired_timestamp_is_kept_to_refuse_older_ones_but_leads_nowhere()
    {
        var trusted = Start();
        var expired = TimestampOf(5, SnapshotBytes, 1, signed => signed["expires"] = "2026-02-01T00:00:00Z");

        AssertKind(TrustFaultKind.Expired, trusted.UpdateTimestamp(expired));
        AssertKind(TrustFaultKind.OlderVersion, trusted.UpdateTimestamp(TimestampOf(4, SnapshotBytes, 1)));
        AssertKind(TrustFaultKind.Expired, trusted.UpdateSnapshot(SnapshotBytes));
    }

    [Fact]
    public void Documents_come_in_order()
    {
        var trusted = Start();

        AssertKind(TrustFaultKind.OutOfOrder, trusted.UpdateSnapshot(SnapshotBytes));
        AssertKind(TrustFaultKind.OutOfOrder, trusted.UpdateTargets(TargetsBytes));
        Assert.Null(trusted.UpdateTimestamp(TimestampBytes));
        AssertKind(TrustFaultKind.OutOfOrder, trusted.UpdateRoot(RootOf(2)));
    }

    [Theory]
    [InlineData("../policy.json")]
    [InlineData("/policy.json")]
    [InlineData("a//b")]
    [InlineData("a/.b")]
    [InlineData("a\\b")]
    [InlineData("")]
    public void A_target_path_that_could_leave_its_folder_is_refused(string path)
    {
        var targets = TargetsOf(1, signed => signed["targets"]![path] = signed["targets"]!["policy.json"]!.DeepClone());
        var snapshot = SnapshotOf(1, targets, 1);
        var trusted = Start();
        Assert.Null(trusted.UpdateTimestamp(TimestampOf(1, snapshot, 1)));
        Assert.Null(trusted.UpdateSnapshot(snapshot));

        AssertKind(TrustFaultKind.BadMember, trusted.UpdateTargets(targets));
    }

    [Theory]
    [InlineData(TrustedMetadata.TimestampSizeMax, TrustFaultKind.NotJson)]
    [InlineData(TrustedMetadata.TimestampSizeMax + 1, TrustFaultKind.TooLarge)]
    public void A_timestamp_is_read_up_to_its_limit(int size, TrustFaultKind expected) =>
        AssertKind(expected, Start().UpdateTimestamp(new byte[size]));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Signatures_are_read_up_to_their_limit(int count, bool isAccepted)
    {
        var document = JsonNode.Parse(TimestampBytes)!;
        var signatures = document["signatures"]!.AsArray();
        while (signatures.Count < count) signatures.Add(new JsonObject { ["keyid"] = $"{signatures.Count}", ["sig"] = "00" });

        Assert.Equal(isAccepted, Start().UpdateTimestamp(document.ToBytes()) is null);
    }

    [Fact]
    public void No_change_of_one_byte_is_ever_accepted_as_another_document()
    {
        var random = new SplitMix(21);
        for (var round = 0; round < 1_500; round++)
        {
            var bytes = (byte[])TimestampBytes.Clone();
            bytes[random.Below(bytes.Length)] ^= (byte)(1 << random.Below(8));
            var trusted = Start();
            if (trusted.UpdateTimestamp(bytes) is not null) continue;
            Assert.Equal(1, trusted.TimestampVersion);
            Assert.Null(trusted.UpdateSnapshot(SnapshotBytes));
        }
    }

    [Fact]
    public void Random_bytes_never_throw_and_are_never_accepted()
    {
        var random = new SplitMix(22);
        var trusted = Start();
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Below(300)];
            random.Fill(bytes);
            Assert.NotNull(trusted.UpdateTimestamp(bytes));
            Assert.False(TrustedMetadata.TryStart(bytes, Now, SnapshotRule.ConsistentOnly, out _, out _));
        }
    }

    private static TrustedMetadata Start() => Start(Now);

    private static TrustedMetadata Start(DateTimeOffset? now)
    {
        Assert.True(TrustedMetadata.TryStart(RootOf(), now, SnapshotRule.ConsistentOnly, out var trusted, out var fault), fault?.ToString());
        return trusted;
    }

    private static byte[] Changed(byte[] document) => [.. document[..^1], (byte)' '];

    private static TrustFault? AfterHeld(byte[] held, byte[] next)
    {
        var trusted = Start();
        Assert.Null(trusted.UpdateTimestamp(TimestampOf(2, next, 2)));
        Assert.Null(trusted.UpdateSnapshot(held, isHeld: true));
        return trusted.UpdateSnapshot(next);
    }

    private static void AssertKind(TrustFaultKind expected, TrustFault? fault) => Assert.Equal(expected, fault?.Kind);
}
