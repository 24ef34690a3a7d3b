using System.Globalization;
using System.Text.RegularExpressions;

namespace Demo;

/// <summary>What the stage reads from the agent's log.</summary>
internal static partial class StageLog
{
    /// <summary>How long the agent says it took to be ready; -1 when it does not say.</summary>
    public static long ReadyMs(string path)
    {
        var found = ReadyLine().Match(File.ReadAllText(path));
        return found.Success ? long.Parse(found.Groups["ms"].ValueSpan, CultureInfo.InvariantCulture) : -1;
    }

    [GeneratedRegex(@"ready (?<ms>[0-9]+) ms after its start", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex ReadyLine();
}
