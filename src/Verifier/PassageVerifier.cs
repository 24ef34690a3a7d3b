using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier;

/// <summary>Judges one presentation. Pure: the same arguments give the same judgement.</summary>
public static class PassageVerifier
{
    /// <summary>Judges what was shown at one gate at one moment. Never throws, whatever the payload.</summary>
    /// <param name="carrier">What the payload was read from.</param>
    /// <param name="payload">The bytes, at most 4,296.</param>
    /// <param name="earlier">What this lane was shown in the last seconds.</param>
    /// <param name="venue">The venue kind of the lane, from the signed site document.</param>
    /// <param name="snapshot">The signed documents, or null where there are none.</param>
    /// <param name="now">The moment of the presentation.</param>
    public static Judgement Judge(
        Carrier carrier,
        ReadOnlyMemory<byte> payload,
        Evidence earlier,
        VenueKind venue,
        TrustedSnapshot? snapshot,
        JudgedTime now) => throw new System.Diagnostics.UnreachableException("Judging lands with the next commit.");
}
