using Verifier.AllowList;

namespace ListBench;

/// <summary>
/// Subjects by the number: the key of subject i follows from i, spread evenly over 128 bits as keyed hashes are. About 97 %
/// green, 2.5 % yellow of the three reasons, 0.5 % red.
/// </summary>
internal static class Crowd
{
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;
    private const ulong Seed = 0x5EED_0000_0001;

    /// <summary>The key of a subject.</summary>
    public static SubjectKey Key(long subject)
    {
        var at = unchecked((ulong)subject * 2 * Golden);
        return SubjectKey.FromFull(new UInt128(Mix(unchecked(at + Seed)), Mix(unchecked(at + Golden + Seed))));
    }

    /// <summary>The value of a subject.</summary>
    public static ListValue Value(long subject) => ValueOf(Mix(unchecked((ulong)subject ^ 0xC0FFEE)));

    /// <summary>Another value than a subject has.</summary>
    public static ListValue Other(long subject)
    {
        var now = Value(subject);
        return now.Colour == Colour.Green ? ListValue.Of(Colour.Yellow, YellowReason.Region) : ListValue.Of(Colour.Green);
    }

    /// <summary>A number that looks random and follows from another, below a bound.</summary>
    public static long Pick(long number, ulong stream, long bound) =>
        (long)(Mix(unchecked(((ulong)number * Golden) + (stream << 40) + 17)) % (ulong)bound);

    private static ListValue ValueOf(ulong draw) => (draw % 1_000) switch
    {
        < 5 => ListValue.Of(Colour.Red),
        < 30 and var share => ListValue.Of(Colour.Yellow, (YellowReason)((share % 3) + 1)),
        _ => ListValue.Of(Colour.Green),
    };

    private static ulong Mix(ulong state)
    {
        unchecked
        {
            var mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
