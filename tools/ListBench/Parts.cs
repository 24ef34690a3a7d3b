using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Distribution;
using Distribution.Lists;
using Province.Lists;
using Verifier.AllowList;

namespace ListBench;

/// <summary>What is measured, each part in a process of its own: memory and caches of one do not touch another.</summary>
internal sealed class Parts(string folder, long entries)
{
    public const int ColdLookUps = 1_000;
    public const int WarmLookUps = 200_000;
    public const int Known = 5_000_000;
    public const int Tampered = 500;
    public const int DaysOfWeek = 7;
    public static readonly int[] ChangeCounts = [2_700, 65_000];
    private const double Million = 1_000_000;

    private string Keys => Path.Combine(folder, "sorted.keys");

    public JsonObject Prepare()
    {
        Directory.CreateDirectory(folder);
        KeyFile.Write(Keys, entries);
        return [];
    }

    public JsonObject Build(string engine)
    {
        var target = FolderOf(engine);
        Directory.CreateDirectory(target);
        Kernel.Warm(Keys);
        var began = Stopwatch.GetTimestamp();
        Engine.Build(engine, target, KeyFile.Read(Keys), entries);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        using var store = Engine.Open(engine, target);
        return new JsonObject
        {
            ["buildSeconds"] = seconds,
            ["bytesPerEntry"] = (double)store.Files.Sum(static path => new FileInfo(path).Length) / entries,
        };
    }

    public JsonObject Serve(string engine)
    {
        var hits = Enumerable.Range(0, WarmLookUps).Select(number => Crowd.Key(Crowd.Pick(number, 1, entries))).ToArray();
        var misses = Enumerable.Range(0, WarmLookUps).Select(number => Crowd.Key(entries + number)).ToArray();
        using (var rehearsal = Engine.Open(engine, FolderOf(engine))) rehearsal.Find(hits[0]);
        var times = new double[WarmLookUps];
        var result = new JsonObject();
        var files = Directory.GetFiles(FolderOf(engine));
        foreach (var path in files) DropFile(path, mapped: null);
        var read = Kernel.BytesRead;
        using var store = Engine.Open(engine, FolderOf(engine));
        store.Find(hits[0]);
        result["bytesReadToFirstAnswer"] = Kernel.BytesRead - read;

        Cold(store, hits, "Hit", result);
        Cold(store, misses, "Miss", result);
        foreach (var path in store.Files) Kernel.Warm(path);
        Warm(store, hits, times, "Hit", result);
        Warm(store, misses, times, "Miss", result);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 10_000; number++) store.Find(hits[number]);
        result["allocatedPerLookUp"] = (GC.GetAllocatedBytesForCurrentThread() - allocated) / 10_000.0;
        return result;
    }

    /// <summary>Memory above a runtime that has done nothing: code that is compiled for the look-ups counts as the store's.</summary>
    public JsonObject Memory(string engine)
    {
        var mapped = Kernel.FileBacked;
        var anonymous = Kernel.Anonymous;
        using var store = Engine.Open(engine, FolderOf(engine));
        for (var number = 0; number < WarmLookUps; number++)
        {
            store.Find(Crowd.Key(Crowd.Pick(number, 1, entries)));
            store.Find(Crowd.Key(entries + number));
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        return new JsonObject
        {
            ["anonymousMib"] = (Kernel.Anonymous - anonymous) / 1048576.0,
            ["fileMib"] = (Kernel.FileBacked - mapped) / 1048576.0,
        };
    }

    public JsonObject Check()
    {
        using var store = (ListEngine)Engine.Open("list", FolderOf("list"));
        Kernel.Warm(store.Files[0]);
        var wrong = 0L;
        for (var number = 0L; number < Known; number++)
        {
            var subject = Crowd.Pick(number, 2, entries);
            if (store.Find(Crowd.Key(subject)) != Crowd.Value(subject).Code) wrong++;
        }

        var wrongUnknown = 0L;
        for (var number = 0L; number < Known; number++) wrongUnknown += store.Find(Crowd.Key(entries + number)) == 0 ? 0 : 1;
        var (visited, reported, coloured) = Tamper(store);
        return new JsonObject
        {
            ["wrongKnown"] = wrong,
            ["wrongUnknown"] = wrongUnknown,
            ["tamperedVisited"] = visited,
            ["tamperedReported"] = reported,
            ["tamperedColours"] = coloured,
        };
    }

    public JsonObject Delta(string engine)
    {
        var result = new JsonObject();
        var files = BaseFiles.Of(FolderOf("list"), 1);
        using var list = ListBase.Open(files);
        var state = DeltaOverlay.Start(list.Index);
        var inserted = InsertedKeys.None;
        using var store = Engine.Open(engine, FolderOf(engine));
        foreach (var path in store.Files) Kernel.Warm(path);
        foreach (var (count, stream, isMeasured) in new[] { (200, 3UL, false), (ChangeCounts[0], 4UL, true), (ChangeCounts[1], 5UL, true) })
        {
            // First as a gate meets the changes of an hour: nobody has touched most of the file since the last ones.
            if (isMeasured)
            {
                (var onCold, state, inserted) = ChangeFile.Make(list, state, inserted, entries, count, stream + 10);
                foreach (var path in Directory.GetFiles(FolderOf(engine))) DropFile(path, store.Mapped);
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
        var files = BaseFiles.Of(FolderOf("list"), 1);
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
        File.WriteAllBytes(Path.Combine(folder, "week.delta"), closing.ToBytes());

        // The publisher's own way to the next base: all entries anew, sorted and packed.
        var next = Path.Combine(folder, "next.gal");
        var index = AllowListWriter.Write(next, NextHeader(state), Merged(truth));
        File.WriteAllBytes(Path.Combine(folder, "next.idx"), index);
        return new JsonObject { ["weekWireBytes"] = closing.ToBytes().Length, ["daysWireBytes"] = wire, ["weekChanges"] = truth.Count };
    }

    public JsonObject Rebase()
    {
        var files = BaseFiles.Of(FolderOf("list"), 1);
        if (!AllowListIndex.TryRead(File.ReadAllBytes(files.Index), out var index, out _)) throw new InvalidDataException("The base is broken.");
        using var pages = PageFile.Open(files.Pages);
        var began = Stopwatch.GetTimestamp();
        if (!ListDelta.TryRead(File.ReadAllBytes(Path.Combine(folder, "week.delta")), out var delta, out _)) throw new InvalidDataException("The week is broken.");
        if (!DeltaOverlay.Start(index).TryApply(delta, out var state, out _)) throw new InvalidDataException("The week does not apply.");
        var made = Path.Combine(folder, "rebased.gal");
        var madeIndex = ListMerge.Write(made, index, pages.TryRead, state, NextHeader(state));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var isSame = madeIndex.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, "next.idx"))) && SameFile(made, Path.Combine(folder, "next.gal"));
        File.Delete(made);
        File.Delete(Path.Combine(folder, "next.gal"));
        return new JsonObject { ["rebaseSeconds"] = seconds, ["rebasePeakMib"] = Kernel.Peak / 1048576.0, ["rebaseIdentical"] = isSame ? 1 : 0 };
    }

    /// <summary>The companion with the full keys, which only the authority needs, is no part of the build that is compared.</summary>
    public JsonObject Companion()
    {
        var files = BaseFiles.Of(FolderOf("list"), 1);
        var again = Path.Combine(folder, "again.gal");
        var began = Stopwatch.GetTimestamp();
        var index = AllowListWriter.Write(again, ListEngine.Header, KeyFile.Read(Keys), files.Full);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var isSame = index.AsSpan().SequenceEqual(File.ReadAllBytes(files.Index)) && SameFile(again, files.Pages);
        File.Delete(again);
        return new JsonObject { ["buildWithCompanionSeconds"] = seconds, ["builtTwiceIdentical"] = isSame ? 1 : 0 };
    }

    /// <summary>Writes people in no order, as a list's lines.</summary>
    public JsonObject Lines()
    {
        using var stream = new FileStream(Path.Combine(folder, "people.csv"), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        var line = new StringBuilder();
        for (var subject = 0L; subject < entries; subject++)
        {
            line.Clear();
            line.Append(CultureInfo.InvariantCulture, $"person,{Crowd.Key(subject).Full:x32},{Words(Crowd.Value(subject))}\n");
            stream.Write(Encoding.ASCII.GetBytes(line.ToString()));
        }

        return [];
    }

    private static string Words(ListValue value) => value.Colour switch
    {
        Colour.Yellow => $"yellow,{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.YellowReason.ToString())}",
        Colour.Red => "red",
        _ => "green",
    };

    private static void Cold(Engine store, SubjectKey[] keys, string name, JsonObject result)
    {
        // What an engine keeps of its own (upper pages of a tree) is filled first.
        for (var number = ColdLookUps; number < 3 * ColdLookUps; number++) store.Find(keys[number]);
        var pages = new long[ColdLookUps];
        var dropped = store.Files.Select(static path => File.OpenHandle(path, share: FileShare.ReadWrite)).ToArray();
        for (var number = 0; number < ColdLookUps; number++)
        {
            foreach (var file in dropped) Kernel.Drop(file, store.Mapped);
            var before = Kernel.BytesRead;
            store.Find(keys[number]);
            pages[number] = (Kernel.BytesRead - before) / Kernel.PageSize;
        }

        // Kinder to trees: what one look-up fetched of the upper levels serves the next.
        foreach (var file in dropped) Kernel.Drop(file, store.Mapped);
        var once = Kernel.BytesRead;
        for (var number = ColdLookUps; number < 2 * ColdLookUps; number++) store.Find(keys[number]);
        result["coldPagesOnce" + name] = (Kernel.BytesRead - once) / (double)(Kernel.PageSize * ColdLookUps);
        foreach (var file in dropped) file.Dispose();
        result["coldPages" + name] = pages.Average();
        result["coldPagesLeast" + name] = pages.Min();
        result["coldPagesMost" + name] = pages.Max();
    }

    private static void Warm(Engine store, SubjectKey[] keys, double[] times, string name, JsonObject result)
    {
        for (var round = 0; round < 2; round++)
        {
            for (var number = 0; number < keys.Length; number++)
            {
                var began = Stopwatch.GetTimestamp();
                store.Find(keys[number]);
                times[number] = (Stopwatch.GetTimestamp() - began) * Million / Stopwatch.Frequency;
            }
        }

        Array.Sort(times);
        result["warmP50Us" + name] = times[times.Length / 2];
        result["warmP99Us" + name] = times[times.Length * 99 / 100];
    }

    private static (int Visited, int Reported, int Coloured) Tamper(ListEngine store)
    {
        var reported = new HashSet<int>();
        using var pages = PageFile.Open(store.Files[0]);
        var reader = new AllowListReader(store.Index, pages.TryRead, onTampered: page => reported.Add(page));
        using var file = File.OpenHandle(store.Files[0], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var step = Math.Max(1, store.Index.PageCount / Tampered);
        int visited = 0, coloured = 0;
        Span<byte> one = stackalloc byte[1];
        Span<byte> flipped = stackalloc byte[1];
        for (var page = 0; page < store.Index.PageCount && visited < Tampered; page += step, visited++)
        {
            var bit = Crowd.Pick(page, 6, ListPageLayout.PageSize * 8L);
            var at = ((page + 1L) * ListPageLayout.PageSize) + (bit / 8);
            RandomAccess.Read(file, one, at);
            flipped[0] = (byte)(one[0] ^ (1 << (int)(bit % 8)));
            RandomAccess.Write(file, flipped, at);
            var key = SubjectKey.FromFull((UInt128)store.Index.FirstKey(page) << (128 - SubjectKey.PageBits));
            if (reader.Find(SubjectKind.Person, key).Kind == ListAnswerKind.Listed) coloured++;
            RandomAccess.Write(file, one, at);
        }

        return (visited, reported.Count, coloured);
    }

    private IEnumerable<ListEntry> Merged(SortedDictionary<UInt128, ListValue> changes)
    {
        using var changed = changes.GetEnumerator();
        var hasChange = changed.MoveNext();
        foreach (var entry in KeyFile.Read(Keys))
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

    private string FolderOf(string engine) => Path.Combine(folder, engine);

    private static string Name(string what, int count) => string.Create(CultureInfo.InvariantCulture, $"{what}{count}");

    private static void DropFile(string path, string? mapped)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite);
        Kernel.Drop(file, mapped);
    }

    private static bool SameFile(string one, string other)
    {
        using var first = File.OpenRead(one);
        using var second = File.OpenRead(other);
        return System.Security.Cryptography.SHA256.HashData(first).AsSpan().SequenceEqual(System.Security.Cryptography.SHA256.HashData(second));
    }
}
