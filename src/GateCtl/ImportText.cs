using System.Globalization;
using LocalApi;

namespace GateCtl;

/// <summary>What an import did or would do, for reading.</summary>
internal static class ImportText
{
    private const int KeyIdShown = 16;

    /// <summary>Writes a report.</summary>
    public static void Write(ImportReport report, TextWriter text)
    {
        text.WriteLine(report.Outcome switch
        {
            "taken" when report.Lanes.Count > 0 => "taken: these documents are kept, and count when the agent has begun again",
            "taken" => "taken: these documents count now",
            "wouldBeTaken" => "would be taken; nothing was changed",
            "nothingNew" => "nothing new: the gate has these documents",
            _ => "refused",
        });
        if (report.After is not { } after) return;
        WriteVersions(report, report.Before, after, text);
        foreach (var role in report.Roles)
        {
            var signers = string.Join(' ', role.Signers.Select(static id => id.Length > KeyIdShown ? id[..KeyIdShown] : id));
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"signed    {role.Role} {role.Version} until {Shared.Moment(role.ExpiresAt)}, {role.Signers.Count} of {role.Threshold} needed: {signers}"));
        }

        foreach (var change in report.Policy) text.WriteLine($"policy    {Text(change)}");
        foreach (var change in report.Lanes) text.WriteLine($"lane      {Text(change)}");
        if (report.Lanes.Count > 0) text.WriteLine("The agent begins again with the changed lanes as soon as nobody is at one.");
    }

    private static void WriteVersions(ImportReport report, SetVersions? before, SetVersions after, TextWriter text)
    {
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"policy    {before?.Policy ?? 0} -> {after.Policy}"));
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"snapshot  {before?.Snapshot ?? 0} -> {after.Snapshot}"));
        var list = report.ListBy switch
        {
            "none" => "no changes",
            "delta" => string.Create(CultureInfo.InvariantCulture, $"{report.ListChanges} changes by a delta"),
            _ => "another base",
        };
        text.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"list      {before?.ListEpoch ?? 0}.{before?.ListSequence ?? 0} -> {after.ListEpoch}.{after.ListSequence}, {before?.ListEntries ?? 0} -> {after.ListEntries} entries, {list}"));
        text.WriteLine($"of        {Shared.Moment(before?.ListAsOf)} -> {Shared.Moment(after.ListAsOf)}, {Shared.Span(report.At - after.ListAsOf)} old");
        text.WriteLine($"expires   {Shared.Moment(before?.ExpiresAt)} -> {Shared.Moment(after.ExpiresAt)}");
    }

    private static string Text(Change change) => (change.Before, change.After) switch
    {
        ("", var after) => $"{change.What}: {after}",
        (var before, "") => $"{change.What}: {before} -> gone",
        var (before, after) => $"{change.What}: {before} -> {after}",
    };
}
