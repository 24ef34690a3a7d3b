using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Province.Publishing;
using Verifier.Trust;
using static Verifier.Tests.Trust.Documents;

namespace Verifier.Tests.Trust;

/// <summary>Roots, their keys and thresholds.</summary>
public sealed class TrustedRootTests
{
    private static readonly byte[] SnapshotBytes = SnapshotOf(1, TargetsOf(1), 1);
    private static readonly byte[] TimestampBytes = TimestampOf(1, SnapshotBytes, 1);

    [Fact]
    public void A_pinned_root_that_its_own_key_did_not_sign_is_refused() =>
        AssertKind(TrustFaultKind.TooFewSignatures, StartFault(RootOf(signers: [Stranger])));

    [Fact]
    public void A_root_without_consistent_snapshots_is_refused() =>
        AssertKind(TrustFaultKind.BadMember, StartFault(RootOf(bend: root => root["consistent_snapshot"] = false)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [InlineData(null)]
    public void A_client_that_takes_either_kind_of_snapshots_takes_every_root(bool? isConsistent)
    {
        var bytes = RootOf(bend: root =>
        {
            if (isConsistent is null) root.Remove("consistent_snapshot");
            else root["consistent_snapshot"] = isConsistent;
        });

        Assert.True(TrustedMetadata.TryStart(bytes, Now, SnapshotRule.Either, out var trusted, out _));
        Assert.Equal(isConsistent ?? false, trusted.IsConsistent);
    }

    [Fact]
    public void A_key_that_is_broken_does_not_spoil_a_root_that_the_others_signed()
    {
        var trusted = Start();

        Assert.Null(trusted.UpdateRoot(RootOf(2, root => root["keys"]![Timestamp.Id]!["keyval"]!["public"] = "broken")));
        AssertKind(TrustFaultKind.TooFewSignatures, trusted.UpdateTimestamp(TimestampBytes));
    }

    [Fact]
    public void An_rsa_key_under_two_schemes_is_one_key()
    {
        using var rsa = RSA.Create(2_048);
        var pem = rsa.ExportSubjectPublicKeyInfoPem();
        var pss = new TufKey("rsa", "rsassa-pss-sha256", pem, message => rsa.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        var pkcs1 = new TufKey("rsa", "rsa-pkcs1v15-sha256", pem, message => rsa.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var root = RootOf(bend: signed => Grant(signed, "timestamp", pss, pkcs1));
        var document = JsonNode.Parse(TimestampOf(1, SnapshotBytes, 1, signer: pss))!;
        var other = JsonNode.Parse(TimestampOf(1, SnapshotBytes, 1, signer: pkcs1))!;
        document["signatures"]!.AsArray().Add(other["signatures"]![0]!.DeepClone());

        Assert.True(TrustedMetadata.TryStart(root, Now, SnapshotRule.ConsistentOnly, out var trusted, out _));
        AssertKind(TrustFaultKind.TooFewSignatures, trusted.UpdateTimestamp(document.ToBytes()));
    }

    [Fact]
    public void An_expired_root_leads_nowhere()
    {
        var trusted = Start();
        Assert.Null(trusted.UpdateRoot(RootOf(2, root => root["expires"] = "2026-02-01T00:00:00Z")));

        AssertKind(TrustFaultKind.Expired, trusted.CheckRoot());
        AssertKind(TrustFaultKind.Expired, trusted.UpdateTimestamp(TimestampBytes));
        Assert.Null(trusted.UpdateRoot(RootOf(3)));
        Assert.Null(trusted.CheckRoot());
    }

    [Fact]
    public void A_new_root_needs_the_signatures_of_both_sides()
    {
        var next = Key(7);
        var trusted = Start();

        AssertKind(TrustFaultKind.TooFewSignatures, trusted.UpdateRoot(RootOf(2, root: next, signers: [next])));
        AssertKind(TrustFaultKind.TooFewSignatures, trusted.UpdateRoot(RootOf(2, root: next, signers: [Root])));
        Assert.Null(trusted.UpdateRoot(RootOf(2, root: next, signers: [Root, next])));
        Assert.Equal(2, trusted.RootVersion);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_new_root_is_exactly_the_next(int version) =>
        AssertKind(TrustFaultKind.WrongVersion, Start().UpdateRoot(RootOf(version)));

    [Fact]
    public void A_threshold_of_two_is_not_met_by_one_key_under_two_ids()
    {
        var twice = RootOf(bend: root =>
        {
            Grant(root, "timestamp", Timestamp);
            root["keys"]!["alias"] = Timestamp.ToJson();
            root["roles"]!["timestamp"] = new JsonObject { ["keyids"] = new JsonArray(Timestamp.Id, "alias"), ["threshold"] = 2 };
        });
        var document = JsonNode.Parse(TimestampBytes)!;
        var signature = document["signatures"]![0]!.DeepClone();
        signature["keyid"] = "alias";
        document["signatures"]!.AsArray().Add(signature);

        Assert.True(TrustedMetadata.TryStart(twice, Now, SnapshotRule.ConsistentOnly, out var trusted, out _));
        AssertKind(TrustFaultKind.TooFewSignatures, trusted.UpdateTimestamp(document.ToBytes()));
    }

    [Fact]
    public void A_threshold_of_two_is_met_by_two_keys()
    {
        var root = RootOf(bend: signed => Grant(signed, "timestamp", Timestamp, Stranger));
        var document = JsonNode.Parse(TimestampBytes)!;
        var other = JsonNode.Parse(TimestampOf(1, SnapshotBytes, 1, signer: Stranger))!;
        document["signatures"]!.AsArray().Add(other["signatures"]![0]!.DeepClone());

        Assert.True(TrustedMetadata.TryStart(root, Now, SnapshotRule.ConsistentOnly, out var trusted, out _));
        AssertKind(TrustFaultKind.TooFewSignatures, trusted.UpdateTimestamp(TimestampBytes));
        Assert.Null(trusted.UpdateTimestamp(document.ToBytes()));
    }

    [Fact]
    public void A_scheme_that_is_not_known_counts_for_nothing()
    {
        var root = RootOf(bend: signed => signed["keys"]![Timestamp.Id]!["scheme"] = "ed25519");

        Assert.True(TrustedMetadata.TryStart(root, Now, SnapshotRule.ConsistentOnly, out var trusted, out _));
        AssertKind(TrustFaultKind.TooFewSignatures, trusted.UpdateTimestamp(TimestampBytes));
    }

    private static TrustedMetadata Start()
    {
        Assert.True(TrustedMetadata.TryStart(RootOf(), Now, SnapshotRule.ConsistentOnly, out var trusted, out var fault), fault?.ToString());
        return trusted;
    }

    private static TrustFault? StartFault(byte[] root)
    {
        Assert.False(TrustedMetadata.TryStart(root, Now, SnapshotRule.ConsistentOnly, out _, out var fault));
        return fault;
    }

    private static void AssertKind(TrustFaultKind expected, TrustFault? fault) => Assert.Equal(expected, fault?.Kind);
}
