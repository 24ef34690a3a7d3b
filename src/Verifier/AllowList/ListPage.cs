using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Layout = Verifier.AllowList.ListPageLayout;

namespace Verifier.AllowList;

/// <summary>
/// One page of the list as a whole: for those that read all of it, such as a merge. A look-up reads the one half that can
/// hold its key (<see cref="AllowListReader"/>).
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly ref struct ListPage
{
    /// <summary>Size of the two hashes of a page in bytes.</summary>
    public const int HashSize = 2 * HalfHashSize;

    /// <summary>Size of the hash of a half in bytes: another half costs 2^128 attempts for a given one, 2^111 for any.</summary>
    internal const int HalfHashSize = 16;

    private readonly ListHalf leftHalf;
    private readonly ListHalf rightHalf;
    private readonly ulong firstKey;
    private readonly ulong splitKey;

    private ListPage(ulong firstKey, ulong split, ListHalf left, ListHalf right)
    {
        this.firstKey = firstKey;
        splitKey = split;
        leftHalf = left;
        rightHalf = right;
    }

    /// <summary>How many entries, 1 to 5,432.</summary>
    public int Count => leftHalf.Count + rightHalf.Count;

    /// <summary>Reads the heads of a page. <see cref="TryDecode"/> checks the rest.</summary>
    /// <param name="source">Exactly one page.</param>
    /// <param name="firstKey">The first key, from the index.</param>
    /// <param name="page">The page.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool TryOpen(ReadOnlySpan<byte> source, ulong firstKey, out ListPage page, out PageFault fault)
    {
        page = default;
        fault = PageFault.WrongSize;
        if (source.Length != Layout.PageSize) return false;
        if (!ListHalf.TryOpen(Layout.Half(source, isRight: false), firstKey, out var left, out fault)) return false;

        var split = ListHalf.SplitOf(source);
        var rest = Layout.Half(source, isRight: true);
        var right = default(ListHalf);
        fault = PageFault.NotZero;
        if (split == 0 && rest.ContainsAnyExcept((byte)0)) return false;
        fault = PageFault.BadSplit;
        if (split != ListHalf.SplitOf(rest)) return false;
        if (split != 0 && !ListHalf.TryOpen(rest, split, out right, out fault)) return false;

        fault = PageFault.None;
        page = new ListPage(firstKey, split, left, right);
        return true;
    }

    /// <summary>Decodes every entry and checks every rule of the format, so that one list has one encoding.</summary>
    /// <param name="keys">Room for <see cref="Count"/> keys.</param>
    /// <param name="values">Room for <see cref="Count"/> values.</param>
    /// <param name="fault">What is wrong.</param>
    public bool TryDecode(Span<ulong> keys, Span<ListValue> values, out PageFault fault)
    {
        if (!leftHalf.TryDecode(keys, values, out fault)) return false;
        if (splitKey == 0) return true;
        fault = PageFault.BadSplit;
        if (splitKey <= keys[leftHalf.Count - 1]) return false;
        var one = leftHalf.Count + 1;
        var offset = splitKey - firstKey;
        if (one <= Layout.HalfEntriesMax && Layout.Fits(one, Layout.Width(one, offset), offset)) return false;
        return rightHalf.TryDecode(keys[leftHalf.Count..], values[leftHalf.Count..], out fault);
    }

    /// <summary>Writes the hashes of a page: of the left and of the right half the first 16 bytes of SHA-256.</summary>
    /// <param name="page">Exactly one page.</param>
    /// <param name="hashes">Room for <see cref="HashSize"/> bytes.</param>
    public static void Hash(ReadOnlySpan<byte> page, Span<byte> hashes)
    {
        HashHalf(Layout.Half(page, isRight: false), hashes);
        HashHalf(Layout.Half(page, isRight: true), hashes[HalfHashSize..]);
    }

    /// <summary>Writes the hash of a half into the first 16 bytes of a span.</summary>
    internal static void HashHalf(ReadOnlySpan<byte> half, Span<byte> hash)
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(half, whole);
        whole[..HalfHashSize].CopyTo(hash);
    }
}
