using Distribution;
using ListBench;
using Simulate;
using Verifier.AllowList;

namespace LinkBench;

/// <summary>A crowd of any size in the order of its keys: one key in each of as many equal stretches, with the list bench's values.</summary>
internal static class SpreadCrowd
{
    public static IEnumerable<ListEntry> Of(long people)
    {
        var (dice, stretch) = (new Dice(65), UInt128.MaxValue / (UInt128)people);
        for (var subject = 0L; subject < people; subject++)
        {
            var within = (stretch >> 32) * (UInt128)dice.Below(1L << 32);
            yield return new ListEntry(SubjectKey.FromFull((stretch * (UInt128)subject) + within), Crowd.Value(subject));
        }
    }
}
