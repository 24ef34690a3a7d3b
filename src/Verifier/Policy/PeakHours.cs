using System.Globalization;
using System.Runtime.InteropServices;

namespace Verifier.Policy;

/// <summary>Hours of the day in which a gate does nothing but judge: no rebase of the list and no walk over its pages.</summary>
/// <param name="From">The first minute, in the gate's local time.</param>
/// <param name="Until">The first minute after; before <paramref name="From"/> it is on the next day.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PeakHours(TimeOnly From, TimeOnly Until)
{
    /// <summary>Greatest number of them.</summary>
    public const int CountMax = 8;

    private const string Shape = "HH:mm";

    /// <summary>True at a time of the day within them.</summary>
    public bool Covers(TimeOnly local) => local.IsBetween(From, Until);

    internal static bool TryRead(string from, string until, out PeakHours hours)
    {
        hours = default;
        if (!TryReadTime(from, out var first) || !TryReadTime(until, out var after) || first == after) return false;
        hours = new PeakHours(first, after);
        return true;
    }

    private static bool TryReadTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, Shape, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
