using GateAgent.Journal;
using Verifier;
using Verifier.Policy;
using Verifier.Trust;

namespace GateAgent.Documents;

/// <summary>How old the documents are, for the technician.</summary>
internal static class DocumentAge
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// What is wrong with their age; null when nothing is. A list of more than an hour that the policy still serves is worth no
    /// word before it is a day old: the item would come and go every hour.
    /// </summary>
    public static string? FindFault(TrustedSnapshot documents, JudgedTime now)
    {
        var staleness = Staleness.Of(documents, now);
        var isWell = staleness.State switch
        {
            DocumentState.Fresh => true,
            DocumentState.Stale => staleness.Rule == StaleRule.Serve && now.Utc < documents.ListAsOf + Day,
            _ => false,
        };
        return isWell ? null : TextOf(documents, staleness);
    }

    private static string TextOf(TrustedSnapshot documents, Staleness staleness)
    {
        var found = staleness.State switch
        {
            DocumentState.Stale => $"The list is of {documents.ListAsOf:u}",
            DocumentState.Expired => $"The signed documents expired at {documents.ExpiresAt:u}",
            _ => "The clock is in doubt",
        };
        var next = staleness.NextAt is { } at ? $", next degradation at {at:u}" : string.Empty;
        return $"{found}: the policy says {PassageEvents.Word(staleness.Rule)}{next}.";
    }
}
