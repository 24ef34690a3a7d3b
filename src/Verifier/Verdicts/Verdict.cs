using System.Runtime.InteropServices;
using Verifier.Credentials;
using Verifier.Trust;

namespace Verifier.Verdicts;

/// <summary>The health permission. Zero is never "yes".</summary>
public enum Outcome : byte
{
    /// <summary>No verdict.</summary>
    None = 0,

    /// <summary>Refused, with a reference and the hotline.</summary>
    Refuse = 1,

    /// <summary>A person decides: staff are called.</summary>
    Refer = 2,

    /// <summary>Admitted on a condition that staff or driver see to.</summary>
    AdmitOnCondition = 3,

    /// <summary>Admitted.</summary>
    Admit = 4,
}

/// <summary>What an admission on condition asks for.</summary>
public enum Condition : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A mask.</summary>
    Mask = 1,

    /// <summary>A short stay.</summary>
    ShortStay = 2,
}

/// <summary>One judgement of one presentation: the health permission, not the right to a fare or a room.</summary>
/// <param name="Outcome">Admit, admit on condition, refer or refuse.</param>
/// <param name="Reason">The one reason.</param>
/// <param name="Condition">Set exactly when the outcome is <see cref="Outcome.AdmitOnCondition"/>.</param>
/// <param name="Assurance">How strong the credential was.</param>
/// <param name="Versions">The signed documents it was judged under.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Verdict(
    Outcome Outcome, Reason Reason, Condition Condition, Assurance Assurance, SnapshotVersions Versions)
{
    /// <summary>True when the person may pass, with or without a condition.</summary>
    public bool IsAdmission => Outcome is Outcome.Admit or Outcome.AdmitOnCondition;
}
