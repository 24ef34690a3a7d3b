namespace Fuzz;

/// <summary>
/// Damages files at random and keeps those that a reader speaks of in a new way, to damage them further. Everything follows
/// from the seed. One thread.
/// </summary>
internal sealed class Fuzzer(Target target, ulong seed)
{
    private const int KeptMost = 512;
    private const int DamagesMost = 6;
    private static readonly ulong[] Telling = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, ulong.MaxValue];

    private readonly List<byte[]> kept = [.. target.Seeds];
    private readonly Dictionary<string, long> verdicts = [];
    private ulong state = seed;

    /// <summary>What the reader said, and how often.</summary>
    public IReadOnlyDictionary<string, long> Verdicts => verdicts;

    /// <summary>Tries so many files.</summary>
    /// <returns>The first that breaks a rule, with the rule; null when none did.</returns>
    public (byte[] File, string Rule)? Run(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var file = number < target.Seeds.Count ? target.Seeds[number] : Damage(kept[Below(kept.Count)]);
            Outcome outcome;
            try
            {
                outcome = target.Read(file);
            }
            catch (Exception thrown) when (thrown is not OutOfMemoryException)
            {
                return (file, $"it threw {thrown.GetType().Name}: {thrown.Message}");
            }

            if (outcome.Broken is { } rule) return (file, rule);
            var isNew = !verdicts.TryGetValue(outcome.Verdict, out var times);
            verdicts[outcome.Verdict] = times + 1;
            if (isNew && kept.Count < KeptMost) kept.Add(file);
        }

        return null;
    }

    private byte[] Damage(byte[] source)
    {
        var file = (byte[])source.Clone();
        for (var damages = 1 + Below(DamagesMost); damages > 0; damages--)
        {
            if (file.Length == 0) return [(byte)Below(256)];
            var at = Below(3) == 0 ? Below(Math.Min(file.Length, 128)) : Below(file.Length);
            switch (Below(8))
            {
                case 0: file[at] ^= (byte)(1 << Below(8)); break;
                case 1: file[at] = (byte)Below(256); break;
                case 2: Put(file, at); break;
                case 3: file = file[..at]; break;
                case 4: file = [.. file, .. new byte[Below(64)]]; break;
                case 5: file.AsSpan(at, Math.Min(file.Length - at, Below(40))).Clear(); break;
                case 6: Move(file, at); break;
                default: file = Splice(file, at, kept[Below(kept.Count)]); break;
            }
        }

        return file;
    }

    // A number that tells: at the ends of its range, big-endian.
    private void Put(byte[] file, int at)
    {
        var value = Telling[Below(Telling.Length)];
        for (var size = 1 << Below(4); size > 0 && at < file.Length; size--) file[at++] = (byte)((value >> (8 * (size - 1))) & 0xFF);
    }

    private static byte[] Splice(byte[] file, int at, byte[] other) => [.. file.AsSpan(0, at), .. other.AsSpan(Math.Min(at, other.Length))];

    private void Move(byte[] file, int at)
    {
        var from = Below(file.Length);
        var size = Math.Min(Below(64), file.Length - Math.Max(at, from));
        file.AsSpan(from, size).CopyTo(file.AsSpan(at));
    }

    private int Below(int bound)
    {
        unchecked
        {
            state += 0x9E37_79B9_7F4A_7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            return (int)((mixed ^ (mixed >> 31)) % (ulong)bound);
        }
    }
}
