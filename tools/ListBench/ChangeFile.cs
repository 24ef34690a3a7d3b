using Distribution;
using Province.Lists;
using Verifier.AllowList;

namespace ListBench;

/// <summary>The same changes for every engine: as keys with values, and as the delta that the authority makes of them.</summary>
internal sealed record ChangeFile(IReadOnlyList<(SubjectKey Key, ListValue Value)> Changes, byte[] Delta)
{
    // Of a hundred changes two are newcomers and one is removed.
    private const int NewPerHundred = 2;
    private const int RemovedPerHundred = 1;

    /// <summary>So many changes of the crowd, each subject once, as the authority resolves them over the state so far.</summary>
    public static (ChangeFile File, DeltaOverlay State, InsertedKeys Inserted) Make(
        ListBase list, DeltaOverlay state, InsertedKeys inserted, long entries, int count, ulong stream)
    {
        var subjects = new HashSet<long>();
        var changes = new List<(SubjectKey Key, ListValue Value)>();
        var newcomers = (long)stream << 32;
        for (var number = 0L; changes.Count < count; number++)
        {
            var kind = number % 100;
            if (kind < NewPerHundred)
            {
                changes.Add((Crowd.Key(entries + newcomers + number), ListValue.Of(Colour.Green)));
                continue;
            }

            // Each stream has subjects of its own, so that nobody is removed twice.
            var subject = (Crowd.Pick(number, stream, entries / 16) * 16) + (long)(stream % 16);
            if (subject >= entries || !subjects.Add(subject)) continue;
            changes.Add((Crowd.Key(subject), kind < NewPerHundred + RemovedPerHundred ? default : Crowd.Other(subject)));
        }

        var resolved = ChangeResolver.Resolve(list, state, inserted, changes.Select(static (one, index) => new SubjectChange(one.Key, one.Value, index + 1)));
        var next = state.With(resolved.Changes, state.Sequence + 1, state.AsOf + TimeSpan.FromHours(1));
        var delta = ListDelta.Between(state.Sequence, next, resolved.Changes).ToBytes();
        return (new ChangeFile(changes, delta), next, resolved.Inserted);
    }
}
