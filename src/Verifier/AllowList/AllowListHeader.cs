using System.Collections.Immutable;

namespace Verifier.AllowList;

/// <summary>What a list is: stated by its publisher, signed with its index.</summary>
/// <param name="Province">The province's code, 1 to 8 printable ASCII characters.</param>
/// <param name="Epoch">The epoch of the list and of its key, from 1.</param>
/// <param name="Sequence">Which publication of the epoch it is, 0 to 2^31-1: deltas count from here.</param>
/// <param name="AsOf">When the list was true, to the second, from 1970 to <see cref="AsOfMax"/>.</param>
/// <param name="Scope">The kinds of subject it covers: one that it covers and does not name is not listed.</param>
public sealed record AllowListHeader(string Province, int Epoch, int Sequence, DateTimeOffset AsOf, ImmutableArray<SubjectKind> Scope)
{
    /// <summary>No list is true later: ages are counted from it.</summary>
    public static readonly DateTimeOffset AsOfMax = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Greatest length of a province's code.</summary>
    public const int ProvinceMax = 8;

    internal static bool IsProvince(ReadOnlySpan<char> code)
    {
        if (code.Length is 0 or > ProvinceMax) return false;
        foreach (var letter in code)
        {
            if (letter is <= ' ' or > '~') return false;
        }

        return true;
    }
}
