using System.Text.Json.Nodes;
using Verifier.Tests.AllowList;
using Verifier.Trust;
using static Verifier.Tests.Trust.Documents;

namespace Verifier.Tests.Trust;

public sealed class DelegationReaderTests
{
    [Fact]
    public void Roles_and_hash_bins_exclude_each_other()
    {
        AssertRefused(signed => signed["delegations"]!["succinct_roles"] = Bins(4));
        AssertRefused(signed => signed["delegations"]!.AsObject().Remove("roles"));
    }

    [Fact]
    public void Patterns_and_hash_prefixes_exclude_each_other()
    {
        AssertRefused(signed => Role(signed)["path_hash_prefixes"] = new JsonArray("00"));
        AssertRefused(signed => Role(signed).Remove("paths"));
    }

    [Theory]
    [InlineData("root")]
    [InlineData("timestamp")]
    [InlineData("snapshot")]
    [InlineData("targets")]
    [InlineData("")]
    public void A_delegated_role_never_has_a_top_level_role_s_name(string name) =>
        AssertRefused(signed => Role(signed)["name"] = name);

    [Theory]
    [InlineData('a', DelegationReader.NameMax, true)]
    [InlineData('a', DelegationReader.NameMax + 1, false)]
    [InlineData('/', DelegationReader.NameMax / 3, true)]
    [InlineData('/', (DelegationReader.NameMax / 3) + 1, false)]
    public void A_name_fits_a_file_name_once_it_is_escaped(char letter, int length, bool isName) =>
        Assert.Equal(isName, DelegationReader.IsName(new string(letter, length)));

    [Fact]
    public void A_role_twice_is_refused() =>
        AssertRefused(signed => signed["delegations"]!["roles"]!.AsArray().Add(RoleOf("A", 11)));

    [Fact]
    public void A_key_id_twice_in_a_role_is_refused() =>
        AssertRefused(signed => Role(signed)["keyids"] = new JsonArray(Key(10).Id, Key(10).Id));

    [Theory]
    [InlineData("terminating", "yes")]
    [InlineData("terminating", null)]
    [InlineData("threshold", 0)]
    [InlineData("threshold", null)]
    [InlineData("keyids", "none")]
    [InlineData("paths", "*")]
    public void A_role_with_a_member_of_another_shape_is_refused(string member, object? value) =>
        AssertRefused(signed =>
        {
            if (value is null) Role(signed).Remove(member);
            else Role(signed)[member] = value is int number ? JsonValue.Create(number) : JsonValue.Create((string)value);
        });

    [Theory]
    [InlineData("0G")]
    [InlineData("AB")]
    [InlineData("")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    public void A_hash_prefix_is_lower_case_hexadecimal_and_no_longer_than_a_hash(string prefix) =>
        AssertRefused(signed =>
        {
            Role(signed).Remove("paths");
            Role(signed)["path_hash_prefixes"] = new JsonArray(prefix);
        });

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void Hash_bins_have_1_to_32_bits(int bits, bool isAccepted)
    {
        var fault = Read(signed =>
        {
            signed["delegations"]!.AsObject().Remove("roles");
            signed["delegations"]!["succinct_roles"] = Bins(bits);
        });

        Assert.Equal(isAccepted, fault is null);
    }

    [Theory]
    [InlineData(DelegationReader.RolesMax, true)]
    [InlineData(DelegationReader.RolesMax + 1, false)]
    public void Roles_are_read_up_to_their_limit(int count, bool isAccepted) =>
        Assert.Equal(isAccepted, Read(signed => signed["delegations"]!["roles"] =
            new JsonArray([.. Enumerable.Range(0, count).Select(static number => RoleOf($"r{number}", 10))])) is null);

    [Theory]
    [InlineData(DelegationReader.PatternsMax, true)]
    [InlineData(DelegationReader.PatternsMax + 1, false)]
    public void Patterns_are_read_up_to_their_limit(int count, bool isAccepted) =>
        Assert.Equal(isAccepted, Read(signed => Role(signed)["paths"] =
            new JsonArray([.. Enumerable.Repeat("*", count).Select(static path => (JsonNode)path)])) is null);

    [Theory]
    [InlineData(PathPattern.LengthMax, true)]
    [InlineData(PathPattern.LengthMax + 1, false)]
    public void A_pattern_is_read_up_to_its_limit(int length, bool isAccepted) =>
        Assert.Equal(isAccepted, Read(signed => Role(signed)["paths"] = new JsonArray(new string('a', length))) is null);

    [Fact]
    public void A_key_of_an_unknown_kind_spoils_nothing() =>
        Assert.Null(Read(signed => signed["delegations"]!["keys"]!["other"] = new JsonObject
        {
            ["keytype"] = "token",
            ["scheme"] = "token",
            ["keyval"] = new JsonObject { ["issuer"] = "province" },
        }));

    [Fact]
    public void Mutated_delegations_never_throw_and_are_never_another_document()
    {
        var random = new SplitMix(51);
        var whole = DelegatingOf(1, Targets, signed => AddFile(signed, "file"), RoleOf("A", 10), RoleOf("B", 11, paths: "sites/*"));
        var snapshot = SnapshotOf(1, whole, 1, static signed => signed["meta"]!["targets.json"] = new JsonObject { ["version"] = 1 });
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[random.Below(bytes.Length)] = (byte)(random.Next() & 0x7F);
            var fault = Read(bytes, snapshot);
            if (fault is not null) continue;

            // What is outside the signed part, or another spelling of it.
            Assert.Equal(JsonNode.Parse(whole)!["signed"]!.ToJsonString(), JsonNode.Parse(bytes)!["signed"]!.ToJsonString());
        }
    }

    private static JsonObject Role(JsonObject signed) => signed["delegations"]!["roles"]![0]!.AsObject();

    private static JsonObject Bins(int bits) => new()
    {
        ["keyids"] = new JsonArray(Key(10).Id),
        ["threshold"] = 1,
        ["bit_length"] = bits,
        ["name_prefix"] = "bin",
    };

    private static void AssertRefused(Action<JsonObject> bend) => Assert.Equal(TrustFaultKind.BadMember, Read(bend)?.Kind);

    private static TrustFault? Read(Action<JsonObject> bend)
    {
        var targets = DelegatingOf(1, Targets, bend, RoleOf("A", 10));
        return Read(targets, SnapshotOf(1, targets, 1));
    }

    private static TrustFault? Read(byte[] targets, byte[] snapshot)
    {
        Assert.True(TrustedMetadata.TryStart(RootOf(), Now, SnapshotRule.ConsistentOnly, out var trusted, out _));
        Assert.Null(trusted.UpdateTimestamp(TimestampOf(1, snapshot, 1)));
        Assert.Null(trusted.UpdateSnapshot(snapshot));
        return trusted.UpdateTargets(targets);
    }
}
