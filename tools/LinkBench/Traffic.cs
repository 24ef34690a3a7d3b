using System.Globalization;

namespace LinkBench;

/// <summary>Requests and bytes by what was asked for.</summary>
internal sealed class Traffic
{
    private readonly SortedDictionary<string, Sum> sums = new(StringComparer.Ordinal);

    public long Requests => sums.Values.Sum(static sum => sum.Requests);

    public long Body => sums.Values.Sum(static sum => sum.Body);

    public long Bytes => sums.Values.Sum(static sum => sum.Bytes);

    public long Sent => sums.Values.Sum(static sum => sum.Sent);

    /// <summary>How long it took, where it was measured.</summary>
    public TimeSpan Took { get; private set; }

    public void Add(IReadOnlyList<Served> served, TimeSpan took = default)
    {
        Took += took;
        foreach (var one in served)
        {
            if (!sums.TryGetValue(one.What, out var sum)) sums[one.What] = sum = new Sum();
            sum.Requests++;
            sum.Received += one.Received;
            sum.Sent += one.Sent;
            sum.Body += one.Body;
        }
    }

    /// <summary>A row for each thing that was asked for, and one for all: of one gate, in so many parts.</summary>
    public void Print(string title, double parts)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title,-46} {"requests",9} {"their kB",9} {"heads kB",9} {"bodies kB",9} {"all kB",9}"));
        foreach (var (what, sum) in sums) Row(what, sum, parts);
        var all = new Sum { Requests = Requests, Received = sums.Values.Sum(static sum => sum.Received), Sent = Sent, Body = Body };
        Row("all", all, parts);
        Console.WriteLine();
    }

    private static void Row(string what, Sum sum, double parts)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {what,-44} {sum.Requests / parts,9:0.00} {Kb(sum.Received),9:0.00} {Kb(sum.Sent - sum.Body),9:0.00} {Kb(sum.Body),9:0.00} {Kb(sum.Bytes),9:0.00}"));

        double Kb(long bytes) => bytes / parts / 1_000;
    }

    private sealed class Sum
    {
        public long Requests { get; set; }

        public long Received { get; set; }

        public long Sent { get; set; }

        public long Body { get; set; }

        public long Bytes => Received + Sent;
    }
}
