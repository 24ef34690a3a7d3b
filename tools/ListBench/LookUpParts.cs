using System.Diagnostics;
using System.Text.Json.Nodes;
using Distribution;
using Verifier.AllowList;

namespace ListBench;

/// <summary>Looking up: cold, warm, in how much memory, and never wrong.</summary>
internal sealed class LookUpParts(BenchFolder folder, long entries)
{
    public const int ColdLookUps = 1_000;
    public const int WarmLookUps = 200_000;
    public const int Known = 5_000_000;
    public const int Tampered = 500;
    private const double Million = 1_000_000;

    public JsonObject Serve(string engine)
    {
        var (hits, misses) = (Hits(), Misses());
        using (var rehearsal = Engine.Open(engine, folder.Of(engine))) rehearsal.Find(hits[0]);
        var result = new JsonObject();
        var files = Directory.GetFiles(folder.Of(engine));
        foreach (var path in files) BenchFolder.Drop(path, mapped: null);
        var read = Kernel.BytesRead;
        using var store = Engine.Open(engine, folder.Of(engine));
        store.Find(hits[0]);
        result["bytesReadToFirstAnswer"] = Kernel.BytesRead - read;

        Cold(store, hits, "Hit", result);
        Cold(store, misses, "Miss", result);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 10_000; number++) store.Find(hits[number]);
        result["allocatedPerLookUp"] = (GC.GetAllocatedBytesForCurrentThread() - allocated) / 10_000.0;
        return result;
    }

    public JsonObject Warm(string engine)
    {
        var result = new JsonObject();
        using var store = Engine.Open(engine, folder.Of(engine));
        foreach (var path in store.Files) Kernel.Warm(path);
        Warm(store, Hits(), "Hit", result);
        Warm(store, Misses(), "Miss", result);
        return result;
    }

    /// <summary>Memory above a runtime that has done nothing: code that is compiled for the look-ups counts as the store's.</summary>
    public JsonObject Memory(string engine)
    {
        var mapped = Kernel.FileBacked;
        var anonymous = Kernel.Anonymous;
        using var store = Engine.Open(engine, folder.Of(engine));
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
        using var store = (ListEngine)Engine.Open("list", folder.Of("list"));
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

    private SubjectKey[] Hits() => [.. Enumerable.Range(0, WarmLookUps).Select(number => Crowd.Key(Crowd.Pick(number, 1, entries)))];

    private SubjectKey[] Misses() => [.. Enumerable.Range(0, WarmLookUps).Select(number => Crowd.Key(entries + number))];

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

    private static void Warm(Engine store, SubjectKey[] keys, string name, JsonObject result)
    {
        var times = new double[keys.Length];
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
            var (first, last) = Ends(store.Index, page, pages);
            var (ofFirst, ofLast) = (reader.Find(SubjectKind.Person, first), reader.Find(SubjectKind.Person, last));
            RandomAccess.Read(file, one, at);
            flipped[0] = (byte)(one[0] ^ (1 << (int)(bit % 8)));
            RandomAccess.Write(file, flipped, at);
            // A look-up believes and needs one half of the page: the first key stands in the left one, the last in the right one.
            var isRight = bit / 8 >= ListPageLayout.HalfSize;
            if (reader.Find(SubjectKind.Person, isRight ? last : first).Kind == ListAnswerKind.Listed) coloured++;
            if (reader.Find(SubjectKind.Person, isRight ? first : last) is { Kind: ListAnswerKind.Listed } other && other != (isRight ? ofFirst : ofLast)) coloured++;
            RandomAccess.Write(file, one, at);
        }

        return (visited, reported.Count, coloured);
    }

    private static (SubjectKey First, SubjectKey Last) Ends(AllowListIndex index, int number, PageFile pages)
    {
        var bytes = new byte[ListPageLayout.PageSize];
        var keys = new ulong[ListPageLayout.EntriesMax];
        var values = new ListValue[ListPageLayout.EntriesMax];
        if (!pages.TryRead(number, 0, bytes) || !index.TryDecode(number, bytes, keys, values))
            throw new InvalidDataException($"Page {number} is broken.");
        return (Of(keys[0]), Of(keys[index.EntriesOf(number) - 1]));

        static SubjectKey Of(ulong key) => SubjectKey.FromFull((UInt128)key << (128 - SubjectKey.PageBits));
    }
}
