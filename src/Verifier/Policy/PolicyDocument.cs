using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Policy;

/// <summary>
/// The province's rules: <c>policy.json</c>; docs/formats/documents.md. It is whole or it is not read: every venue
/// kind has a cell for red, for each reason of yellow and for people without a phone. Green has no cell, so a condition
/// on green cannot be written.
/// </summary>
public sealed record PolicyDocument
{
    /// <summary>Greatest document in bytes.</summary>
    public const int SizeMax = 256 * 1024;

    /// <summary>Greatest length of a province's code.</summary>
    public const int ProvinceMax = 8;

    /// <summary>The province's code.</summary>
    public required string Province { get; init; }

    /// <summary>Version, from 1, rising.</summary>
    public required int Version { get; init; }

    /// <summary>Who answers for the personal data.</summary>
    public required string Controller { get; init; }

    /// <summary>Who runs the system for the controller.</summary>
    public required string Operator { get; init; }

    /// <summary>The data protection impact assessment that allows it.</summary>
    public required string Assessment { get; init; }

    /// <summary>The number people call.</summary>
    public required string Hotline { get; init; }

    /// <summary>The row of each venue kind.</summary>
    public required FrozenDictionary<VenueKind, VenueRules> Venues { get; init; }

    /// <summary>What a negative report frees.</summary>
    public required ReportRules Report { get; init; }

    /// <summary>What holds when the documents are old or the clock is in doubt.</summary>
    public required StalenessRules Staleness { get; init; }

    /// <summary>What holds when a lane fails again and again.</summary>
    public required CrowdRules Crowd { get; init; }

    /// <summary>Hours in which a gate does nothing but judge; may be empty.</summary>
    public required ImmutableArray<PeakHours> PeakHours { get; init; }

    /// <summary>Days the journal is kept, 1 to 365.</summary>
    public required int JournalDays { get; init; }

    /// <summary>Texts that replace the built-in ones, by reason.</summary>
    public required FrozenDictionary<Reason, ReasonText> Texts { get; init; }

    /// <summary>What people see and hear for a reason.</summary>
    public ReasonText Text(Reason reason) => Texts.TryGetValue(reason, out var text) ? text : ReasonTexts.Of(reason);

    /// <summary>Reads the document. Never throws.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out PolicyDocument? policy,
        [NotNullWhen(false)] out DocumentFault? fault) => PolicyReader.TryRead(json, out policy, out fault);
}

/// <summary>One row of the rule table.</summary>
public sealed record VenueRules
{
    /// <summary>The least assurance that makes a colour known here.</summary>
    public required Assurance Assurance { get; init; }

    /// <summary>Red: refuse or refer.</summary>
    public required Rule Red { get; init; }

    /// <summary>Yellow of fever with history: refuse, refer, admit with a mask, admit.</summary>
    public required Rule FeverWithHistory { get; init; }

    /// <summary>Yellow of fever without history.</summary>
    public required Rule FeverWithoutHistory { get; init; }

    /// <summary>Yellow of a region.</summary>
    public required Rule Region { get; init; }

    /// <summary>People without a phone, confirmed by staff: refer, admit with a mask, admit for a short stay.</summary>
    public required Rule Assisted { get; init; }

    /// <summary>True where a printed code is accepted.</summary>
    public required bool StaticCode { get; init; }

    /// <summary>The cell for a reason of yellow; an unstated reason is the strictest.</summary>
    public Rule Yellow(YellowReason reason) => reason switch
    {
        YellowReason.Region => Region,
        YellowReason.FeverWithoutHistory => FeverWithoutHistory,
        _ => FeverWithHistory,
    };
}

/// <summary>What a negative report frees.</summary>
/// <param name="Validity">How long after the sample a report counts, 1 to 336 hours.</param>
/// <param name="FreesRegion">True when it frees yellow of a region.</param>
/// <param name="FreesFeverWithoutHistory">True when it frees yellow of fever without history.</param>
public sealed record ReportRules(TimeSpan Validity, bool FreesRegion, bool FreesFeverWithoutHistory)
{
    /// <summary>True when a report frees this reason. Fever with history is freed by none.</summary>
    public bool Frees(YellowReason reason) =>
        (reason == YellowReason.Region && FreesRegion)
        || (reason == YellowReason.FeverWithoutHistory && FreesFeverWithoutHistory);
}

/// <summary>What holds when the list is old, expired, or the clock is in doubt.</summary>
/// <param name="AfterHour">The list is 1 hour old.</param>
/// <param name="AfterDay">The list is 24 hours old.</param>
/// <param name="AfterWeek">The list is 7 days old.</param>
/// <param name="Expired">The timestamp has expired.</param>
/// <param name="ClockInDoubt">The clock is not believed: list only, or refer.</param>
public sealed record StalenessRules(
    StaleRule AfterHour, StaleRule AfterDay, StaleRule AfterWeek, StaleRule Expired, StaleRule ClockInDoubt);
