namespace Verifier.Policy;

/// <summary>What one cell of the rule table says. Zero is an empty cell, which no valid document has.</summary>
public enum Rule : byte
{
    /// <summary>An empty cell.</summary>
    None = 0,

    /// <summary>Refuse.</summary>
    Refuse = 1,

    /// <summary>A person decides.</summary>
    Refer = 2,

    /// <summary>Admit with a mask.</summary>
    AdmitWithMask = 3,

    /// <summary>Admit for a short stay.</summary>
    AdmitShortStay = 4,

    /// <summary>Admit.</summary>
    Admit = 5,
}

/// <summary>What holds while the list is old, expired, or the clock is in doubt.</summary>
public enum StaleRule : byte
{
    /// <summary>Not stated, which no valid document leaves.</summary>
    None = 0,

    /// <summary>Everything works as when fresh.</summary>
    Serve = 1,

    /// <summary>Only the list counts: signed codes are looked up, their own colour and dates are not believed.
    /// For a clock in doubt.</summary>
    ListOnly = 2,

    /// <summary>Only a signed credential with a colour newer than the list counts.</summary>
    SignedOnly = 3,

    /// <summary>A person decides.</summary>
    Refer = 4,
}
