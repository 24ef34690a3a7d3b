namespace CardReader.Tests;

/// <summary>Bytes that look random and are the same in every run: SplitMix64 (Steele, Lea, Flood 2014).</summary>
internal sealed class Noise(ulong seed)
{
    private ulong state = seed;

    public uint Next()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (uint)(z >> 32);
        }
    }
}
