using System.Text;
using Distribution;
using GateAgent.Health;
using Verifier.Trust;

namespace GateAgent.Lanes;

/// <summary>
/// The kind that each lane had by the last signed site document that named it: without one, fire, the staff key and leaving must
/// still drive its relay the right way. Nobody is admitted by it, so it need not be signed. A file of lines <c>KIND LANE</c>; what
/// cannot be read of it is not known.
/// </summary>
internal sealed class KeptKinds
{
    /// <summary>Greatest file in bytes: sixteen lanes fit many times.</summary>
    public const int SizeMax = 64 * 1024;

    private const string Component = "lane kinds";
    private readonly string path;
    private readonly Dictionary<string, LaneKind> kinds;

    private KeptKinds(string path, Dictionary<string, LaneKind> kinds)
    {
        this.path = path;
        this.kinds = kinds;
    }

    /// <summary>Reads what a state folder keeps.</summary>
    public static KeptKinds Open(string stateFolder)
    {
        var file = Path.Combine(stateFolder, "kinds");
        var known = new Dictionary<string, LaneKind>(StringComparer.Ordinal);
        foreach (var line in ReadLines(file))
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (blank > 0 && Enum.TryParse<LaneKind>(line[..blank], out var kind) && kind.ToString() == line[..blank]) known[line[(blank + 1)..]] = kind;
        }

        return new KeptKinds(file, known);
    }

    /// <summary>The kind of a lane; none where it is not known.</summary>
    public LaneKind Find(string lane) => kinds.GetValueOrDefault(lane);

    /// <summary>Keeps what a signed site document says of lanes; what it does not name stays as it was. Writes only what is new.
    /// </summary>
    /// <param name="lanes">The lanes that the document names.</param>
    /// <param name="health">Takes a disk that does not.</param>
    public void Keep(IEnumerable<SiteLane> lanes, HealthBoard health)
    {
        var isNew = false;
        foreach (var lane in lanes)
        {
            isNew |= Find(lane.Name) != lane.Kind;
            kinds[lane.Name] = lane.Kind;
        }

        if (!isNew) return;
        try
        {
            DurableFile.Write(path, Encoding.UTF8.GetBytes(string.Concat(kinds.Select(static one => $"{one.Value} {one.Key}\n"))));
            health.SetWell(Component);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            health.SetDegraded(Component, $"Not kept for a start without documents: {failed.Message}");
        }
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: <= SizeMax } ? File.ReadAllLines(file) : [];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
