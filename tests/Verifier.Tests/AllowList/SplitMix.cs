namespace Verifier.Tests.AllowList;

/// <summary>A seeded generator, so that a failing property can be run again.</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        unchecked
        {
            state += 0x9E37_79B9_7F4A_7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            return mixed ^ (mixed >> 31);
        }
    }

    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public UInt128 Wide() => new(Next(), Next());

    public void Fill(Span<byte> target)
    {
        for (var index = 0; index < target.Length; index++) target[index] = (byte)(Next() & 0xFF);
    }
}
