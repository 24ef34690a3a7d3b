using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Distribution;
using Province.Documents;
using Province.Keys;
using Province.People;
using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Tests;

/// <summary>The test province in memory: its own keys, list pages and documents, read by the code that gates use.</summary>
internal sealed class TestProvince
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly byte[] pageFile;
    private readonly AllowListIndex index;

    private TestProvince()
    {
        var seed = new SeededBytes("verifier-tests");
        Authority = new Authority(seed);
        Cast = new Cast(seed, Authority, Now);
        var entries = Cast.Members.Where(member => member.Kind != SubjectKind.None)
            .Select(member => new ListEntry(
                SubjectKey.Compute(Authority.ListKey.Span, member.Kind, member.Identifier.Span), member.Value))
            .OrderBy(entry => entry.Key.Full);
        var path = Path.GetTempFileName();
        var header = new AllowListHeader(Authority.HomeId, 1, 0, Now, [.. Enum.GetValues<SubjectKind>()[1..]]);
        var indexFile = AllowListWriter.Write(path, header, entries);
        pageFile = File.ReadAllBytes(path);
        File.Delete(path);
        Assert.True(AllowListIndex.TryRead(indexFile, out var read, out _));
        index = read;
    }

    public static TestProvince Instance { get; } = new();

    public Authority Authority { get; }

    public Cast Cast { get; }

    /// <summary>A snapshot whose parts a test may bend.</summary>
    public TrustedSnapshot Snapshot(
        Action<JsonObject>? bendPolicy = null, bool isTampered = false, bool isUnreadable = false)
    {
        var policy = PolicyTable.Make(Authority.HomeId, 7);
        bendPolicy?.Invoke(policy);
        Assert.True(PolicyDocument.TryRead(SignedDocuments.ToBytes(policy), out var rules, out var policyFault), policyFault?.ToString());
        Assert.True(IssuerTable.TryRead(SignedDocuments.ToBytes(Issuers()), out var issuers, out var issuerFault), issuerFault?.ToString());
        return new TrustedSnapshot
        {
            Policy = rules,
            Issuers = issuers,
            Site = new SiteDocument
            {
                Gate = "test",
                Province = Authority.HomeId,
                DeviceKeyHash = new string('0', 64),
                Controller = "test",
                Lanes = [new SiteLane("lane", LaneKind.Turnstile, VenueKind.Metro)],
                Roles =
                [
                    new SiteRole("technician", [LaneMode.Normal, LaneMode.Maintenance], TimeSpan.FromHours(8)),
                    new SiteRole("stationMaster", [LaneMode.FreeFlow], TimeSpan.FromHours(2)),
                ],
                NotesReturnWithin = TimeSpan.FromMinutes(10),
            },
            List = new AllowListReader(index, (page, offset, destination) => Read(page, offset, destination, isTampered, isUnreadable)),
            ListKey = Authority.ListKey,
            ListAsOf = Now,
            ExpiresAt = Now + TimeSpan.FromDays(14),
            Versions = new SnapshotVersions(7, 1, 3),
        };
    }

    /// <summary>Shows a role's texts one after another, as one lane would, and returns the last judgement.</summary>
    public Judgement Show(string role, VenueKind venue, TrustedSnapshot? snapshot = null, JudgedTime? now = null)
    {
        var member = Cast[role];
        var judgement = new Judgement(default, Evidence.None);
        foreach (var (carrier, payload) in Payloads(member))
        {
            judgement = PassageVerifier.Judge(
                carrier, payload, judgement.Evidence, venue, snapshot ?? Snapshot(), now ?? new JudgedTime(Now, true));
        }

        return judgement;
    }

    public Verdict Judge(string role, VenueKind venue, TrustedSnapshot? snapshot = null, JudgedTime? now = null) =>
        Show(role, venue, snapshot, now).Verdict;

    public static ImmutableArray<(Carrier Carrier, byte[] Payload)> Payloads(CastMember member)
    {
        if (member.CardFile is { } file) return [(member.Carrier, file.ToArray())];
        if (member.CardUid is { } uid) return [(Carrier.CardUid, uid.ToArray())];
        return [.. member.Texts.Select(text => (Carrier.Qr, System.Text.Encoding.UTF8.GetBytes(text)))];
    }

    private JsonObject Issuers() => SignedDocuments.Issuers(
        Authority.HomeId, 1, Now - TimeSpan.FromDays(365), Now + TimeSpan.FromDays(365),
        [
            new IssuerEntry(Authority.HomeId, Authority.Home, true, "healthCode", "report", "staff", "technician"),
            new IssuerEntry(Authority.NeighbourId, Authority.Neighbour, false, "healthCode"),
        ]);

    private bool Read(int page, int offset, Span<byte> destination, bool isTampered, bool isUnreadable)
    {
        if (isUnreadable) return false;
        pageFile.AsSpan(((page + 1) * ListPageLayout.PageSize) + offset, destination.Length).CopyTo(destination);
        if (isTampered) destination[^1] ^= 1;
        return true;
    }
}
