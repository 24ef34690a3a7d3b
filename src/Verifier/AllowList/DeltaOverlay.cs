using System.Diagnostics.CodeAnalysis;

namespace Verifier.AllowList;

/// <summary>Why a delta cannot be applied.</summary>
public enum OverlayFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The delta of another epoch.</summary>
    WrongEpoch,

    /// <summary>Its ranks are counted in another base.</summary>
    WrongBase,

    /// <summary>It begins after the state that is here.</summary>
    Gap,

    /// <summary>It ends before the state that is here.</summary>
    Older,

    /// <summary>With it there would be more changes than an overlay holds.</summary>
    TooMany,

    /// <summary>The state it leads to is not the one that was signed.</summary>
    WrongResult,
}

/// <summary>
/// All changes of a list since its base: the last value of each entry, inserted key and full key that any delta named. It
/// is the same whichever way of deltas led there. Immutable: applying a delta gives a new one. Any thread.
/// </summary>
public sealed class DeltaOverlay
{
    private readonly byte[] baseHash;
    private readonly Lazy<byte[]> hash;

    private DeltaOverlay(byte[] baseHash, int epoch, long baseEntryCount, int sequence, DateTimeOffset asOf, ListChanges changes)
    {
        this.baseHash = baseHash;
        Epoch = epoch;
        BaseEntryCount = baseEntryCount;
        Sequence = sequence;
        AsOf = asOf;
        Changes = changes;
        hash = new Lazy<byte[]>(() => OverlayHash.Of(this));
    }

    /// <summary>The epoch of the list.</summary>
    public int Epoch { get; }

    /// <summary>The sequence that this state is.</summary>
    public int Sequence { get; }

    /// <summary>When this state was true.</summary>
    public DateTimeOffset AsOf { get; }

    /// <summary>How many entries the base has.</summary>
    public long BaseEntryCount { get; }

    /// <summary>The changes.</summary>
    public ListChanges Changes { get; }

    /// <summary>How many entries there are more, or fewer, than in the base.</summary>
    public int EntriesMore => Changes.Inserts.Count - Changes.Inserts.CountOf(default) - Changes.Ranks.CountOf(default);

    /// <summary>SHA-256 of the base's index, 32 bytes.</summary>
    public ReadOnlySpan<byte> BaseHash => baseHash;

    /// <summary>SHA-256 of this state, 32 bytes: what a delta signs as its result. Layout: docs/formats/allow-list.md.</summary>
    public ReadOnlySpan<byte> Hash => hash.Value;

    /// <summary>The state of a base without changes.</summary>
    public static DeltaOverlay Start(AllowListIndex index) => new(
        index.Hash.ToArray(), index.Header.Epoch, index.EntryCount, index.Header.Sequence, index.Header.AsOf, ListChanges.None);

    /// <summary>The state after changes, on the publisher's side.</summary>
    /// <exception cref="ArgumentException">The sequence is not above this one, a rank is outside the base, or there are too many changes.</exception>
    public DeltaOverlay With(ListChanges changes, int sequence, DateTimeOffset asOf)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(sequence, Sequence);
        ArgumentOutOfRangeException.ThrowIfLessThan(asOf, DateTimeOffset.UnixEpoch);
        if (changes.Ranks.Count > 0) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(changes.Ranks.Keys[^1], BaseEntryCount, nameof(changes));
        var next = After(changes, sequence, DateTimeOffset.FromUnixTimeSeconds(asOf.ToUnixTimeSeconds()));
        return next.Changes.IsWithinLimits ? next : throw new ArgumentException("More changes than an overlay holds: publish a new base.", nameof(changes));
    }

    /// <summary>Applies a delta that begins at this state or before it and ends at it or after. Rules in the order of the faults.</summary>
    /// <param name="delta">The delta.</param>
    /// <param name="next">The new state, which hashes to what was signed.</param>
    /// <param name="fault">Why there is none.</param>
    public bool TryApply(ListDelta delta, [NotNullWhen(true)] out DeltaOverlay? next, out OverlayFault fault)
    {
        if (!TryFollow(delta, out next, out fault)) return false;
        if (next.Hash.SequenceEqual(delta.Result)) return true;
        next = null;
        fault = OverlayFault.WrongResult;
        return false;
    }

    /// <summary>
    /// Applies a delta without a look at the state it leads to: only on the way to one whose result is then checked.
    /// </summary>
    public bool TryFollow(ListDelta delta, [NotNullWhen(true)] out DeltaOverlay? next, out OverlayFault fault)
    {
        next = null;
        fault = OverlayFault.WrongEpoch;
        if (delta.Epoch != Epoch) return false;
        fault = OverlayFault.WrongBase;
        if (!delta.BaseHash.SequenceEqual(baseHash) || delta.BaseEntryCount != BaseEntryCount) return false;
        fault = OverlayFault.Gap;
        if (delta.From > Sequence) return false;
        fault = OverlayFault.Older;
        if (delta.To < Sequence) return false;
        fault = OverlayFault.TooMany;
        var after = After(delta.Changes, delta.To, delta.AsOf);
        if (!after.Changes.IsWithinLimits) return false;
        fault = OverlayFault.None;
        next = after;
        return true;
    }

    private DeltaOverlay After(ListChanges changes, int sequence, DateTimeOffset asOf) =>
        new(baseHash, Epoch, BaseEntryCount, sequence, asOf, Changes.Then(changes));
}
