using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Distribution;
using Distribution.Lists;
using Province.Lists;
using Verifier.AllowList;

namespace ListBench;

/// <summary>Changes of an hour, a day and a week, and the next base.</summary>
internal sealed class ChangeParts(BenchFolder folder, long entries)
{
    public const int DaysOfWeek = 7;
    public static readonly int[] ChangeCounts = [2_700, 65_000];

    public JsonObject Delta(string engine)
    {
        var result = new JsonObject();
        var files = BaseFiles.Of(folder.Of("list"), 1);
        using var list = ListBase.Open(files);
        var state = DeltaOverlay.Start(list.Index);
        var inserted = InsertedKeys.None;
        using var store = Engine.Open(engine, folder.Of(engine));
        foreach (var path in store.Files) Kernel.Warm(path);
        foreach (var (count, stream, isMeasured) in new[] { (200, 3UL, false), (ChangeCounts[0], 4UL, true), (ChangeCounts[1], 5UL, true) })
        {
            // First as a gate meets the changes of an hour: nobody has touched most of the file since the last ones.
            if (isMeasured)
            {
                (var onCold, state, inserted) = ChangeFile.Make(list, state, inserted, entries, count, stream + 10);
                foreach (var path in Directory.GetFiles(folder.Of(engine))) BenchFolder.Drop(path, store.Mapped);
                var start = Stopwatch.GetTimestamp();
                store.Apply(onCold);
                result[Name("coldWallMs", count)] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                foreach (var path in store.Files) Kernel.Warm(path);
            }

            (var changes, state, inserted) = ChangeFile.Make(list, state, inserted, entries, count, stream);
            var cpu = Kernel.CpuMs;
            var written = Kernel.BytesWritten;
            var began = Stopwatch.GetTimestamp();
            store.Apply(changes);
            var wall = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (!isMeasured) continue;
            result[Name("cpuMs", count)] = Kernel.CpuMs - cpu;
            result[Name("wallMs", count)] = wall;
            result[Name("bytesWritten", count)] = Kernel.BytesWritten - written;
            result[Name("wireBytes", count)] = changes.Delta.Length;
            var wrong = changes.Changes.Count(one => store.Find(one.Key) != one.Value.Code);
            result[Name("wrong", count)] = wrong;
        }

        return result;
    }

    public JsonObject Week()
    {
        var files = BaseFiles.Of(folder.Of("list"), 1);
        using var list = ListBase.Open(files);
        var state = DeltaOverlay.Start(list.Index);
        var inserted = InsertedKeys.None;
        var wire = 0L;
        var truth = new SortedDictionary<UInt128, ListValue>();
        for (var day = 0; day < DaysOfWeek; day++)
        {
            (var changes, state, inserted) = ChangeFile.Make(list, state, inserted, entries, (int)Math.Min(ChangeCounts[^1], entries / 100), 8 + (ulong)day);
            wire += changes.Delta.Length;
            foreach (var (key, value) in changes.Changes) truth[key.Full] = value;
        }

        var closing = ListDelta.Between(0, state, state.Changes);
        File.WriteAllBytes(folder.At("week.delta"), closing.ToBytes());

        // The publisher's own way to the next base: all entries anew, sorted and packed.
        var next = folder.At("next.gal");
        var index = AllowListWriter.Write(next, NextHeader(state), Merged(truth));
        File.WriteAllBytes(folder.At("next.idx"), index);
        return new JsonObject { ["weekWireBytes"] = closing.ToBytes().Length, ["daysWireBytes"] = wire, ["weekChanges"] = truth.Count };
    }

    public JsonObject Rebase()
    {
        var files = BaseFiles.Of(folder.Of("list"), 1);
        if (!AllowListIndex.TryRead(File.ReadAllBytes(files.Index), out var index, out _)) throw new InvalidDataException("The base is broken.");
        using var pages = PageFile.Open(files.Pages);
        var began = Stopwatch.GetTimestamp();
        if (!ListDelta.TryRead(File.ReadAllBytes(folder.At("week.delta")), out var delta, out _)) throw new InvalidDataException("The week is broken.");
        if (!DeltaOverlay.Start(index).TryApply(delta, out var state, out _)) throw new InvalidDataException("The week does not apply.");
        var made = folder.At("rebased.gal");
        var madeIndex = ListMerge.Write(made, index, pages.TryRead, state, NextHeader(state));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var isSame = madeIndex.AsSpan().SequenceEqual(File.ReadAllBytes(folder.At("next.idx"))) && BenchFolder.AreSame(made, folder.At("next.gal"));
        File.Delete(made);
        File.Delete(folder.At("next.gal"));
        return new JsonObject { ["rebaseSeconds"] = seconds, ["rebasePeakMib"] = Kernel.Peak / 1048576.0, ["rebaseIdentical"] = isSame ? 1 : 0 };
    }

    private IEnumerable<ListEntry> Merged(SortedDictionary<UInt128, ListValue> changes)
    {
        using var changed = changes.GetEnumerator();
        var hasChange = changed.MoveNext();
        foreach (var entry in KeyFile.Read(folder.Keys))
        {
            for (; hasChange && changed.Current.Key < entry.Key.Full; hasChange = changed.MoveNext())
            {
                if (changed.Current.Value != default) yield return new ListEntry(SubjectKey.FromFull(changed.Current.Key), changed.Current.Value);
            }

            if (!hasChange || changed.Current.Key != entry.Key.Full)
            {
                yield return entry;
                continue;
            }

            if (changed.Current.Value != default) yield return new ListEntry(entry.Key, changed.Current.Value);
            hasChange = changed.MoveNext();
        }

        for (; hasChange; hasChange = changed.MoveNext())
        {
            if (changed.Current.Value != default) yield return new ListEntry(SubjectKey.FromFull(changed.Current.Key), changed.Current.Value);
        }
    }

    private static AllowListHeader NextHeader(DeltaOverlay state) => ListEngine.Header with { Sequence = state.Sequence, AsOf = state.AsOf };

    private static string Name(string what, int count) => string.Create(CultureInfo.InvariantCulture, $"{what}{count}");
}
