using System.Buffers.Binary;
using Layout = Verifier.AllowList.ListDeltaLayout;

namespace Verifier.AllowList;

/// <summary>
/// Writes a delta. Numbers are gathered by value: the groups then cost what the best coding of the values would, without
/// one. The same delta gives the same bytes.
/// </summary>
internal static class ListDeltaWriter
{
    public static byte[] Write(ListDelta delta)
    {
        if (!delta.Changes.IsWithinLimits) throw new InvalidOperationException("More changes than a delta holds: publish a new base.");
        var ranks = Groups(delta.Changes.Ranks, static rank => (ulong)rank);
        var inserts = Groups(delta.Changes.Inserts, static key => key);
        var bits = new BitWriter();
        foreach (var numbers in ranks.Values) RiceGaps.Write(bits, (ulong)delta.BaseEntryCount, numbers);
        foreach (var numbers in inserts.Values) RiceGaps.Write(bits, Layout.KeyBound, numbers);

        var groupsSize = Layout.GroupSize * (ranks.Count + inserts.Count);
        var side = delta.Changes.Side;
        var bytes = new byte[Layout.HeaderSize + groupsSize + bits.Bytes.Length + (side.Count * Layout.SideEntrySize)];
        WriteHeader(bytes, delta, ranks.Count, inserts.Count);
        WriteGroups(bytes.AsSpan(Layout.HeaderSize), [.. ranks, .. inserts]);
        bits.Bytes.CopyTo(bytes.AsSpan(Layout.HeaderSize + groupsSize));
        WriteSide(bytes.AsSpan(Layout.HeaderSize + groupsSize + bits.Bytes.Length), side);
        return bytes.Length <= ListDelta.SizeMax ? bytes : throw new InvalidOperationException("Over the size of a delta: publish a new base.");
    }

    private static SortedList<byte, ulong[]> Groups<TKey>(ListColumn<TKey> column, Converter<TKey, ulong> convert)
        where TKey : struct, IComparable<TKey>
    {
        var gathered = new SortedList<byte, List<ulong>>();
        for (var index = 0; index < column.Count; index++)
        {
            var code = column.Values[index].Code;
            if (!gathered.TryGetValue(code, out var numbers)) gathered.Add(code, numbers = []);
            numbers.Add(convert(column.Keys[index]));
        }

        var groups = new SortedList<byte, ulong[]>();
        foreach (var (code, numbers) in gathered) groups.Add(code, [.. numbers]);
        return groups;
    }

    private static void WriteHeader(Span<byte> target, ListDelta delta, int rankGroups, int insertGroups)
    {
        Layout.Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt16BigEndian(target[Layout.FormatOffset..], Layout.Format);
        target[Layout.RankGroupsOffset] = (byte)rankGroups;
        target[Layout.InsertGroupsOffset] = (byte)insertGroups;
        BinaryPrimitives.WriteInt32BigEndian(target[Layout.EpochOffset..], delta.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(target[Layout.FromOffset..], delta.From);
        BinaryPrimitives.WriteInt32BigEndian(target[Layout.ToOffset..], delta.To);
        BinaryPrimitives.WriteInt32BigEndian(target[Layout.SideCountOffset..], delta.Changes.Side.Count);
        BinaryPrimitives.WriteInt64BigEndian(target[Layout.AsOfOffset..], delta.AsOf.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64BigEndian(target[Layout.BaseEntriesOffset..], delta.BaseEntryCount);
        delta.BaseHash.CopyTo(target[Layout.BaseHashOffset..]);
        delta.Result.CopyTo(target[Layout.ResultOffset..]);
    }

    private static void WriteGroups(Span<byte> target, ReadOnlySpan<KeyValuePair<byte, ulong[]>> groups)
    {
        foreach (var (code, numbers) in groups)
        {
            target[0] = code;
            BinaryPrimitives.WriteInt32BigEndian(target[1..], numbers.Length);
            target = target[Layout.GroupSize..];
        }
    }

    private static void WriteSide(Span<byte> target, ListColumn<UInt128> side)
    {
        for (var index = 0; index < side.Count; index++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(target, side.Keys[index]);
            target[Layout.FullKeySize] = side.Values[index].Code;
            target = target[Layout.SideEntrySize..];
        }
    }
}
