using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier;

/// <summary>
/// Judges one presentation. Pure: the same arguments give the same judgement. Rules, in checking order:
/// <list type="number">
/// <item>Bytes that are no credential are read again or named for what they are.</item>
/// <item>Without signed documents nothing is known.</item>
/// <item>A clock in doubt and the age of the documents do what the policy says of them.</item>
/// <item>A document counts when a listed issuer signed it, may sign its kind, and now lies in its time.</item>
/// <item>A credential counts where its assurance reaches what the venue asks.</item>
/// <item>The colour is the list's, or the home province's code's where that is newer; on a tie the stricter.</item>
/// <item>Green passes. The policy's cell decides red and yellow; a negative report frees what the policy frees.</item>
/// <item>A staff badge opens only where the venue's cell lets staff stand in, and never while the clock is in doubt.</item>
/// </list>
/// Only red and barred yellow refuse. Whatever is not signed, not read or not believed refers to a person.
/// </summary>
public static class PassageVerifier
{
    /// <summary>Judges what was shown at one gate at one moment. Never throws, whatever the payload.</summary>
    /// <param name="carrier">What the payload was read from.</param>
    /// <param name="payload">The bytes, at most 4,296.</param>
    /// <param name="earlier">What this lane was shown in the last seconds.</param>
    /// <param name="venue">The venue kind of the lane, from the signed site document.</param>
    /// <param name="snapshot">The signed documents, or null where there are none.</param>
    /// <param name="now">The moment of the presentation.</param>
    /// <param name="trace">Measures the stages; null where nobody asks.</param>
    public static Judgement Judge(
        Carrier carrier,
        ReadOnlyMemory<byte> payload,
        Evidence earlier,
        VenueKind venue,
        TrustedSnapshot? snapshot,
        JudgedTime now,
        JudgeTrace? trace = null)
    {
        var isDecoded = CredentialDecoder.TryDecode(carrier, payload, out var credential, out var fault);
        trace?.Mark(JudgeStage.Decode);
        var judgement = isDecoded ? Judge(credential!, earlier, venue, snapshot, now, trace) : Judging.Refer(ReasonOf(fault), snapshot) with { IsCredential = false };
        trace?.Mark(JudgeStage.Policy);
        return judgement;
    }

    private static Judgement Judge(
        Credential credential, Evidence earlier, VenueKind venue, TrustedSnapshot? snapshot, JudgedTime now, JudgeTrace? trace)
    {
        if (snapshot is null) return Judging.Refer(Reason.NoSnapshot, snapshot);
        if (!snapshot.Policy.Venues.TryGetValue(venue, out var rules)) return Judging.Refer(Reason.NoSnapshot, snapshot);

        var judging = new Judging(snapshot, rules, earlier, now, trace);
        if (judging.Staleness is { Rule: StaleRule.Refer } stale) return Judging.Refer(stale.Reason, snapshot);
        return credential switch
        {
            Credential.Card card => judging.JudgeCard(card),
            Credential.Document document => judging.JudgeDocument(document),
            _ => throw new System.Diagnostics.UnreachableException("Credential is a closed set."),
        };
    }

    private static Reason ReasonOf(DecodeFault fault) => fault switch
    {
        DecodeFault.NotAHealthCode => Reason.WrongCode,
        DecodeFault.RandomUid => Reason.OutsideScope,
        _ => Reason.Undecodable,
    };
}
