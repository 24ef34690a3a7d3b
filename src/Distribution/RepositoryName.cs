using System.Globalization;
using Verifier.Trust;

namespace Distribution;

/// <summary>The names under which a repository keeps documents and targets (TUF 1.0.34 sections 3.1.2, 5.3 to 5.7).</summary>
internal static class RepositoryName
{
    /// <summary>A role's document without a version. The role's name is escaped: it may have slashes and points.</summary>
    public static string FileOf(string role) => $"{Uri.EscapeDataString(role)}.json";

    /// <summary>A root: it always carries its version.</summary>
    public static string OfRoot(int version) => string.Create(CultureInfo.InvariantCulture, $"metadata/{version}.root.json");

    /// <summary>The timestamp: it never carries its version.</summary>
    public static string OfTimestamp => "metadata/timestamp.json";

    /// <summary>Any other role's document: with its version where snapshots are consistent.</summary>
    public static string OfRole(string role, int version, bool isConsistent)
    {
        var name = FileOf(role);
        return isConsistent ? string.Create(CultureInfo.InvariantCulture, $"metadata/{version}.{name}") : $"metadata/{name}";
    }

    /// <summary>A target: with its hash where snapshots are consistent.</summary>
    public static string OfTarget(TargetFile target, bool isConsistent) => $"targets/{(isConsistent ? target.StoredPath : target.Path)}";
}
