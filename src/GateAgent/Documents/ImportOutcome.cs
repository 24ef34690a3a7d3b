using Verifier.Trust;

namespace GateAgent.Documents;

/// <summary>How an import ended.</summary>
/// <param name="Before">What counted before; null without documents.</param>
/// <param name="After">What was offered: the same as before when nothing is new, null when it is refused. Its pages may be closed.</param>
/// <param name="Fault">Why it is refused; null when it is not.</param>
internal sealed record ImportOutcome(TrustedSnapshot? Before, TrustedSnapshot? After, string? Fault);
