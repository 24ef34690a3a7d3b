using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Layout = Verifier.AllowList.ListDeltaLayout;

namespace Verifier.AllowList;

/// <summary>
/// Reads a delta. Rules, in checking order: length within limits, magic, format, epoch, sequences, moment, counts, groups
/// and whether the bytes can hold them, ranks, inserted keys, padding, full keys and the length they give.
/// </summary>
internal static class ListDeltaParser
{
    public static bool TryRead(ReadOnlySpan<byte> source, [NotNullWhen(true)] out ListDelta? delta, out DeltaFault fault)
    {
        delta = null;
        fault = CheckHead(source);
        if (fault != DeltaFault.None) return false;
        if (!TryReadGroups(source, out var ranks, out var inserts, out fault)) return false;

        var bits = new BitReader(source[(Layout.HeaderSize + (Layout.GroupSize * (ranks.Count + inserts.Count)))..]);
        var bound = BinaryPrimitives.ReadUInt64BigEndian(source[Layout.BaseEntriesOffset..]);
        fault = DeltaFault.BadRanks;
        if (!TryReadColumn(ref bits, bound, ranks, static number => (int)number, out var rankColumn)) return false;
        fault = DeltaFault.BadInserts;
        if (!TryReadColumn(ref bits, Layout.KeyBound, inserts, static number => number, out var insertColumn)) return false;
        fault = DeltaFault.NotZero;
        if (!bits.TryAlign(out _)) return false;

        var side = source[^(bits.Left / 8)..];
        if (!TryReadSide(side, BinaryPrimitives.ReadInt32BigEndian(source[Layout.SideCountOffset..]), out var sideColumn, out fault)) return false;
        delta = Make(source, new ListChanges(rankColumn, insertColumn, sideColumn));
        return true;
    }

    private static DeltaFault CheckHead(ReadOnlySpan<byte> source)
    {
        if (source.Length < Layout.HeaderSize) return DeltaFault.TooShort;
        if (source.Length > ListDelta.SizeMax) return DeltaFault.TooLarge;
        if (!source.StartsWith(Layout.Magic)) return DeltaFault.WrongMagic;
        if (BinaryPrimitives.ReadUInt16BigEndian(source[Layout.FormatOffset..]) != Layout.Format) return DeltaFault.WrongFormat;
        if (BinaryPrimitives.ReadInt32BigEndian(source[Layout.EpochOffset..]) <= 0) return DeltaFault.BadEpoch;
        var from = BinaryPrimitives.ReadInt32BigEndian(source[Layout.FromOffset..]);
        if (from < 0 || BinaryPrimitives.ReadInt32BigEndian(source[Layout.ToOffset..]) <= from) return DeltaFault.BadSequence;
        var asOf = BinaryPrimitives.ReadInt64BigEndian(source[Layout.AsOfOffset..]);
        if (asOf < 0 || asOf > AllowListHeader.AsOfMax.ToUnixTimeSeconds()) return DeltaFault.BadAsOf;
        if (source[Layout.RankGroupsOffset] > Layout.GroupsMax || source[Layout.InsertGroupsOffset] > Layout.GroupsMax) return DeltaFault.BadCount;
        if (BinaryPrimitives.ReadUInt32BigEndian(source[Layout.SideCountOffset..]) > ListChanges.SideMax) return DeltaFault.BadCount;
        return BinaryPrimitives.ReadUInt64BigEndian(source[Layout.BaseEntriesOffset..]) > AllowListIndex.EntriesMax
            ? DeltaFault.BadCount
            : DeltaFault.None;
    }

    private static bool TryReadGroups(ReadOnlySpan<byte> source, out List<Group> ranks, out List<Group> inserts, out DeltaFault fault)
    {
        ranks = [];
        inserts = [];
        fault = DeltaFault.TooShort;
        int rankGroups = source[Layout.RankGroupsOffset];
        int insertGroups = source[Layout.InsertGroupsOffset];
        var groups = source[Layout.HeaderSize..];
        if (groups.Length < Layout.GroupSize * (rankGroups + insertGroups)) return false;

        var left = 8L * (groups.Length - (Layout.GroupSize * (rankGroups + insertGroups)));
        var baseEntries = BinaryPrimitives.ReadUInt64BigEndian(source[Layout.BaseEntriesOffset..]);
        fault = CheckGroups(groups, rankGroups, ranks, (int)Math.Min(baseEntries, ListChanges.RanksMax), baseEntries, ref left);
        if (fault == DeltaFault.None)
            fault = CheckGroups(groups[(Layout.GroupSize * rankGroups)..], insertGroups, inserts, ListChanges.InsertsMax, Layout.KeyBound, ref left);
        return fault == DeltaFault.None;
    }

    // No room is made for a count before the bytes were seen to be long enough for it.
    private static DeltaFault CheckGroups(ReadOnlySpan<byte> source, int count, List<Group> groups, int totalMax, ulong bound, ref long bitsLeft)
    {
        var total = 0L;
        for (var index = 0; index < count; index++)
        {
            var entry = source.Slice(index * Layout.GroupSize, Layout.GroupSize);
            var numbers = BinaryPrimitives.ReadUInt32BigEndian(entry[1..]);
            if (!Layout.TryReadValue(entry[0], out var value) || numbers == 0) return DeltaFault.BadGroup;
            if (index > 0 && value.Code <= groups[^1].Value.Code) return DeltaFault.BadGroup;
            total += numbers;
            if (total > totalMax) return DeltaFault.BadCount;
            bitsLeft -= numbers * (1L + RiceGaps.Width(bound, (int)numbers));
            if (bitsLeft < 0) return DeltaFault.BadCount;
            groups.Add(new Group(value, (int)numbers));
        }

        return DeltaFault.None;
    }

    private static bool TryReadColumn<TKey>(
        ref BitReader bits, ulong bound, List<Group> groups, Converter<ulong, TKey> convert, [NotNullWhen(true)] out ListColumn<TKey>? column)
        where TKey : struct, IComparable<TKey>
    {
        column = null;
        var total = 0;
        foreach (var group in groups) total += group.Count;
        var numbers = new ulong[total];
        var values = new ListValue[total];
        var at = 0;
        foreach (var group in groups)
        {
            if (!RiceGaps.TryRead(ref bits, bound, numbers.AsSpan(at, group.Count))) return false;
            values.AsSpan(at, group.Count).Fill(group.Value);
            at += group.Count;
        }

        column = ListColumn<TKey>.Sort(Array.ConvertAll(numbers, convert), values);
        return column is not null;
    }

    private static bool TryReadSide(ReadOnlySpan<byte> source, int count, [NotNullWhen(true)] out ListColumn<UInt128>? column, out DeltaFault fault)
    {
        column = null;
        fault = DeltaFault.WrongLength;
        if (source.Length != count * Layout.SideEntrySize) return false;
        fault = DeltaFault.BadSide;
        var keys = new UInt128[count];
        var values = new ListValue[count];
        for (var index = 0; index < count; index++)
        {
            var entry = source.Slice(index * Layout.SideEntrySize, Layout.SideEntrySize);
            keys[index] = BinaryPrimitives.ReadUInt128BigEndian(entry);
            if (index > 0 && keys[index] <= keys[index - 1]) return false;
            if (!Layout.TryReadValue(entry[Layout.FullKeySize], out values[index]) || values[index].IsAmbiguous) return false;
        }

        column = ListColumn<UInt128>.Sort(keys, values);
        fault = DeltaFault.None;
        return column is not null;
    }

    private static ListDelta Make(ReadOnlySpan<byte> source, ListChanges changes) => new(
        source.Slice(Layout.BaseHashOffset, Layout.HashSize).ToArray(), source.Slice(Layout.ResultOffset, Layout.HashSize).ToArray())
    {
        Epoch = BinaryPrimitives.ReadInt32BigEndian(source[Layout.EpochOffset..]),
        From = BinaryPrimitives.ReadInt32BigEndian(source[Layout.FromOffset..]),
        To = BinaryPrimitives.ReadInt32BigEndian(source[Layout.ToOffset..]),
        AsOf = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(source[Layout.AsOfOffset..])),
        BaseEntryCount = BinaryPrimitives.ReadInt64BigEndian(source[Layout.BaseEntriesOffset..]),
        Changes = changes,
    };

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Group(ListValue Value, int Count);
}
