namespace GateAgent.Lanes;

/// <summary>What became of an admitted passage. The numbers are stable.</summary>
internal enum Settlement : byte
{
    /// <summary>Nothing yet, or nobody was admitted.</summary>
    None = 0,

    /// <summary>The sensor saw the person pass.</summary>
    Settled = 1,

    /// <summary>Nobody passed in time, or not everyone of a family: whoever did not may try again.</summary>
    Annulled = 2,

    /// <summary>The lane has no sensor to tell, or fire release opened it meanwhile.</summary>
    Unobserved = 3,

    /// <summary>The agent ended before anything was known.</summary>
    Unknown = 4,
}
