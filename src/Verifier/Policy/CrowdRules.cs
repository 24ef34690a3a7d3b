namespace Verifier.Policy;

/// <summary>What a lane does that fails technically again and again, so that people gather before it. No rule opens it: what
/// failed never ends in an open gate.</summary>
public enum CrowdRule : byte
{
    /// <summary>No rule.</summary>
    None = 0,

    /// <summary>It goes on judging, and each technical failure calls staff at once.</summary>
    CallStaff = 1,

    /// <summary>It calls staff once and is out of order for a while: people go to the next lane.</summary>
    OutOfOrder = 2,
}

/// <summary>The crowd rule.</summary>
/// <param name="Failures">How many technical failures within a minute, 2 to 60.</param>
/// <param name="Rule">What the lane then does.</param>
/// <param name="Length">How long it is out of order, 1 to 60 minutes.</param>
public sealed record CrowdRules(int Failures, CrowdRule Rule, TimeSpan Length);
