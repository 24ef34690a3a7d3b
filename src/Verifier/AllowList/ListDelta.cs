using System.Diagnostics.CodeAnalysis;

namespace Verifier.AllowList;

/// <summary>What is wrong with a delta.</summary>
public enum DeltaFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Shorter than its header.</summary>
    TooShort,

    /// <summary>Longer than its limit.</summary>
    TooLarge,

    /// <summary>Not a delta of an allow-list.</summary>
    WrongMagic,

    /// <summary>A format that this program does not know.</summary>
    WrongFormat,

    /// <summary>The epoch is 0 or over 2^31-1.</summary>
    BadEpoch,

    /// <summary>A sequence is over 2^31-1, or "to" is not above "from".</summary>
    BadSequence,

    /// <summary>The moment is before 1970 or after the beginning of 9000.</summary>
    BadAsOf,

    /// <summary>A count over its limit, or more than the bytes can hold.</summary>
    BadCount,

    /// <summary>A group with a value that is none, values that do not rise, or a group without numbers.</summary>
    BadGroup,

    /// <summary>A rank outside the base, one that stands in two groups, or bits that end too early.</summary>
    BadRanks,

    /// <summary>A key over 56 bits, one that stands in two groups, or bits that end too early.</summary>
    BadInserts,

    /// <summary>A padding bit is not zero.</summary>
    NotZero,

    /// <summary>Full keys do not rise, or a value is none or ambiguous.</summary>
    BadSide,

    /// <summary>Not the length that its contents say.</summary>
    WrongLength,
}

/// <summary>
/// The changes of a list from one sequence to a later one, counted against one base: the target
/// <c>list/delta-EPOCH-FROM-TO</c>. Values are absolute: a state after FROM may take it as well. Immutable; any thread.
/// </summary>
public sealed class ListDelta
{
    /// <summary>Greatest delta in bytes.</summary>
    public const int SizeMax = 16 * 1024 * 1024;

    private readonly byte[] baseHash;
    private readonly byte[] result;

    internal ListDelta(byte[] baseHash, byte[] result)
    {
        this.baseHash = baseHash;
        this.result = result;
    }

    /// <summary>The epoch of the list, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The sequence that the changes begin at, from 0.</summary>
    public required int From { get; init; }

    /// <summary>The sequence that they lead to, above <see cref="From"/>.</summary>
    public required int To { get; init; }

    /// <summary>When the state at <see cref="To"/> was true, to the second.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>How many entries the base has: ranks are below.</summary>
    public required long BaseEntryCount { get; init; }

    /// <summary>What changed.</summary>
    public required ListChanges Changes { get; init; }

    /// <summary>SHA-256 of the index of the base, 32 bytes.</summary>
    public ReadOnlySpan<byte> BaseHash => baseHash;

    /// <summary>SHA-256 of the overlay at <see cref="To"/>: <see cref="DeltaOverlay.Hash"/>.</summary>
    public ReadOnlySpan<byte> Result => result;

    /// <summary>The changes that lead from one state to another of the same base.</summary>
    /// <param name="from">The sequence they begin at, below that of <paramref name="to"/>.</param>
    /// <param name="to">The state they lead to.</param>
    /// <param name="changes">All that changed in between.</param>
    /// <exception cref="ArgumentException">The sequence is not below, a rank is outside the base, or the changes are over their limits.</exception>
    public static ListDelta Between(int from, DeltaOverlay to, ListChanges changes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from, to.Sequence);
        if (changes.Ranks.Count > 0) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(changes.Ranks.Keys[^1], to.BaseEntryCount, nameof(changes));
        if (!changes.IsWithinLimits) throw new ArgumentException("More changes than a delta holds: publish a new base.", nameof(changes));
        return new ListDelta(to.BaseHash.ToArray(), to.Hash.ToArray())
        {
            Epoch = to.Epoch,
            From = from,
            To = to.Sequence,
            AsOf = to.AsOf,
            BaseEntryCount = to.BaseEntryCount,
            Changes = changes,
        };
    }

    /// <summary>Reads a delta. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, [NotNullWhen(true)] out ListDelta? delta, out DeltaFault fault) =>
        ListDeltaParser.TryRead(source, out delta, out fault);

    /// <summary>This delta and a newer one of the same base as one: a rung of the ladder.</summary>
    /// <exception cref="ArgumentException">Another base, a gap between them, or one that is not newer.</exception>
    public ListDelta Then(ListDelta newer)
    {
        if (newer.Epoch != Epoch || !newer.BaseHash.SequenceEqual(baseHash)) throw new ArgumentException("Another base.", nameof(newer));
        if (newer.From > To || newer.To < To) throw new ArgumentException("A gap, or not newer.", nameof(newer));
        return new ListDelta(baseHash, newer.result)
        {
            Epoch = Epoch,
            From = Math.Min(From, newer.From),
            To = newer.To,
            AsOf = newer.AsOf,
            BaseEntryCount = BaseEntryCount,
            Changes = Changes.Then(newer.Changes),
        };
    }

    /// <summary>The file. The same delta gives the same bytes.</summary>
    /// <exception cref="InvalidOperationException">It is over its limits: publish a new base.</exception>
    public byte[] ToBytes() => ListDeltaWriter.Write(this);
}
