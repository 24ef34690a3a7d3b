namespace Verifier.AllowList;

/// <summary>
/// What changed in a list since some state of it. Three columns: entries of the base by their rank, keys that the base has
/// not, and subjects that share a 56-bit key, in full. Values are absolute, so a change may be given twice. Immutable.
/// </summary>
public sealed class ListChanges
{
    /// <summary>Greatest number of ranks: a month of changes at 65 million entries.</summary>
    public const int RanksMax = 2_097_152;

    /// <summary>Greatest number of inserted keys.</summary>
    public const int InsertsMax = 1_048_576;

    /// <summary>Greatest number of full keys; the side table of a base has the same limit.</summary>
    public const int SideMax = AllowListIndex.SideEntriesMax;

    internal ListChanges(ListColumn<int> ranks, ListColumn<ulong> inserts, ListColumn<UInt128> side)
    {
        Ranks = ranks;
        Inserts = inserts;
        Side = side;
    }

    /// <summary>Nothing.</summary>
    public static ListChanges None { get; } = new(ListColumn<int>.Empty, ListColumn<ulong>.Empty, ListColumn<UInt128>.Empty);

    /// <summary>Entries of the base: the position in the whole base, from 0.</summary>
    public ListColumn<int> Ranks { get; }

    /// <summary>Keys of 56 bits that the base has not.</summary>
    public ListColumn<ulong> Inserts { get; }

    /// <summary>All 128 bits of subjects whose 56-bit key is ambiguous; no value here is ambiguous.</summary>
    public ListColumn<UInt128> Side { get; }

    /// <summary>True while no column is over its limit.</summary>
    public bool IsWithinLimits => Ranks.Count <= RanksMax && Inserts.Count <= InsertsMax && Side.Count <= SideMax;

    /// <summary>Gathers changes, in any order. A value of <c>default</c> removes.</summary>
    /// <exception cref="ArgumentException">A key stands there twice, is outside its range, or a full key has the value ambiguous.</exception>
    public static ListChanges Of(
        IEnumerable<KeyValuePair<int, ListValue>> ranks,
        IEnumerable<KeyValuePair<ulong, ListValue>> inserts,
        IEnumerable<KeyValuePair<UInt128, ListValue>> side)
    {
        var changes = new ListChanges(Column(ranks, nameof(ranks)), Column(inserts, nameof(inserts)), Column(side, nameof(side)));
        if (changes.Ranks.Count > 0) ArgumentOutOfRangeException.ThrowIfNegative(changes.Ranks.Keys[0], nameof(ranks));
        if (changes.Inserts.Count > 0)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(changes.Inserts.Keys[^1], 1UL << SubjectKey.PageBits, nameof(inserts));
        if (changes.Side.CountOf(ListValue.Ambiguous) > 0) throw new ArgumentException("A full key is not ambiguous.", nameof(side));
        return changes;
    }

    /// <summary>These changes and then newer ones: the last value of each key counts.</summary>
    public ListChanges Then(ListChanges newer) =>
        new(Ranks.Then(newer.Ranks), Inserts.Then(newer.Inserts), Side.Then(newer.Side));

    /// <summary>Gives the subjects that changed of a 56-bit key, in place of what is known of them.</summary>
    public void CopySharers(ulong key, IDictionary<UInt128, ListValue> sharers)
    {
        for (var at = 0; at < Side.Count; at++)
        {
            if (SubjectKey.FromFull(Side.Keys[at]).Page == key) sharers[Side.Keys[at]] = Side.Values[at];
        }
    }

    private static ListColumn<TKey> Column<TKey>(IEnumerable<KeyValuePair<TKey, ListValue>> pairs, string name)
        where TKey : struct, IComparable<TKey>
    {
        var all = pairs.ToArray();
        var keys = Array.ConvertAll(all, static pair => pair.Key);
        var values = Array.ConvertAll(all, static pair => pair.Value);
        return ListColumn<TKey>.Sort(keys, values) ?? throw new ArgumentException("A key stands there twice.", name);
    }
}
