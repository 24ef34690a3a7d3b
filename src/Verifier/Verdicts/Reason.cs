namespace Verifier.Verdicts;

/// <summary>
/// Why a verdict is what it is. The numbers are stable: they are shown, logged, counted and part of the reference.
/// Only <see cref="Red"/> and <see cref="YellowBarred"/> ever refuse; a document or gate at fault refers to a person.
/// </summary>
public enum Reason : byte
{
    /// <summary>No reason: never a verdict.</summary>
    None = 0,

    /// <summary>Green.</summary>
    Green = 10,

    /// <summary>Yellow, admitted with a mask.</summary>
    YellowWithMask = 11,

    /// <summary>Yellow, freed by a signed negative report.</summary>
    YellowFreedByReport = 12,

    /// <summary>Yellow, admitted because this venue does not bar yellow.</summary>
    YellowAdmitted = 13,

    /// <summary>No phone: a staff member confirmed identity and mask.</summary>
    ConfirmedByStaff = 14,

    /// <summary>Red.</summary>
    Red = 20,

    /// <summary>Yellow, at a venue that bars yellow.</summary>
    YellowBarred = 21,

    /// <summary>Red at home: staff take care of home observation.</summary>
    RedAtHome = 30,

    /// <summary>Yellow, and the policy asks for a person.</summary>
    YellowReferred = 31,

    /// <summary>Not on the list.</summary>
    NotListed = 32,

    /// <summary>The list does not cover this kind of card.</summary>
    OutsideScope = 33,

    /// <summary>This venue needs a stronger credential.</summary>
    AssuranceTooLow = 34,

    /// <summary>A printed code, where this venue or this person has no permission for one.</summary>
    StaticCodeNotAccepted = 35,

    /// <summary>A negative report was read and holds; the health code is awaited.</summary>
    ReportAccepted = 36,

    /// <summary>The negative report is older than the policy takes, or sampled in the future.</summary>
    ReportNotAccepted = 37,

    /// <summary>A staff badge, where the policy does not let staff stand in.</summary>
    StaffNotAccepted = 38,

    /// <summary>The bytes are damaged.</summary>
    Undecodable = 40,

    /// <summary>A readable code that is no health code.</summary>
    WrongCode = 41,

    /// <summary>The signature does not hold.</summary>
    SignatureInvalid = 42,

    /// <summary>The code has expired.</summary>
    Expired = 43,

    /// <summary>The code is not valid yet.</summary>
    NotYetValid = 44,

    /// <summary>The issuer is not known.</summary>
    UnknownIssuer = 45,

    /// <summary>The issuer is known but may not issue this, or not at this time.</summary>
    IssuerNotEntitled = 46,

    /// <summary>The gate has no signed documents.</summary>
    NoSnapshot = 60,

    /// <summary>The signed documents have expired.</summary>
    SnapshotExpired = 61,

    /// <summary>The page of the list is not what the province signed.</summary>
    PageTampered = 62,

    /// <summary>The clock is not believed.</summary>
    ClockInDoubt = 63,

    /// <summary>The list cannot be read.</summary>
    ListUnreadable = 64,

    /// <summary>The list is too old for this credential.</summary>
    ListTooOld = 65,

    /// <summary>Judging took longer than its deadline.</summary>
    TooLate = 66,
}
