using System.Globalization;
using System.Text.Json.Nodes;

namespace ListBench;

/// <summary>The table of figures, with their limits: exact ones count at every size, the others for a whole province.</summary>
internal static class BenchTable
{
    private const long Province = 65_000_000;

    private static readonly Row[] Rows =
    [
        new("bytes an entry, with the index", "bytesPerEntry", AtMost: 5.1, SmallerThanSqlite: 3, SmallerThanLmdb: 4),
        new("build from sorted keys, s", "buildSeconds", AtMost: 10, SmallerThanLmdb: 1),
        new("the same with full keys, s", "buildWithCompanionSeconds"),
        new("built twice, same bytes", "builtTwiceIdentical", Exactly: 1),
        new("build from lines in no order, s", "linesSeconds", AtMost: 300),
        new("  its memory at most, MiB", "linesPeakMib", AtMost: 1_024),
        new("read from open to first answer, bytes", "bytesReadToFirstAnswer", AtMost: 3_500_000),
        new("cold pages, hit", "coldPagesHit", Exactly: 1),
        new("  most", "coldPagesMostHit", Exactly: 1),
        new("  cache dropped once for 1,000", "coldPagesOnceHit"),
        new("cold pages, miss", "coldPagesMiss", Exactly: 1),
        new("  most", "coldPagesMostMiss", Exactly: 1),
        new("  cache dropped once for 1,000", "coldPagesOnceMiss"),
        new("warm hit p50, us", "warmP50UsHit", AtMost: 6, SmallerThanSqlite: 2.8),
        new("warm hit p99, us", "warmP99UsHit"),
        new("warm miss p50, us", "warmP50UsMiss", AtMost: 6, SmallerThanSqlite: 2.8),
        new("warm miss p99, us", "warmP99UsMiss"),
        new("allocation a look-up, bytes", "allocatedPerLookUp", Exactly: 0),
        new("anonymous memory, MiB", "anonymousMib", AtMost: 20),
        new("file memory, MiB", "fileMib"),
        new("wrong of 5,000,000 known", "wrongKnown", Exactly: 0),
        new("wrong of 5,000,000 unknown", "wrongUnknown", Exactly: 0),
        new("pages with a flipped bit, visited", "tamperedVisited"),
        new("  reported", "tamperedReported"),
        new("  with a colour", "tamperedColours", Exactly: 0),
        new("2,700 changes: wire, bytes", "wireBytes2700", AtMost: 7_000),
        new("  applied from a cold cache, ms", "coldWallMs2700", SmallerThanSqlite: 100),
        new("  from a warm one, ms", "wallMs2700"),
        new("  processor time, ms", "cpuMs2700", AtMost: 5),
        new("  written, bytes", "bytesWritten2700", AtMost: 65_536, SmallerThanSqlite: 100),
        new("  wrong afterwards", "wrong2700", Exactly: 0),
        new("65,000 changes: wire, bytes", "wireBytes65000", AtMost: 170_000),
        new("  applied from a cold cache, ms", "coldWallMs65000", SmallerThanSqlite: 100),
        new("  from a warm one, ms", "wallMs65000"),
        new("  processor time, ms", "cpuMs65000", AtMost: 25),
        new("  written, bytes", "bytesWritten65000", SmallerThanSqlite: 100),
        new("  wrong afterwards", "wrong65000", Exactly: 0),
        new("a week as one delta, bytes", "weekWireBytes"),
        new("rebase of a week, s", "rebaseSeconds", AtMost: 60),
        new("  memory at most, MiB", "rebasePeakMib", AtMost: 256),
        new("  same bytes as the publisher's", "rebaseIdentical", Exactly: 1),
    ];

    /// <summary>Prints it.</summary>
    /// <returns>True when every limit that counts at this size is kept.</returns>
    public static bool Print(JsonObject figures, TextWriter output)
    {
        var entries = figures["entries"]!.GetValue<long>();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entries:N0} entries{(entries == Province ? string.Empty : "; only exact limits count, the others are those of 65,000,000")}"));
        output.WriteLine($"{string.Empty,-38} {"list",13} {"sqlite",13} {"lmdb",13}  limit");
        var isAll = true;
        foreach (var row in Rows)
        {
            if (Get(figures, "list", row.Key) is not { } mine) continue;
            var sqlite = Get(figures, "sqlite", row.Key);
            var lmdb = Get(figures, "lmdb", row.Key);
            var isKept = (entries != Province && row.Exactly is null) || row.IsKept(mine, sqlite, lmdb);
            isAll &= isKept;
            output.WriteLine($"{row.Title,-38} {Show(mine)} {Show(sqlite)} {Show(lmdb)}  {row.Limit(mine, sqlite, lmdb)}{(isKept ? string.Empty : "  MISSED")}");
        }

        return isAll;
    }

    private static double? Get(JsonObject figures, string engine, string key) => figures[engine]?[key]?.GetValue<double>();

    private static string Show(double? value) => value is not { } number
        ? $"{"-",13}"
        : string.Create(CultureInfo.InvariantCulture, $"{(Math.Abs(number) >= 1_000 ? number.ToString("N0", CultureInfo.InvariantCulture) : number.ToString("0.###", CultureInfo.InvariantCulture)),13}");

    private sealed record Row(
        string Title, string Key, double? AtMost = null, double? Exactly = null, double? SmallerThanSqlite = null, double? SmallerThanLmdb = null)
    {
        public bool IsKept(double mine, double? sqlite, double? lmdb) =>
            !(mine > AtMost) && !(Exactly is { } exact && Math.Abs(mine - exact) > 1e-9)
            && !(mine * SmallerThanSqlite > sqlite) && !(mine * SmallerThanLmdb > lmdb);

        public string Limit(double mine, double? sqlite, double? lmdb)
        {
            var parts = new List<string>();
            if (AtMost is { } most) parts.Add(string.Create(CultureInfo.InvariantCulture, $"<= {most:#,0.###}"));
            if (Exactly is { } exact) parts.Add(string.Create(CultureInfo.InvariantCulture, $"= {exact:0}"));
            if (SmallerThanSqlite is { } times && sqlite is { } other) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{other / mine:0.##} x (>= {times:0.#}) of sqlite"));
            if (SmallerThanLmdb is { } timesLmdb && lmdb is { } otherLmdb) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{otherLmdb / mine:0.##} x (>= {timesLmdb:0.#}) of lmdb"));
            return string.Join(", ", parts);
        }
    }
}
