namespace Verifier.Trust;

/// <summary>The four top-level roles of a TUF repository.</summary>
public enum TrustRole : byte
{
    /// <summary>No role.</summary>
    None = 0,

    /// <summary>Names the keys of all roles.</summary>
    Root = 1,

    /// <summary>Says which snapshot is the newest.</summary>
    Timestamp = 2,

    /// <summary>Binds the versions of the other documents together.</summary>
    Snapshot = 3,

    /// <summary>Names the files and their hashes.</summary>
    Targets = 4,
}

/// <summary>What is wrong with a metadata document or a target.</summary>
public enum TrustFaultKind : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Longer than its limit.</summary>
    TooLarge,

    /// <summary>Not the length that the document above says.</summary>
    WrongLength,

    /// <summary>Not the hash that the document above says.</summary>
    WrongHash,

    /// <summary>Not strict JSON, or JSON without a canonical form.</summary>
    NotJson,

    /// <summary>A member is missing or outside its range.</summary>
    BadMember,

    /// <summary>The document of another role.</summary>
    WrongType,

    /// <summary>A version of the specification that this program does not know.</summary>
    WrongSpecification,

    /// <summary>Fewer signatures of the role's keys hold than its threshold asks for.</summary>
    TooFewSignatures,

    /// <summary>Older than what this gate already had.</summary>
    OlderVersion,

    /// <summary>Not the version that is asked for.</summary>
    WrongVersion,

    /// <summary>Past its expiry.</summary>
    Expired,

    /// <summary>A document that the new one no longer names, or a target that is not named.</summary>
    NotNamed,

    /// <summary>The document that must be checked before is not there.</summary>
    OutOfOrder,

    /// <summary>The search for a target went through as many delegated roles as it may.</summary>
    TooManyRoles,
}

/// <summary>A fault of a metadata document.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Document">Which document or target, and the member where one is at fault.</param>
/// <param name="Found">What was found.</param>
/// <param name="Expected">What was expected.</param>
public sealed record TrustFault(TrustFaultKind Kind, string Document, string Found, string Expected)
{
    /// <summary>One line for a technician.</summary>
    public override string ToString() => $"{Kind} in {Document}: found {Found}, expected {Expected}";
}
