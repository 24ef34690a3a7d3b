using System.Globalization;
using System.Runtime.InteropServices;
using Verifier.Trust;

namespace Distribution.Lists;

/// <summary>The name of a delta: <c>list/delta-EPOCH-FROM-TO</c>, decimal without leading zeros.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DeltaName(int Epoch, int From, int To)
{
    /// <summary>What the names of an epoch's deltas begin with.</summary>
    public static string PrefixOf(int epoch) => string.Create(CultureInfo.InvariantCulture, $"list/delta-{epoch}-");

    /// <summary>The target's path.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(Epoch)}{From}-{To}");

    /// <summary>Reads <c>FROM-TO</c>. False for a second way to write the same, and when "to" is not above "from".</summary>
    public static bool TryRead(int epoch, ReadOnlySpan<char> text, out DeltaName name)
    {
        name = default;
        var dash = text.IndexOf('-');
        if (dash < 0 || !TryReadNumber(text[..dash], out var from) || !TryReadNumber(text[(dash + 1)..], out var to)) return false;
        name = new DeltaName(epoch, from, to);
        return to > from;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text.Length == 1 || text[0] != '0');
}

/// <summary>A delta that signed documents name. A hint: what counts is what the search for its path finds.</summary>
/// <param name="Name">Its sequences.</param>
/// <param name="File">The file.</param>
internal sealed record Rung(DeltaName Name, TargetFile File)
{
    /// <summary>The deltas of an epoch among files.</summary>
    public static List<Rung> Among(int epoch, IEnumerable<TargetFile> files)
    {
        var rungs = new List<Rung>();
        foreach (var file in files)
        {
            if (DeltaName.TryRead(epoch, file.Path.AsSpan(DeltaName.PrefixOf(epoch).Length), out var name)) rungs.Add(new Rung(name, file));
        }

        return rungs;
    }
}
