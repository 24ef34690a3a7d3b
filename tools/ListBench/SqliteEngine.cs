using Distribution;
using SQLitePCL;
using Verifier.AllowList;

namespace ListBench;

/// <summary>SQLite through its C interface: a table without rowid, an integer key, WAL with full synchronisation.</summary>
internal sealed class SqliteEngine : Engine
{
    private readonly string path;
    private readonly sqlite3 database;
    private readonly sqlite3_stmt select;

    private SqliteEngine(string path, sqlite3 database)
    {
        this.path = path;
        this.database = database;
        select = Prepare(database, "SELECT value FROM entry WHERE key = ?1");
    }

    public override string[] Files => [path];

    public static void Build(string folder, IEnumerable<ListEntry> sorted)
    {
        var target = PathOf(folder);
        File.Delete(target);
        using (var made = OpenFile(target))
        {
            Run(made, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE entry(key INTEGER PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID; BEGIN");
            using (var insert = Prepare(made, "INSERT OR REPLACE INTO entry VALUES(?1, ?2)"))
            {
                foreach (var entry in sorted) Step(insert, (long)entry.Key.Page, entry.Value.Code);
            }

            Run(made, "COMMIT");
        }

        using var file = new FileStream(target, FileMode.Open, FileAccess.ReadWrite);
        DurableFile.Flush(file);
    }

    public static SqliteEngine Open(string folder) => new(PathOf(folder), OpenFile(PathOf(folder)));

    public override byte Find(SubjectKey key)
    {
        raw.sqlite3_bind_int64(select, 1, (long)key.Page);
        var value = raw.sqlite3_step(select) == raw.SQLITE_ROW ? (byte)raw.sqlite3_column_int(select, 0) : (byte)0;
        raw.sqlite3_reset(select);
        return value;
    }

    public override void Apply(ChangeFile changes)
    {
        Run(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; BEGIN");
        using (var put = Prepare(database, "INSERT OR REPLACE INTO entry VALUES(?1, ?2)"))
        using (var remove = Prepare(database, "DELETE FROM entry WHERE key = ?1 AND ?2 = 0"))
        {
            foreach (var (key, value) in changes.Changes) Step(value == default ? remove : put, (long)key.Page, value.Code);
        }

        Run(database, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public override void Dispose()
    {
        select.Dispose();
        database.Dispose();
    }

    private static string PathOf(string folder) => Path.Combine(folder, "list.sqlite");

    private static sqlite3 OpenFile(string file)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open(file, out var opened), null);
        return opened;
    }

    private static void Run(sqlite3 on, string sql) => Check(raw.sqlite3_exec(on, sql), on);

    private static sqlite3_stmt Prepare(sqlite3 on, string sql)
    {
        Check(raw.sqlite3_prepare_v2(on, sql, out var statement), on);
        return statement;
    }

    private static void Step(sqlite3_stmt statement, long key, int value)
    {
        raw.sqlite3_bind_int64(statement, 1, key);
        raw.sqlite3_bind_int(statement, 2, value);
        if (raw.sqlite3_step(statement) != raw.SQLITE_DONE) throw new IOException("SQLite refuses a change.");
        raw.sqlite3_reset(statement);
    }

    private static void Check(int code, sqlite3? on)
    {
        if (code == raw.SQLITE_OK) return;
        throw new IOException($"SQLite: error {code}, {(on is null ? "at opening" : raw.sqlite3_errmsg(on).utf8_to_string())}.");
    }
}
