namespace Verifier.AllowList;

/// <summary>
/// Where things stand in <c>delta-EPOCH-FROM-TO</c>; docs/formats/allow-list.md. Integers are big-endian.
/// <code>
/// 0     4  magic "GALD"
/// 4     2  format 1
/// 6     1  groups of ranks g, 0 to 12
/// 7     1  groups of inserted keys i, 0 to 12
/// 8     4  epoch, 1 to 2^31-1
/// 12    4  from, 0 to 2^31-1
/// 16    4  to, above from, to 2^31-1
/// 20    4  full keys s, 0 to 4,096
/// 24    8  as-of of the state at "to", Unix seconds
/// 32    8  entries of the base: the bound of ranks
/// 40   32  SHA-256 of the base's index
/// 72   32  SHA-256 of the overlay at "to"
/// 104  5(g+i)  per group: value (1), count (4, from 1); values rise within ranks and within inserted keys
/// .     .  Rice-coded gaps of each group, one after the other, then zero bits to the next byte
/// .   17s  per full key: key (16), value (1); keys rise strictly
/// </code>
/// </summary>
internal static class ListDeltaLayout
{
    public const ushort Format = 1;
    public const int FormatOffset = 4;
    public const int RankGroupsOffset = 6;
    public const int InsertGroupsOffset = 7;
    public const int EpochOffset = 8;
    public const int FromOffset = 12;
    public const int ToOffset = 16;
    public const int SideCountOffset = 20;
    public const int AsOfOffset = 24;
    public const int BaseEntriesOffset = 32;
    public const int BaseHashOffset = 40;
    public const int ResultOffset = 72;
    public const int HeaderSize = 104;

    public const int HashSize = 32;
    public const int GroupSize = 1 + sizeof(int);
    public const int SideEntrySize = 17;
    public const int FullKeySize = 16;

    /// <summary>Ten values of a listed subject, "ambiguous" and "removed".</summary>
    public const int GroupsMax = 12;

    /// <summary>Inserted keys are below this.</summary>
    public const ulong KeyBound = 1UL << SubjectKey.PageBits;

    public static ReadOnlySpan<byte> Magic => "GALD"u8;

    /// <summary>A value of a delta: zero removes.</summary>
    public static bool TryReadValue(byte code, out ListValue value)
    {
        value = default;
        return code == 0 || ListValue.TryRead(code, out value);
    }
}
