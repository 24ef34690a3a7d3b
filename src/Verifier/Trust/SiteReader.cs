using System.Diagnostics.CodeAnalysis;
using Verifier.Encoding;
using Verifier.Policy;

namespace Verifier.Trust;

/// <summary>Reads <c>sites/GATE.json</c>: at least one lane, every lane with its own name.</summary>
internal static class SiteReader
{
    private const int NameMax = 64;
    private const int DeviceKeyHashSize = 32;
    private static readonly LaneMode[] Modes = Enum.GetValues<LaneMode>();
    private static readonly RoleRight[] Rights = Enum.GetValues<RoleRight>()[1..];
    private static readonly LaneKind[] Kinds = Enum.GetValues<LaneKind>()[1..];
    private static readonly VenueKind[] Venues = Enum.GetValues<VenueKind>()[1..];

    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out SiteDocument? site,
        [NotNullWhen(false)] out DocumentFault? fault)
    {
        site = DocumentReading.Read(json, SiteDocument.SizeMax, "gate-site", Read, out fault);
        return site is not null;
    }

    private static SiteDocument Read(DocumentReading.Member root)
    {
        var site = new SiteDocument
        {
            Province = root.Text("province", PolicyDocument.ProvinceMax),
            Gate = root.Text("gate", NameMax),
            DeviceKeyHash = root.Hex("deviceKey", DeviceKeyHashSize),
            Controller = root.Text("controller"),
            Lanes = [.. root.Objects("lanes", SiteDocument.LanesMax).Select(ReadLane)],
            Roles = [.. root.Objects("roles", SiteDocument.RolesMax).Select(ReadRole)],
            NotesReturnWithin = TimeSpan.FromMinutes(root.Number("notesReturnWithinMinutes", 0, SiteDocument.MinutesMax)),
        };
        if (root.IsSound && site.Lanes.IsEmpty)
            root.Report(DocumentFaultKind.BadValue, "lanes", "no lane", "at least one");
        var names = site.Lanes.Select(lane => lane.Name).ToHashSet(StringComparer.Ordinal);
        if (root.IsSound && names.Count != site.Lanes.Length)
            root.Report(DocumentFaultKind.BadValue, "lanes", "two lanes of one name", "a name for each lane");
        var roles = site.Roles.Select(role => role.Role).ToHashSet(StringComparer.Ordinal);
        if (root.IsSound && roles.Count != site.Roles.Length)
            root.Report(DocumentFaultKind.BadValue, "roles", "one role twice", "each role once");
        return site;
    }

    private static SiteRole ReadRole(DocumentReading.Member role)
    {
        var read = new SiteRole(
            role.Text("role", NameMax), [.. role.Choices("modes", Modes)], TimeSpan.FromMinutes(role.Number("minutes", 1, SiteDocument.MinutesMax)))
        {
            May = role.Has("may") ? [.. role.Choices("may", Rights)] : [],
        };
        role.Done();
        return read;
    }

    private static SiteLane ReadLane(DocumentReading.Member lane)
    {
        var read = new SiteLane(
            lane.Text("name", NameMax), lane.Choice("kind", Kinds), lane.Choice("venue", Venues));
        lane.Done();
        return read;
    }
}
