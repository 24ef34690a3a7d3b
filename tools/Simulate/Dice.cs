namespace Simulate;

/// <summary>Chance that is the same in every run of one seed: SplitMix64 (Steele, Lea, Flood 2014).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    /// <summary>0 to <paramref name="bound"/> less one.</summary>
    public long Below(long bound)
    {
        unchecked
        {
            state += 0x9E37_79B9_7F4A_7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            return (long)((mixed ^ (mixed >> 31)) % (ulong)bound);
        }
    }

    /// <summary>True so many times in a thousand.</summary>
    public bool Falls(int perMille) => Below(1_000) < perMille;

    /// <summary>A length between two others.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromTicks(Below((most - least).Ticks + 1));
}
