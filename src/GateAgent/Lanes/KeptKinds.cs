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

    // What the file says, replaced whole; null until it could be read.
    private Dictionary<string, LaneKind>? kinds;

    private KeptKinds(string path) => this.path = path;

    /// <summary>Reads what a state folder keeps. Where that fails, nothing is known, and nothing is written over it.</summary>
    public static KeptKinds Open(string stateFolder)
    {
        var kept = new KeptKinds(Path.Combine(stateFolder, "kinds"));
        try
        {
            kept.kinds = kept.Read();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // It is read again before anything is written, which tells why it cannot be.
        }

        return kept;
    }

    /// <summary>The kind of a lane; none where it is not known.</summary>
    public LaneKind Find(string lane) => kinds?.GetValueOrDefault(lane) ?? LaneKind.None;

    /// <summary>Keeps what a signed site document says of lanes; what it does not name stays as it was. Writes only what is not
    /// written: called again and again, by one thread at a time, it mends what a disk did not take.</summary>
    /// <param name="lanes">The lanes that the document names.</param>
    /// <param name="health">Takes a disk that does not.</param>
    public void Keep(IEnumerable<SiteLane> lanes, HealthBoard health)
    {
        try
        {
            kinds ??= Read();
            var next = new Dictionary<string, LaneKind>(kinds, StringComparer.Ordinal);
            foreach (var lane in lanes) next[lane.Name] = lane.Kind;
            if (next.Any(one => Find(one.Key) != one.Value))
            {
                DurableFile.Write(path, Encoding.UTF8.GetBytes(string.Concat(next.Select(static one => $"{one.Value} {one.Key}\n"))));
                kinds = next;
            }

            health.SetWell(Component);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            health.SetDegraded(Component, $"Not kept for a start without documents: {failed.Message}");
        }
    }

    private Dictionary<string, LaneKind> Read()
    {
        var known = new Dictionary<string, LaneKind>(StringComparer.Ordinal);
        if (new FileInfo(path) is { Exists: true, Length: > SizeMax } || DurableFile.Find(path) is not { } bytes) return known;
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (blank > 0 && Enum.TryParse<LaneKind>(line[..blank], out var kind) && kind.ToString() == line[..blank]) known[line[(blank + 1)..]] = kind;
        }

        return known;
    }
}
