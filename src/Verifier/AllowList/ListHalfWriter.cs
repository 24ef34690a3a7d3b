using System.Buffers.Binary;
using System.Diagnostics;

namespace Verifier.AllowList;

/// <summary>Packs rising keys into half a page, as long as any low-bit width lets them fit.</summary>
internal sealed class ListHalfWriter
{
    private readonly ulong[] keys = new ulong[ListPageLayout.HalfEntriesMax];
    private readonly byte[] values = new byte[ListPageLayout.HalfEntriesMax];
    private int width;

    public int Count { get; private set; }

    /// <summary>The first key; only when there are entries.</summary>
    public ulong FirstKey => keys[0];

    /// <summary>The last key; only when there are entries.</summary>
    public ulong LastKey => keys[Count - 1];

    /// <summary>Adds an entry above the last. False, and nothing changes, when the half is full.</summary>
    public bool TryAdd(ulong key, ListValue value)
    {
        if (Count == ListPageLayout.HalfEntriesMax) return false;
        var offset = Count == 0 ? 0 : key - keys[0];
        var wider = ListPageLayout.Width(Count + 1, offset, width);
        if (!ListPageLayout.Fits(Count + 1, wider, offset)) return false;
        width = wider;
        keys[Count] = key;
        values[Count] = ListPageValue.CodeOf(value);
        Count++;
        return true;
    }

    /// <summary>Writes the half and begins the next one.</summary>
    /// <param name="half">Half a page of zeros.</param>
    /// <param name="split">The first key of the right half; zero when that is empty.</param>
    public void Write(Span<byte> half, ulong split)
    {
        Debug.Assert(Count > 0, "A half that is written has an entry.");
        var lowBits = ListPageLayout.LowOffset(Count) * 8;
        var upperBits = ListPageLayout.UpperOffset(Count, width) * 8;
        BinaryPrimitives.WriteUInt16BigEndian(half[ListPageLayout.CountOffset..], (ushort)Count);
        half[ListPageLayout.WidthOffset] = (byte)width;
        AllowListIndexLayout.WriteKey(half[ListPageLayout.SplitOffset..], split);
        for (var index = 0; index < Count; index++)
        {
            half[ListPageLayout.ValuesOffset + (index / 2)] |= (byte)(index % 2 == 0 ? values[index] << 4 : values[index]);
            var offset = keys[index] - keys[0];
            var high = offset >> width;
            BitString.Write(half, lowBits + (index * width), offset - (high << width), width);
            BitString.Set(half, upperBits + (int)high + index);
        }

        Count = 0;
        width = 0;
    }
}
