namespace Verifier.AllowList;

/// <summary>A health colour. Zero is no colour; forgetting to set one can never make it green.</summary>
public enum Colour : byte
{
    /// <summary>No colour is known.</summary>
    None = 0,

    /// <summary>Confirmed, suspected, or in quarantine.</summary>
    Red = 1,

    /// <summary>Barred from the venues that the policy lists.</summary>
    Yellow = 2,

    /// <summary>Passes freely.</summary>
    Green = 3,
}

/// <summary>Why a person is yellow. It decides whether a negative report can free them.</summary>
public enum YellowReason : byte
{
    /// <summary>Not stated; treated as the strictest.</summary>
    None = 0,

    /// <summary>Fever, with travel or contact history. No report frees it.</summary>
    FeverWithHistory = 1,

    /// <summary>Fever, without travel or contact history.</summary>
    FeverWithoutHistory = 2,

    /// <summary>Came from a listed region.</summary>
    Region = 3,
}
