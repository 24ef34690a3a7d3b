using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Verifier.Trust;
using static Verifier.Tests.Trust.Documents;

namespace Verifier.Tests.Trust;

public sealed class TargetSearchTests
{
    private readonly Dictionary<string, byte[]> roles = new(StringComparer.Ordinal);

    [Fact]
    public void The_document_s_own_file_comes_before_its_delegations()
    {
        Add("A", 10, signed => AddFile(signed, "file"));

        var search = Begin("file", signed => AddFile(signed, "file"), RoleOf("A", 10));

        Assert.Equal("file", search.Found!.Path);
        Assert.Null(search.Wanted);
    }

    [Fact]
    public void Roles_are_visited_depth_first_in_their_order()
    {
        Add("A", 10, null, RoleOf("C", 12), RoleOf("D", 13));
        Add("B", 11);
        Add("C", 12);
        Add("D", 13);

        Assert.Equal(["A", "C", "D", "B"], Visits("file", RoleOf("A", 10), RoleOf("B", 11)));
    }

    [Fact]
    public void A_terminating_role_ends_the_search_below_it()
    {
        Add("A", 10, null, RoleOf("C", 12, terminating: true), RoleOf("D", 13));
        Add("C", 12, null, RoleOf("E", 14));
        Add("E", 14);

        Assert.Equal(["A", "C", "E"], Visits("file", RoleOf("A", 10), RoleOf("B", 11)));
    }

    [Fact]
    public void A_terminating_role_that_does_not_cover_the_path_ends_nothing()
    {
        Add("B", 11);

        Assert.Equal(["B"], Visits("file", RoleOf("A", 10, terminating: true, "other/*"), RoleOf("B", 11)));
    }

    [Fact]
    public void A_cycle_of_roles_ends()
    {
        Add("A", 10, null, RoleOf("B", 11));
        Add("B", 11, null, RoleOf("A", 10), RoleOf("B", 11));

        Assert.Equal(["A", "B"], Visits("file", RoleOf("A", 10)));
    }

    [Fact]
    public void The_first_role_that_names_the_file_decides()
    {
        Add("A", 10, signed => AddFile(signed, "file"));
        Add("B", 11, signed => AddFile(signed, "file"));
        var search = Begin("file", null, RoleOf("A", 10), RoleOf("B", 11));

        Assert.Null(search.Take(roles["A"]));

        Assert.NotNull(search.Found);
        Assert.Null(search.Wanted);
        Assert.Throws<InvalidOperationException>(() => search.Take(roles["B"]));
    }

    [Fact]
    public void A_role_s_file_outside_the_paths_it_was_given_is_not_found()
    {
        Add("A", 10, signed => AddFile(signed, "policy.json"));

        Assert.Empty(Visits("policy.json", RoleOf("A", 10, paths: "sites/*")));
    }

    [Theory]
    [InlineData(TargetSearch.VisitsMax, false)]
    [InlineData(TargetSearch.VisitsMax + 1, true)]
    public void A_search_visits_roles_up_to_its_limit(int count, bool isFault)
    {
        var names = Enumerable.Range(0, count).Select(static number => number.ToString(CultureInfo.InvariantCulture)).ToArray();
        foreach (var name in names) Add(name, 10);
        var search = Begin("file", null, [.. names.Select(static name => RoleOf(name, 10))]);

        while (search.Wanted is { } role) Assert.Null(search.Take(roles[role]));

        Assert.Equal(isFault ? TrustFaultKind.TooManyRoles : null, search.Fault?.Kind);
        Assert.Null(search.Found);
    }

    [Fact]
    public void A_path_goes_to_the_role_with_the_beginning_of_its_hash()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData("file"u8));
        Add("A", 10);
        Add("B", 11);

        Assert.Equal(["B"], Visits("file", ByHash("A", 10, hash[..5] + (hash[5] == '0' ? "1" : "0")), ByHash("B", 11, hash[..6])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(14)]
    [InlineData(32)]
    public void A_path_goes_to_the_bin_of_its_hash(int bits)
    {
        var hash = SHA256.HashData("file"u8);
        var number = (uint)((hash[0] << 24) | (hash[1] << 16) | (hash[2] << 8) | hash[3]) >> (32 - bits);
        var bin = $"bin-{number.ToString($"x{(bits + 3) / 4}", CultureInfo.InvariantCulture)}";
        Add(bin, 10, signed => AddFile(signed, "file"));

        var search = Begin("file", signed => signed["delegations"] = Bins(bits));

        Assert.Equal(bin, search.Wanted);
        Assert.Null(search.Take(roles[bin]));
        Assert.NotNull(search.Found);
    }

    [Fact]
    public void A_role_is_believed_under_the_keys_of_the_delegator_on_the_way()
    {
        Add("A", 10, null, RoleOf("release", 12, paths: "team-a/*"));
        Add("B", 11, null, RoleOf("release", 13, paths: "team-b/*"));
        Add("release", 12, signed =>
        {
            AddFile(signed, "team-a/file");
            AddFile(signed, "team-b/file");
        });
        JsonObject[] top = [RoleOf("A", 10, paths: "team-a/*"), RoleOf("B", 11, paths: "team-b/*")];
        var first = Begin("team-a/file", null, [.. top.Select(static role => role.DeepClone().AsObject())]);
        Assert.Null(first.Take(roles["A"]));
        Assert.Null(first.Take(roles["release"]));
        Assert.NotNull(first.Found);

        var second = Begin("team-b/file", null, top);
        Assert.Null(second.Take(roles["B"]));

        Assert.Equal(TrustFaultKind.TooFewSignatures, second.Take(roles["release"])?.Kind);
        Assert.Null(second.Found);
    }

    [Fact]
    public void A_delegated_document_is_held_against_the_snapshot()
    {
        Add("A", 10);
        var search = Begin("file", null, RoleOf("A", 10));

        Assert.Equal(TrustFaultKind.WrongLength, search.Take(roles["A"].AsMemory(1))?.Kind);
        Assert.Equal(TrustFaultKind.WrongHash, search.Take((byte[])[.. roles["A"][..^1], (byte)' '])?.Kind);
        Assert.Equal("A", search.Wanted);
        roles["A"] = DelegatingOf(2, Key(10), null);
        Assert.Equal(TrustFaultKind.WrongVersion, Begin("file", null, RoleOf("A", 10)).Take(roles["A"])?.Kind);
    }

    [Fact]
    public void A_role_that_the_snapshot_does_not_name_is_refused()
    {
        var search = Begin("file", null, RoleOf("A", 10));

        Assert.Equal(TrustFaultKind.NotNamed, search.Take(DelegatingOf(1, Key(10), null))?.Kind);
    }

    [Fact]
    public void A_delegated_document_that_has_expired_is_refused()
    {
        Add("A", 10, static signed => signed["expires"] = "2026-02-01T00:00:00Z");

        Assert.Equal(TrustFaultKind.Expired, Begin("file", null, RoleOf("A", 10)).Take(roles["A"])?.Kind);
    }

    [Fact]
    public void A_search_expires_with_the_first_document_on_its_way()
    {
        Add("A", 10, static signed =>
        {
            AddFile(signed, "file");
            signed["expires"] = "2026-03-02T00:00:00Z";
        });
        var search = Begin("file", null, RoleOf("A", 10));

        Assert.Null(search.Take(roles["A"]));

        Assert.Equal(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), search.ExpiresAt);
    }

    private static JsonObject ByHash(string name, byte key, string prefix)
    {
        var role = RoleOf(name, key);
        role.Remove("paths");
        role["path_hash_prefixes"] = new JsonArray(prefix);
        return role;
    }

    private static JsonObject Bins(int bits) => new()
    {
        ["keys"] = new JsonObject { [Key(10).Id] = Key(10).ToJson() },
        ["succinct_roles"] = new JsonObject
        {
            ["keyids"] = new JsonArray(Key(10).Id),
            ["threshold"] = 1,
            ["bit_length"] = bits,
            ["name_prefix"] = "bin",
        },
    };

    private void Add(string name, byte key, Action<JsonObject>? bend = null, params JsonObject[] delegated) =>
        roles[name] = DelegatingOf(1, Key(key), bend, delegated);

    private List<string> Visits(string path, params JsonObject[] top)
    {
        var visits = new List<string>();
        var search = Begin(path, null, top);
        while (search.Wanted is { } role)
        {
            visits.Add(role);
            Assert.Null(search.Take(roles[role]));
        }

        Assert.Null(search.Found);
        Assert.Null(search.Fault);
        return visits;
    }

    private TargetSearch Begin(string path, Action<JsonObject>? bend, params JsonObject[] top)
    {
        var targets = DelegatingOf(1, Targets, bend, top);
        var snapshot = SnapshotOf(1, targets, 1, signed =>
        {
            foreach (var (name, document) in roles) signed["meta"]![$"{name}.json"] = Reference(1, document);
        });
        Assert.True(TrustedMetadata.TryStart(RootOf(), Now, SnapshotRule.ConsistentOnly, out var trusted, out _));
        Assert.Null(trusted.UpdateTimestamp(TimestampOf(1, snapshot, 1)));
        Assert.Null(trusted.UpdateSnapshot(snapshot));
        Assert.Null(trusted.UpdateTargets(targets));
        return new TargetSearch(trusted, path);
    }
}
