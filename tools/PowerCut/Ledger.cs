using System.Globalization;

namespace PowerCut;

/// <summary>
/// What was begun and what was acknowledged, and how many requests the disk had completed then: it lies outside the disk.
/// One line each: requests, subject, <c>begun</c> or <c>done</c>, number, remark, with tabs between. Any thread.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private const string Begun = "begun";
    private const string Done = "done";
    private readonly BlockLog log;
    private readonly StreamWriter lines;

    // One line at a time; guards the counts as well.
    private readonly Lock linesLock = new();
    private readonly Dictionary<string, int> acknowledged = new(StringComparer.Ordinal);

    /// <summary>A new ledger beside the log of a disk.</summary>
    public Ledger(string path, BlockLog log)
    {
        this.log = log;
        lines = new StreamWriter(path) { AutoFlush = true };
    }

    /// <summary>Step <paramref name="number"/> of a subject begins: nothing of it is on the disk yet.</summary>
    public void Begin(string subject, long number, string remark = "") => Write(subject, Begun, number, remark);

    /// <summary>Step <paramref name="number"/> is acknowledged: all of it must survive from now on.</summary>
    public void Acknowledge(string subject, long number, string remark = "")
    {
        Write(subject, Done, number, remark);
        lock (linesLock) acknowledged[subject] = acknowledged.GetValueOrDefault(subject) + 1;
    }

    /// <summary>How many steps were acknowledged.</summary>
    public int AcknowledgedOf(string subject)
    {
        lock (linesLock) return acknowledged.GetValueOrDefault(subject);
    }

    /// <summary>Reads a ledger.</summary>
    public static IReadOnlyList<LedgerLine> Read(string path) =>
    [
        .. File.ReadLines(path).Select(static line => line.Split('\t')).Select(static parts => new LedgerLine(
            long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], parts[2] == Done, long.Parse(parts[3], CultureInfo.InvariantCulture), parts[4])),
    ];

    /// <inheritdoc/>
    public void Dispose() => lines.Dispose();

    private void Write(string subject, string what, long number, string remark)
    {
        lock (linesLock) lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{log.Count}\t{subject}\t{what}\t{number}\t{remark}"));
    }
}

/// <summary>One line of the ledger.</summary>
/// <param name="Requests">Requests the disk had completed.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="IsDone">True when the step was acknowledged, false when it began.</param>
/// <param name="Number">The step's number, from 1, rising.</param>
/// <param name="Remark">What a check needs beside it.</param>
internal sealed record LedgerLine(long Requests, string Subject, bool IsDone, long Number, string Remark);

/// <summary>What may be found on the disk after a cut.</summary>
/// <param name="Least">The last step that was acknowledged: older is lost. 0 when none.</param>
/// <param name="Most">The last step that had begun: newer cannot be. 0 when none.</param>
internal readonly record struct Bounds(long Least, long Most)
{
    /// <summary>True when a state may be there.</summary>
    public bool Allow(long number) => number >= Least && number <= Most;
}

/// <summary>The ledger as it stood at one cut.</summary>
internal sealed class LedgerAtCut
{
    private readonly Dictionary<string, Bounds> bounds = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Subject, long Number), string> remarks = [];

    /// <summary>Keeps what had happened when the disk had completed so many requests.</summary>
    public LedgerAtCut(IReadOnlyList<LedgerLine> lines, long requests)
    {
        foreach (var line in lines)
        {
            if (line.Requests > requests) continue;
            var before = bounds.GetValueOrDefault(line.Subject);
            bounds[line.Subject] = line.IsDone
                ? before with { Least = Math.Max(before.Least, line.Number) }
                : before with { Most = Math.Max(before.Most, line.Number) };
            if (line.Remark.Length > 0) remarks[(line.Subject, line.Number)] = line.Remark;
        }
    }

    /// <summary>What may be there of a subject.</summary>
    public Bounds Of(string subject) => bounds.GetValueOrDefault(subject);

    /// <summary>The remark on a step; empty when it has none.</summary>
    public string RemarkOf(string subject, long number) => remarks.GetValueOrDefault((subject, number), string.Empty);
}
