namespace Verifier.Trust;

/// <summary>
/// Path patterns of delegations (TUF 1.0.34 section 4.5): segment by segment, <c>*</c> for any characters and <c>?</c> for
/// one, neither across a slash; letters count as they are written. Square brackets are ordinary letters: a pattern with a
/// set of letters matches less here than elsewhere, never more.
/// </summary>
internal static class PathPattern
{
    /// <summary>Greatest length of a pattern.</summary>
    public const int LengthMax = 256;

    /// <summary>True when the whole path matches the whole pattern.</summary>
    public static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        while (true)
        {
            var patternEnd = pattern.IndexOf('/');
            var pathEnd = path.IndexOf('/');
            if (patternEnd < 0 != pathEnd < 0) return false;
            if (patternEnd < 0) return MatchSegment(pattern, path);
            if (!MatchSegment(pattern[..patternEnd], path[..pathEnd])) return false;
            pattern = pattern[(patternEnd + 1)..];
            path = path[(pathEnd + 1)..];
        }
    }

    // On a mismatch only the last star is tried one letter further, so the work is at most pattern times path.
    private static bool MatchSegment(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int at = 0, position = 0, star = -1, starPosition = 0;
        while (position < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                starPosition = position;
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == text[position]))
            {
                at++;
                position++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                position = ++starPosition;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].TrimStart('*').IsEmpty;
    }
}
