using System.Globalization;
using Distribution;
using Verifier.AllowList;

namespace Province.Lists;

/// <summary>What is said of one subject.</summary>
/// <param name="Key">The subject, in full.</param>
/// <param name="Value">What holds from now on; the default removes.</param>
/// <param name="Line">Where it was said, from 1.</param>
internal readonly record struct SubjectChange(SubjectKey Key, ListValue Value, long Line);

/// <summary>What changes come to.</summary>
/// <param name="Changes">The changes, counted in the base.</param>
/// <param name="Inserted">The full keys of all subjects inserted since the base.</param>
internal sealed record ResolvedChanges(ListChanges Changes, InsertedKeys Inserted);

/// <summary>
/// Counts changes of subjects in a base, given the state before them. Rules for each subject, in checking order:
/// <list type="number">
/// <item>It stands once among the changes.</item>
/// <item>Its 56-bit key is ambiguous already: it is changed in full.</item>
/// <item>Its key is that of another subject: the key becomes ambiguous, and both are given in full, for ever after.</item>
/// <item>Its key is its own: the entry of the base, or the inserted key, takes the value.</item>
/// <item>Its key is new: it is inserted.</item>
/// <item>Nobody is removed who is not listed: a wrong list of changes shows here.</item>
/// </list>
/// What already holds is no change. So the same states give the same changes.
/// </summary>
internal sealed class ChangeResolver
{
    private readonly ListBase list;
    private readonly DeltaOverlay state;
    private readonly InsertedKeys inserted;
    private readonly Dictionary<int, ListValue> ranks = [];
    private readonly Dictionary<ulong, ListValue> inserts = [];
    private readonly Dictionary<UInt128, ListValue> side = [];
    private readonly Dictionary<ulong, SubjectKey> newcomers = [];

    private ChangeResolver(ListBase list, DeltaOverlay state, InsertedKeys inserted)
    {
        this.list = list;
        this.state = state;
        this.inserted = inserted;
    }

    /// <summary>Counts changes, given in any order.</summary>
    /// <param name="list">The base.</param>
    /// <param name="state">All changes since it, without these.</param>
    /// <param name="inserted">The full keys of subjects inserted since it.</param>
    /// <param name="changes">What is said now.</param>
    /// <exception cref="CommandFailure">A subject stands twice, is removed and not listed, or there are too many changes.</exception>
    public static ResolvedChanges Resolve(ListBase list, DeltaOverlay state, InsertedKeys inserted, IEnumerable<SubjectChange> changes)
    {
        if (!state.BaseHash.SequenceEqual(list.Index.Hash)) throw new ArgumentException("The state of another base.", nameof(state));
        var resolver = new ChangeResolver(list, state, inserted);
        var before = default(SubjectChange);
        foreach (var change in changes.OrderBy(static one => one.Key.Full).ThenBy(static one => one.Line))
        {
            if (before.Line > 0 && before.Key == change.Key)
                throw new CommandFailure(Text($"line {change.Line}: the subject of line {before.Line} again. Name each once."));
            resolver.Take(change);
            before = change;
        }

        var counted = ListChanges.Of(resolver.ranks, resolver.inserts, resolver.side);
        if (!counted.IsWithinLimits) throw new CommandFailure("These are more changes than a delta holds: build a new base.");
        return new ResolvedChanges(counted, inserted.With(resolver.newcomers.Values));
    }

    private void Take(SubjectChange change)
    {
        var key = change.Key;
        var found = list.Find(key.Page);
        var isKnown = TryCurrent(key.Page, found, out var value);
        if (isKnown && value.IsAmbiguous)
        {
            Set(change, CurrentInFull(key), newValue => side[key.Full] = newValue);
            return;
        }

        var owner = OwnerOf(key.Page, found);
        if (isKnown && owner != key)
        {
            if (change.Value == default) throw NotListed(change);
            SetKey(key.Page, found, ListValue.Ambiguous);
            side[owner.Full] = value;
            side[key.Full] = change.Value;
            return;
        }

        Set(change, value, newValue => SetKey(key.Page, found, newValue));
        if (!isKnown) newcomers[key.Page] = key;
    }

    private static void Set(SubjectChange change, ListValue current, Action<ListValue> set)
    {
        if (change.Value == default && current == default) throw NotListed(change);
        if (change.Value != current) set(change.Value);
    }

    private void SetKey(ulong pageKey, BaseEntry found, ListValue value)
    {
        if (found.Rank >= 0) ranks[found.Rank] = value;
        else inserts[pageKey] = value;
    }

    // What holds now, these changes so far included: two of them may share a key.
    private bool TryCurrent(ulong pageKey, BaseEntry found, out ListValue value)
    {
        if (found.Rank < 0) return inserts.TryGetValue(pageKey, out value) || state.Changes.Inserts.TryFind(pageKey, out value);
        if (!ranks.TryGetValue(found.Rank, out value) && !state.Changes.Ranks.TryFind(found.Rank, out value)) value = found.Value;
        return true;
    }

    private SubjectKey OwnerOf(ulong pageKey, BaseEntry found)
    {
        if (found.Rank >= 0) return found.Subject;
        return newcomers.TryGetValue(pageKey, out var owner) || inserted.TryFind(pageKey, out owner) ? owner : default;
    }

    private ListValue CurrentInFull(SubjectKey key)
    {
        if (!side.TryGetValue(key.Full, out var value) && !state.Changes.Side.TryFind(key.Full, out value)) list.Index.TryFindAmbiguous(key, out value);
        return value;
    }

    private static CommandFailure NotListed(SubjectChange change) =>
        new(Text($"line {change.Line}: removes a subject that is not on the list."));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
