namespace Verifier.AllowList;

/// <summary>Keys that rise strictly, each with a value; a value of zero says that the subject is removed. Immutable.</summary>
/// <typeparam name="TKey">A rank, a 56-bit key or a full key.</typeparam>
public sealed class ListColumn<TKey>
    where TKey : struct, IComparable<TKey>
{
    private readonly TKey[] keys;
    private readonly ListValue[] values;

    private ListColumn(TKey[] keys, ListValue[] values)
    {
        this.keys = keys;
        this.values = values;
    }

    /// <summary>How many.</summary>
    public int Count => keys.Length;

    /// <summary>The keys, rising.</summary>
    public ReadOnlySpan<TKey> Keys => keys;

    /// <summary>The value of each key.</summary>
    public ReadOnlySpan<ListValue> Values => values;

    internal static ListColumn<TKey> Empty { get; } = new([], []);

    /// <summary>Sorts keys and values, which then belong to the column. Null when a key stands there twice.</summary>
    internal static ListColumn<TKey>? Sort(TKey[] keys, ListValue[] values)
    {
        Array.Sort(keys, values);
        for (var index = 1; index < keys.Length; index++)
        {
            if (keys[index].CompareTo(keys[index - 1]) == 0) return null;
        }

        return new ListColumn<TKey>(keys, values);
    }

    /// <summary>Finds the value of a key. Allocates nothing.</summary>
    public bool TryFind(TKey key, out ListValue value)
    {
        var at = MemoryExtensions.BinarySearch(Keys, key);
        value = at < 0 ? default : values[at];
        return at >= 0;
    }

    /// <summary>Both columns; where both have a key, the newer one's value.</summary>
    public ListColumn<TKey> Then(ListColumn<TKey> newer)
    {
        if (newer.Count == 0) return this;
        if (Count == 0) return newer;
        var mergedKeys = new TKey[Count + newer.Count];
        var mergedValues = new ListValue[mergedKeys.Length];
        var filled = 0;
        for (int old = 0, next = 0; old < Count || next < newer.Count; filled++)
        {
            var order = old == Count ? 1 : next == newer.Count ? -1 : keys[old].CompareTo(newer.keys[next]);
            mergedKeys[filled] = order < 0 ? keys[old] : newer.keys[next];
            mergedValues[filled] = order < 0 ? values[old] : newer.values[next];
            if (order <= 0) old++;
            if (order >= 0) next++;
        }

        Array.Resize(ref mergedKeys, filled);
        Array.Resize(ref mergedValues, filled);
        return new ListColumn<TKey>(mergedKeys, mergedValues);
    }

    internal int CountOf(ListValue value)
    {
        var count = 0;
        foreach (var one in values) count += one == value ? 1 : 0;
        return count;
    }
}
