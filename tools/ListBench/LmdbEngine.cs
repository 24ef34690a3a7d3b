using Distribution;
using Verifier.AllowList;
using static ListBench.LmdbLibrary;

namespace ListBench;

/// <summary>LMDB: one file, integer keys, appended in order; one long read transaction serves look-ups.</summary>
internal sealed class LmdbEngine : Engine
{
    private readonly string path;
    private readonly nint environment;
    private readonly uint table;
    private nint reading;

    private LmdbEngine(string path, nint environment)
    {
        this.path = path;
        this.environment = environment;
        Check(Begin(environment, 0, ReadOnlyTransaction, out reading));
        Check(OpenTable(reading, 0, IntegerKey, out table));
    }

    public override string[] Files => [path];

    public override string? Mapped => path;

    public static void Build(string folder, IEnumerable<ListEntry> sorted, long entries)
    {
        var target = PathOf(folder);
        File.Delete(target);
        var opened = OpenFile(target, (entries * 32) + (1L << 28));
        Check(Begin(opened, 0, 0, out var transaction));
        Check(OpenTable(transaction, 0, IntegerKey | Create, out var made));
        foreach (var entry in sorted) Put(transaction, made, entry.Key.Page, entry.Value.Code, Append);
        Check(Commit(transaction));
        CloseEnvironment(opened);
    }

    public static LmdbEngine Open(string folder) =>
        new(PathOf(folder), OpenFile(PathOf(folder), new FileInfo(PathOf(folder)).Length + (1L << 32)));

    public override unsafe byte Find(SubjectKey key)
    {
        var page = key.Page;
        return Get(reading, table, new Value { Size = sizeof(ulong), Address = (nint)(&page) }, out var value) == 0 ? *(byte*)value.Address : (byte)0;
    }

    public override unsafe void Apply(ChangeFile changes)
    {
        Abort(reading);
        Check(Begin(environment, 0, 0, out var transaction));
        foreach (var (key, value) in changes.Changes)
        {
            var page = key.Page;
            if (value != default) Put(transaction, table, page, value.Code, 0);
            else if (Delete(transaction, table, new Value { Size = sizeof(ulong), Address = (nint)(&page) }, 0) is not (0 or NotFound)) throw new IOException("LMDB refuses a deletion.");
        }

        Check(Commit(transaction));
        Check(Begin(environment, 0, ReadOnlyTransaction, out reading));
    }

    public override void Dispose()
    {
        Abort(reading);
        CloseEnvironment(environment);
    }

    private static string PathOf(string folder) => Path.Combine(folder, "list.lmdb");

    private static nint OpenFile(string file, long mapSize)
    {
        Check(CreateEnvironment(out var opened));
        Check(SetMapSize(opened, (nuint)mapSize));
        // Without read-ahead the peer reads as few pages as it can.
        Check(OpenEnvironment(opened, file, NoSubdirectory | NoReadAhead, 0x1A4));
        return opened;
    }

    private static unsafe void Put(nint transaction, uint to, ulong key, byte value, uint flags)
    {
        var code = LmdbLibrary.Put(
            transaction, to, new Value { Size = sizeof(ulong), Address = (nint)(&key) }, new Value { Size = 1, Address = (nint)(&value) }, flags);
        if (code is not (0 or KeyExists)) Check(code);
    }

    private static void Check(int code)
    {
        if (code != 0) throw new IOException($"LMDB: error {code}.");
    }
}
