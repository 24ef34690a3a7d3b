using System.Globalization;
using System.Text;
using PowerCut.Subjects;

namespace PowerCut;

/// <summary>What is told in the end.</summary>
internal static class Report
{
    /// <summary>A table of one run.</summary>
    public static string Table(string title, int cuts, RunResult run)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{title}: {cuts} cuts of {run.Requests:N0} requests, {run.Flushes:N0} flushes, {run.Bytes / 1e6:0.0} MB written");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {"subject",-12}{"acknowledged",14}{"kept",8}{"lost",8}{"neither",9}{"corrupt",9}{"destroyed",11}");
        foreach (var subject in run.Subjects)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"  {subject.Subject,-12}{subject.Acknowledged,14:N0}{subject.Of(FindingKind.Kept),8}{subject.Of(FindingKind.Lost),8}{subject.Of(FindingKind.Neither),9}{subject.Of(FindingKind.Corrupt),9}{subject.Destroyed,11}");
        }

        foreach (var subject in run.Subjects.Where(static subject => subject.Worst.Length > 0))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {subject.Subject}: {subject.Worst}");
        return text.ToString();
    }

    /// <summary>Cuts of all subjects with a finding of a kind.</summary>
    public static int Count(RunResult run, FindingKind kind) => run.Subjects.Sum(subject => subject.Of(kind));

    /// <summary>True when the control shows what it must: without syncs, every subject fails, and journal and files destroy what
    /// was acknowledged. Whether they lose or damage it depends on how long the run is, and says nothing.</summary>
    public static bool Shows(RunResult control) =>
        control.Subjects.All(static subject => subject.Of(FindingKind.Kept) < subject.Counts.Sum())
        && control.Subjects.Where(static subject => subject.Subject is "journal" or "files").All(static subject => subject.Destroyed > 0);
}
