namespace Verifier.AllowList;

/// <summary>
/// Packs rising keys into pages, greedily: the left half takes entries while any low-bit width lets them fit, then the right
/// half does. The publisher writes a base with it and a gate rebases with it, so it must give the same bytes everywhere, for ever.
/// </summary>
public sealed class ListPageWriter
{
    private readonly ListHalfWriter left = new();
    private readonly ListHalfWriter right = new();

    /// <summary>How many entries the page holds so far.</summary>
    public int Count => left.Count + right.Count;

    /// <summary>The first key; only when there are entries.</summary>
    public ulong FirstKey => left.FirstKey;

    /// <summary>Adds an entry. False, and nothing changes, when the page is full.</summary>
    /// <param name="key">56 bits, above every key of the page.</param>
    /// <param name="value">An entry or <see cref="ListValue.Ambiguous"/>.</param>
    /// <exception cref="ArgumentException">The key does not rise or is over 56 bits, or the value is none.</exception>
    public bool TryAdd(ulong key, ListValue value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(key, 1UL << SubjectKey.PageBits);
        ArgumentOutOfRangeException.ThrowIfZero(value.Code);
        if (Count > 0) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(key, right.Count > 0 ? right.LastKey : left.LastKey);
        return (right.Count == 0 && left.TryAdd(key, value)) || right.TryAdd(key, value);
    }

    /// <summary>Writes the page and begins the next one.</summary>
    /// <param name="page">Exactly one page of bytes; all are overwritten.</param>
    public void Write(Span<byte> page)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(page.Length, ListPageLayout.PageSize);
        page.Clear();
        var split = right.Count > 0 ? right.FirstKey : 0;
        left.Write(page[..ListPageLayout.HalfSize], split);
        if (right.Count > 0) right.Write(page[ListPageLayout.HalfSize..], split);
    }
}
