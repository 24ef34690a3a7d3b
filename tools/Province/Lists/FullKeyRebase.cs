using System.Diagnostics;
using Distribution;
using Verifier.AllowList;

namespace Province.Lists;

/// <summary>
/// Makes the companion of the next base, so that changes can be counted in that one: for each entry, whose it is, from the
/// base before and what changed since. Rules, for each key of the next base:
/// <list type="number">
/// <item>Ambiguous: nobody's; its subjects stand in the side table.</item>
/// <item>Ambiguous before and not any more: the one of its subjects who is left.</item>
/// <item>In the base before: the same subject, whatever its value became.</item>
/// <item>Otherwise the subject that was inserted.</item>
/// </list>
/// </summary>
internal static class FullKeyRebase
{
    /// <summary>Writes the companion.</summary>
    /// <param name="path">Where; overwritten.</param>
    /// <param name="list">The base before.</param>
    /// <param name="state">All changes since it.</param>
    /// <param name="inserted">The full keys of subjects inserted since it.</param>
    /// <param name="nextIndex">The index of the next base.</param>
    /// <param name="readNext">Reads the pages of the next base.</param>
    /// <exception cref="CommandFailure">A page is not the one that its index names, or a key is nobody's.</exception>
    public static void Write(
        string path, ListBase list, DeltaOverlay state, InsertedKeys inserted, ReadOnlyMemory<byte> nextIndex, PageRead readNext)
    {
        if (!AllowListIndex.TryRead(nextIndex, out var next, out var fault)) throw new CommandFailure($"The next base has no index: {fault}.");
        using var rests = FullKeyWriter.Create(path);
        var bytes = new byte[ListPageLayout.PageSize];
        var keys = new ulong[ListPageLayout.EntriesMax];
        var values = new ListValue[ListPageLayout.EntriesMax];
        for (var number = 0; number < next.PageCount; number++)
        {
            if (!readNext(number, 0, bytes) || !next.TryDecode(number, bytes, keys, values))
                throw new CommandFailure($"Page {number} of the next base is broken.");
            for (var index = 0; index < next.EntriesOf(number); index++)
                rests.Add(values[index].IsAmbiguous ? default : OwnerOf(keys[index], list, state, inserted));
        }

        rests.Finish(nextIndex.Span);
    }

    private static SubjectKey OwnerOf(ulong key, ListBase list, DeltaOverlay state, InsertedKeys inserted)
    {
        var found = list.Find(key);
        var value = found.Value;
        if (found.Rank < 0) state.Changes.Inserts.TryFind(key, out value);
        else if (state.Changes.Ranks.TryFind(found.Rank, out var changed)) value = changed;
        if (value.IsAmbiguous) return LastOf(key, list, state);
        if (found.Rank >= 0) return found.Subject;
        return inserted.TryFind(key, out var owner) ? owner : throw new CommandFailure("A key of the next base is nobody's: the keys inserted since the base are not complete.");
    }

    private static SubjectKey LastOf(ulong key, ListBase list, DeltaOverlay state)
    {
        var sharers = new SortedDictionary<UInt128, ListValue>();
        list.Index.CopySharers(key, sharers);
        state.Changes.CopySharers(key, sharers);
        foreach (var (full, value) in sharers)
        {
            if (value != default) return SubjectKey.FromFull(full);
        }

        throw new UnreachableException("A key that stands in the next base has a subject.");
    }
}
