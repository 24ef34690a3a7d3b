using System.Buffers.Binary;
using System.Diagnostics;

namespace Verifier.AllowList;

/// <summary>
/// Packs rising keys into pages, greedily: a page takes entries while any low-bit width lets them fit. The publisher
/// writes a base with it and a gate rebases with it, so it must give the same bytes everywhere, for ever.
/// </summary>
public sealed class ListPageWriter
{
    private readonly ulong[] keys = new ulong[ListPageLayout.EntriesMax];
    private readonly byte[] values = new byte[ListPageLayout.EntriesMax];
    private int width;

    /// <summary>How many entries the page holds so far.</summary>
    public int Count { get; private set; }

    /// <summary>The first key; only when there are entries.</summary>
    public ulong FirstKey => keys[0];

    /// <summary>Adds an entry. False, and nothing changes, when the page is full.</summary>
    /// <param name="key">56 bits, above every key of the page.</param>
    /// <param name="value">An entry or <see cref="ListValue.Ambiguous"/>.</param>
    /// <exception cref="ArgumentException">The key does not rise or is over 56 bits, or the value is none.</exception>
    public bool TryAdd(ulong key, ListValue value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(key, 1UL << SubjectKey.PageBits);
        if (Count > 0) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(key, keys[Count - 1]);
        ArgumentOutOfRangeException.ThrowIfZero(value.Code);

        var offset = Count == 0 ? 0 : key - keys[0];
        if (Count == ListPageLayout.EntriesMax) return false;
        var wider = ListPageLayout.Width(Count + 1, offset, width);
        if (!ListPageLayout.Fits(Count + 1, wider, offset)) return false;
        width = wider;
        keys[Count] = key;
        values[Count] = value.Code;
        Count++;
        return true;
    }

    /// <summary>Writes the page and begins the next one.</summary>
    /// <param name="page">Exactly one page of bytes; all are overwritten.</param>
    public void Write(Span<byte> page)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(page.Length, ListPageLayout.PageSize);
        Debug.Assert(Count > 0, "A page has an entry.");
        var lowBits = (ListPageLayout.ValuesOffset + Count) * 8;
        var upperBits = ListPageLayout.UpperOffset(Count, width) * 8;

        page.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(page[ListPageLayout.CountOffset..], (ushort)Count);
        page[ListPageLayout.WidthOffset] = (byte)width;
        values.AsSpan(0, Count).CopyTo(page[ListPageLayout.ValuesOffset..]);
        for (var index = 0; index < Count; index++)
        {
            var offset = keys[index] - keys[0];
            var high = offset >> width;
            BitString.Write(page, lowBits + (index * width), offset - (high << width), width);
            BitString.Set(page, upperBits + (int)high + index);
        }

        Count = 0;
        width = 0;
    }
}
