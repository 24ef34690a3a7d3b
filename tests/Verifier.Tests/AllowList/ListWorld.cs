using Distribution;
using Verifier.AllowList;

namespace Verifier.Tests.AllowList;

/// <summary>
/// A publisher in small: a base over random subjects, some of whom share their 56-bit key, and hours of changes of every
/// kind; beside it a plain dictionary that says what a look-up must answer.
/// </summary>
internal sealed class ListWorld
{
    private static readonly ListValue[] Values =
    [
        ListValue.Of(Colour.Red), ListValue.Of(Colour.Green), ListValue.Of(Colour.Green, isStaticCodeAllowed: true),
        ListValue.Of(Colour.Yellow, YellowReason.Region), ListValue.Of(Colour.Yellow, YellowReason.FeverWithHistory),
    ];

    private readonly SplitMix random;
    private readonly Dictionary<ulong, int> ranks = [];
    private readonly Dictionary<ulong, List<UInt128>> subjects = [];
    private readonly List<UInt128> everyone = [];

    public ListWorld(ulong seed, int people, int sequence = 0)
    {
        random = new SplitMix(seed);
        for (var person = 0; person < people; person++) Add(Fresh(), AnyValue());
        var path = Path.GetTempFileName();
        var header = new AllowListHeader("33", 7, sequence, DateTimeOffset.FromUnixTimeSeconds(1_770_000_000), [SubjectKind.Person]);
        var sorted = Truth.OrderBy(static pair => pair.Key).Select(static pair => new ListEntry(SubjectKey.FromFull(pair.Key), pair.Value));
        IndexFile = AllowListWriter.Write(path, header, sorted);
        PageFile = File.ReadAllBytes(path);
        File.Delete(path);
        Assert.True(AllowListIndex.TryRead(IndexFile, out var index, out var fault), $"{fault}");
        Index = index;
        foreach (var key in subjects.Keys.Order()) ranks.Add(key, ranks.Count);
        Overlay = DeltaOverlay.Start(index);
    }

    public byte[] IndexFile { get; }

    public byte[] PageFile { get; }

    public AllowListIndex Index { get; }

    /// <summary>The newest state.</summary>
    public DeltaOverlay Overlay { get; private set; }

    /// <summary>What each subject that was ever listed has now; no entry when it was removed.</summary>
    public Dictionary<UInt128, ListValue> Truth { get; } = [];

    public IReadOnlyList<UInt128> Everyone => everyone;

    public bool ReadPage(int page, int offset, Span<byte> target) =>
        PageFile.AsSpan(((page + 1) * ListPageLayout.PageSize) + offset, target.Length).TryCopyTo(target);

    public UInt128 Stranger() => random.Wide();

    /// <summary>An hour of changes: values change and change back, subjects go, come, come back and collide.</summary>
    public ListDelta NextHour(int changes)
    {
        var rankChanges = new Dictionary<int, ListValue>();
        var inserts = new Dictionary<ulong, ListValue>();
        var side = new Dictionary<UInt128, ListValue>();
        for (var change = 0; change < changes; change++)
        {
            var isNew = everyone.Count == 0 || random.Below(5) == 0;
            var subject = isNew ? Fresh() : everyone[random.Below(everyone.Count)];
            ListValue value = random.Below(6) == 0 ? default : AnyValue();
            if (isNew) everyone.Add(subject);
            Set(subject, value, rankChanges, inserts, side);
        }

        var all = ListChanges.Of(rankChanges, inserts, side);
        var from = Overlay.Sequence;
        Overlay = Overlay.With(all, from + 1, Overlay.AsOf + TimeSpan.FromHours(1));
        return ListDelta.Between(from, Overlay, all);
    }

    private void Set(
        UInt128 subject, ListValue value, Dictionary<int, ListValue> rankChanges, Dictionary<ulong, ListValue> inserts, Dictionary<UInt128, ListValue> side)
    {
        var key = SubjectKey.FromFull(subject).Page;
        if (!subjects.TryGetValue(key, out var sharers)) subjects.Add(key, sharers = []);
        if (!sharers.Contains(subject)) sharers.Add(subject);
        Truth.Remove(subject);
        if (value != default) Truth[subject] = value;
        if (sharers.Count > 1)
        {
            foreach (var sharer in sharers) side[sharer] = Truth.GetValueOrDefault(sharer);
            value = ListValue.Ambiguous;
        }

        if (ranks.TryGetValue(key, out var rank)) rankChanges[rank] = value;
        else inserts[key] = value;
    }

    private void Add(UInt128 subject, ListValue value)
    {
        Truth[subject] = value;
        everyone.Add(subject);
        var key = SubjectKey.FromFull(subject).Page;
        if (subjects.TryGetValue(key, out var sharers)) sharers.Add(subject);
        else subjects.Add(key, [subject]);
    }

    // One subject in ten shares its 56 bits with another.
    private UInt128 Fresh()
    {
        while (true)
        {
            var subject = everyone.Count > 0 && random.Below(10) == 0
                ? ((everyone[random.Below(everyone.Count)] >> 72) << 72) | (random.Wide() >> 56)
                : random.Wide();
            if (!everyone.Contains(subject)) return subject;
        }
    }

    private ListValue AnyValue() => Values[random.Below(Values.Length)];
}
