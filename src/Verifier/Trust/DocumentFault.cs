namespace Verifier.Trust;

/// <summary>What is wrong with a signed document's contents.</summary>
public enum DocumentFaultKind : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Longer than its limit.</summary>
    TooLarge,

    /// <summary>Not JSON, or JSON with comments, trailing commas or a member named twice.</summary>
    NotJson,

    /// <summary>Another type of document, or a format number this program does not know.</summary>
    WrongType,

    /// <summary>A member that the format does not have.</summary>
    UnknownMember,

    /// <summary>A member that must be there is not.</summary>
    MissingMember,

    /// <summary>A member has a value outside its range.</summary>
    BadValue,

    /// <summary>A cell of the rule table is empty: every venue kind and colour has an explicit rule.</summary>
    EmptyCell,

    /// <summary>A rule on green. Green has no rule: it passes.</summary>
    ConditionOnGreen,

    /// <summary>The document belongs to another province.</summary>
    WrongProvince,

    /// <summary>The document belongs to another gate.</summary>
    WrongGate,
}

/// <summary>A fault of a signed document and where in it.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Path">Where, as a path of member names: <c>venues.metro.yellow.region</c>.</param>
/// <param name="Found">What stands there, in short; empty when nothing does.</param>
/// <param name="Expected">What should stand there.</param>
public sealed record DocumentFault(DocumentFaultKind Kind, string Path, string Found = "", string Expected = "")
{
    /// <summary>One line for a technician.</summary>
    public override string ToString()
    {
        var found = Found.Length == 0 ? string.Empty : $", found {Found}";
        var expected = Expected.Length == 0 ? string.Empty : $", expected {Expected}";
        return $"{Kind} at {(Path.Length == 0 ? "the document" : Path)}{found}{expected}";
    }
}
