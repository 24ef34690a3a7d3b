using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Encoding;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Policy;

/// <summary>
/// Reads <c>policy.json</c>. Rules, in checking order:
/// <list type="number">
/// <item>Strict JSON of this type and format, no member unknown.</item>
/// <item>Controller, operator and assessment are named.</item>
/// <item>Nowhere a member called green.</item>
/// <item>A row for every venue kind, a value in every cell, each from the words its column allows.</item>
/// <item>Staleness never becomes looser with age.</item>
/// </list>
/// </summary>
internal static class PolicyReader
{
    private const int JournalDaysMax = 365;
    private const int ReportHoursMax = 336;
    private const int HotlineMax = 16;
    private const int CrowdFailuresMax = 60;
    private const int CrowdMinutesMax = 60;
    private static readonly VenueKind[] Kinds = Enum.GetValues<VenueKind>()[1..];
    private static readonly Reason[] Reasons = Enum.GetValues<Reason>()[1..];
    private static readonly Assurance[] Assurances = Enum.GetValues<Assurance>()[1..];
    private static readonly Rule[] RedRules = [Rule.Refuse, Rule.Refer];
    private static readonly Rule[] YellowRules = [Rule.Refuse, Rule.Refer, Rule.AdmitWithMask, Rule.Admit];
    private static readonly Rule[] AssistedRules = [Rule.Refer, Rule.AdmitWithMask, Rule.AdmitShortStay];
    private static readonly StaleRule[] AgeRules = [StaleRule.Serve, StaleRule.SignedOnly, StaleRule.Refer];
    private static readonly StaleRule[] ClockRules = [StaleRule.ListOnly, StaleRule.Refer];

    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out PolicyDocument? policy,
        [NotNullWhen(false)] out DocumentFault? fault)
    {
        policy = DocumentReading.Read(json, PolicyDocument.SizeMax, "gate-policy", Read, out fault);
        return policy is not null;
    }

    private static PolicyDocument Read(DocumentReading.Member root)
    {
        RefuseGreen(root);
        return new PolicyDocument
        {
            Province = root.Text("province", PolicyDocument.ProvinceMax),
            Version = root.Number("version", 1, int.MaxValue),
            Controller = root.Text("controller"),
            Operator = root.Text("operator"),
            Assessment = root.Text("assessment"),
            Hotline = root.Text("hotline", HotlineMax),
            Venues = ReadVenues(root),
            Report = ReadReport(root),
            Staleness = ReadStaleness(root),
            Crowd = ReadCrowd(root),
            PeakHours = ReadPeakHours(root),
            JournalDays = ReadRetention(root),
            Texts = ReadTexts(root),
        };
    }

    private static FrozenDictionary<VenueKind, VenueRules> ReadVenues(DocumentReading.Member root)
    {
        var rows = new Dictionary<VenueKind, VenueRules>();
        if (root.Object("venues") is not { } venues) return rows.ToFrozenDictionary();
        RefuseGreen(venues);
        foreach (var kind in Kinds)
        {
            var name = DocumentReading.Member.Word(kind);
            if (venues.IsSound && !venues.Has(name))
                venues.Report(DocumentFaultKind.EmptyCell, venues.PathOf(name), expected: "a row for every venue kind");
            if (venues.Object(name) is { } row) rows.Add(kind, ReadRow(row));
        }

        venues.Done();
        return rows.ToFrozenDictionary();
    }

    private static VenueRules ReadRow(DocumentReading.Member row)
    {
        RefuseGreen(row);
        var assurance = row.Choice("assurance", Assurances);
        var red = ReadCell(row, "red", RedRules);
        var assisted = ReadCell(row, "assisted", AssistedRules);
        var staticCode = row.Flag("staticCode");
        var yellow = row.Object("yellow");
        if (yellow is not null) RefuseGreen(yellow);
        var rules = new VenueRules
        {
            Assurance = assurance,
            Red = red,
            FeverWithHistory = ReadCell(yellow, "feverWithHistory", YellowRules),
            FeverWithoutHistory = ReadCell(yellow, "feverWithoutHistory", YellowRules),
            Region = ReadCell(yellow, "region", YellowRules),
            Assisted = assisted,
            StaticCode = staticCode,
        };
        yellow?.Done();
        row.Done();
        return rules;
    }

    private static Rule ReadCell(DocumentReading.Member? row, string name, Rule[] allowed)
    {
        if (row is null) return Rule.None;
        if (row.IsSound && !row.Has(name))
            row.Report(DocumentFaultKind.EmptyCell, row.PathOf(name), expected: "a rule in every cell");
        return row.Choice(name, allowed);
    }

    private static ReportRules ReadReport(DocumentReading.Member root)
    {
        if (root.Object("report") is not { } report) return new ReportRules(TimeSpan.Zero, false, false);
        var hours = report.Number("hours", 1, ReportHoursMax);
        var frees = report.Choices("frees", YellowReason.Region, YellowReason.FeverWithoutHistory);
        report.Done();
        return new ReportRules(
            TimeSpan.FromHours(hours),
            frees.Contains(YellowReason.Region),
            frees.Contains(YellowReason.FeverWithoutHistory));
    }

    private static StalenessRules ReadStaleness(DocumentReading.Member root)
    {
        if (root.Object("staleness") is not { } ages) return new StalenessRules(default, default, default, default, default);
        var rules = new StalenessRules(
            ages.Choice("after1h", AgeRules),
            ages.Choice("after24h", AgeRules),
            ages.Choice("after7d", AgeRules),
            ages.Choice("expired", AgeRules),
            ages.Choice("clockInDoubt", ClockRules));
        ages.Done();
        if (ages.IsSound && (rules.AfterDay < rules.AfterHour || rules.AfterWeek < rules.AfterDay))
            ages.Report(DocumentFaultKind.BadValue, ages.Path, "a looser rule for an older list", "never looser with age");
        return rules;
    }

    private static CrowdRules ReadCrowd(DocumentReading.Member root)
    {
        if (root.Object("crowd") is not { } crowd) return new CrowdRules(0, default, default);
        var rules = new CrowdRules(
            crowd.Number("failuresPerMinute", 2, CrowdFailuresMax),
            crowd.Choice("rule", CrowdRule.CallStaff, CrowdRule.OutOfOrder),
            TimeSpan.FromMinutes(crowd.Number("minutes", 1, CrowdMinutesMax)));
        crowd.Done();
        return rules;
    }

    private static ImmutableArray<PeakHours> ReadPeakHours(DocumentReading.Member root)
    {
        var all = ImmutableArray.CreateBuilder<PeakHours>();
        foreach (var entry in root.Objects("peakHours", PeakHours.CountMax))
        {
            var (from, until) = (entry.Text("from"), entry.Text("until"));
            if (PeakHours.TryRead(from, until, out var hours)) all.Add(hours);
            else entry.Report(DocumentFaultKind.BadValue, entry.Path, $"{from} to {until}", "two times such as 07:00 and 09:30");
            entry.Done();
        }

        return all.ToImmutable();
    }

    private static int ReadRetention(DocumentReading.Member root)
    {
        if (root.Object("retention") is not { } retention) return 1;
        var days = retention.Number("journalDays", 1, JournalDaysMax);
        retention.Done();
        return days;
    }

    private static FrozenDictionary<Reason, ReasonText> ReadTexts(DocumentReading.Member root)
    {
        var texts = new Dictionary<Reason, ReasonText>();
        if (root.Object("texts") is not { } member) return texts.ToFrozenDictionary();
        foreach (var reason in Reasons)
        {
            var number = ((byte)reason).ToString(CultureInfo.InvariantCulture);
            if (!member.Has(number) || member.Object(number) is not { } text) continue;
            texts.Add(reason, new ReasonText(text.Text("zh", ReasonText.LengthMax), text.Text("en", ReasonText.LengthMax)));
            text.Done();
        }

        member.Done();
        return texts.ToFrozenDictionary();
    }

    private static void RefuseGreen(DocumentReading.Member member)
    {
        if (member.Has("green"))
            member.Report(DocumentFaultKind.ConditionOnGreen, member.PathOf("green"), expected: "nothing: green passes");
    }
}
