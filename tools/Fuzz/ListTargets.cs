using Verifier.AllowList;

namespace Fuzz;

/// <summary>What a target says of some bytes.</summary>
/// <param name="Verdict">A short word: which fault, or which shape of value. A new word is a new way through the reader.</param>
/// <param name="Broken">The rule that was broken; null when none was.</param>
internal readonly record struct Outcome(string Verdict, string? Broken);

/// <summary>One reader and the rules that hold whatever the bytes.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Seeds">Files that are whole.</param>
/// <param name="Read">Reads bytes and checks the rules.</param>
internal sealed record Target(string Name, IReadOnlyList<byte[]> Seeds, Func<byte[], Outcome> Read);

/// <summary>
/// The readers of the list. Rules: none throws; what is taken is written back to the same bytes (one encoding for one
/// meaning); a look-up on arbitrary bytes ends with one of the answers; a delta that was taken can be applied or is refused
/// by name.
/// </summary>
internal static class ListTargets
{
    private static readonly ListValue Green = ListValue.Of(Colour.Green);
    private static readonly ListValue Red = ListValue.Of(Colour.Red);
    private static readonly AllowListHeader Header = new("33", 1, 3, DateTimeOffset.UnixEpoch, [SubjectKind.Person, SubjectKind.CardUid]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Target> All()
    {
        var (first, page) = MakePage(700, 1UL << 30);
        var (firstClose, closePage) = MakePage(5_000, 1);
        var header = new byte[ListPageLayout.PageSize];
        new PageFileHeader("33", 1, 2, 1_400).Write(header);
        var index = MakeIndex(first, page);
        if (!AllowListIndex.TryRead(index, out var read, out _)) throw new InvalidOperationException("The seed is no index.");
        return
        [
            new Target("header", [header], ReadHeader),
            new Target("page", [page], bytes => ReadPage(bytes, first)),
            new Target("close page", [closePage], bytes => ReadPage(bytes, firstClose)),
            new Target("index", [index], ReadIndex),
            new Target("delta", [MakeDelta(read, 40), MakeDelta(read, 1)], bytes => ReadDelta(bytes, read)),
        ];
    }

    private static Outcome ReadHeader(byte[] bytes)
    {
        if (!PageFileHeader.TryRead(bytes, out var header)) return new Outcome("refused", null);
        var again = new byte[ListPageLayout.PageSize];
        header.Write(again);
        return PageFileHeader.TryRead(again, out var same) && same == header ? new Outcome("header", null) : new Outcome("header", "a header is written as another");
    }

    private static Outcome ReadPage(byte[] bytes, ulong first)
    {
        if (!ListPage.TryOpen(bytes, first, out var page, out var fault)) return new Outcome(fault.ToString(), null);
        var keys = new ulong[page.Count];
        var values = new ListValue[page.Count];
        if (!page.TryDecode(keys, values, out fault)) return new Outcome($"decode {fault}", null);
        var writer = new ListPageWriter();
        for (var index = 0; index < keys.Length; index++)
        {
            if (!writer.TryAdd(keys[index], values[index])) return new Outcome("page", "a page holds more than a publisher puts there");
        }

        var again = new byte[ListPageLayout.PageSize];
        writer.Write(again);
        if (!again.AsSpan().SequenceEqual(bytes)) return new Outcome("page", "a second encoding of a page");
        return AreFound(bytes, keys, values) ? new Outcome("page", null) : new Outcome("page", "a look-up differs from the decoded page");
    }

    private static bool AreFound(byte[] page, ulong[] keys, ListValue[] values)
    {
        var writer = new AllowListIndexWriter(Header);
        writer.AddPage(keys[0], keys.Length, page);
        if (!AllowListIndex.TryRead(writer.ToBytes(), out var index, out _)) return false;
        var reader = new AllowListReader(index, (_, offset, target) => page.AsSpan(offset, target.Length).TryCopyTo(target));
        for (var at = 0; at < keys.Length; at += 1 + (keys.Length / 50))
        {
            var expected = values[at].IsAmbiguous ? ListAnswer.Without(ListAnswerKind.NotListed) : ListAnswer.Listed(values[at]);
            if (reader.Find(SubjectKind.Person, SubjectKey.FromFull((UInt128)keys[at] << (128 - SubjectKey.PageBits))) != expected) return false;
        }

        return true;
    }

    private static Outcome ReadIndex(byte[] bytes)
    {
        if (!AllowListIndex.TryRead(bytes, out var index, out var fault)) return new Outcome(fault.ToString(), null);
        var reader = new AllowListReader(index, (number, _, half) =>
        {
            half.Fill((byte)(number & 0xFF));
            return true;
        });
        for (var bit = 0; bit < 128; bit += 5)
        {
            var answer = reader.Find(SubjectKind.Person, SubjectKey.FromFull(UInt128.One << bit));
            if (answer.Kind == ListAnswerKind.Listed) return new Outcome("index", "an answer with a colour from a page that nobody signed");
        }

        return new Outcome(index.PageCount == 0 ? "empty index" : "index", null);
    }

    private static Outcome ReadDelta(byte[] bytes, AllowListIndex index)
    {
        if (!ListDelta.TryRead(bytes, out var delta, out var fault)) return new Outcome(fault.ToString(), null);
        if (!delta.ToBytes().AsSpan().SequenceEqual(bytes)) return new Outcome("delta", "a second encoding of a delta");
        return DeltaOverlay.Start(index).TryApply(delta, out _, out var refused) ? new Outcome("applied", null) : new Outcome($"not applied {refused}", null);
    }

    private static (ulong First, byte[] Page) MakePage(int count, ulong gap)
    {
        var writer = new ListPageWriter();
        for (var number = 0UL; number < (ulong)count; number++)
        {
            if (!writer.TryAdd((gap * (number + 1)) + (gap > 1 ? number * number % gap : 0), number % 7 == 0 ? Red : Green)) break;
        }

        var first = writer.FirstKey;
        var page = new byte[ListPageLayout.PageSize];
        writer.Write(page);
        return (first, page);
    }

    private static byte[] MakeIndex(ulong first, byte[] page)
    {
        var writer = new AllowListIndexWriter(Header);
        writer.AddPage(first, 700, page);
        writer.AddPage(first + (1UL << 50), 700, page);
        writer.AddAmbiguous(SubjectKey.FromFull(((UInt128)first << 72) | 1), Green);
        writer.AddAmbiguous(SubjectKey.FromFull(((UInt128)first << 72) | 2), Red);
        return writer.ToBytes();
    }

    private static byte[] MakeDelta(AllowListIndex index, int count)
    {
        var ranks = Enumerable.Range(0, count).Select(number => KeyValuePair.Create(number * 31, number % 3 == 0 ? default : Red));
        var inserts = Enumerable.Range(1, count).Select(number => KeyValuePair.Create((ulong)number << 40, Green));
        var side = new[] { KeyValuePair.Create((UInt128)5 << 90, Green), KeyValuePair.Create((UInt128)7 << 90, default(ListValue)) };
        var changes = ListChanges.Of(ranks, inserts, side);
        var start = DeltaOverlay.Start(index);
        return ListDelta.Between(start.Sequence, start.With(changes, start.Sequence + 1, start.AsOf), changes).ToBytes();
    }
}
