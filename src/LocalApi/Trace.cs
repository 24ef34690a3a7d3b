namespace LocalApi;

/// <summary>How long passages took, stage by stage: the answer of <c>GET /v1/trace</c>. It names no person.</summary>
/// <param name="Lanes">One for each lane.</param>
public sealed record TracePage(IReadOnlyList<LaneTrace> Lanes);

/// <summary>The passages of one lane since the agent's start.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Stages">read, wait, decode, signature, lookUp, policy, order, edge and whole.</param>
/// <param name="Recent">The last passages, newest first, at most 64.</param>
public sealed record LaneTrace(string Lane, IReadOnlyList<StageTrace> Stages, IReadOnlyList<TracedPassage> Recent);

/// <summary>One stage, in microseconds; quantiles are at most 12.5 % too long.</summary>
/// <param name="Stage">Its word.</param>
/// <param name="Count">How many passages.</param>
/// <param name="P50">Half took at most this.</param>
/// <param name="P90">Nine of ten took at most this.</param>
/// <param name="P99">Ninety-nine of a hundred took at most this.</param>
/// <param name="Longest">The longest.</param>
public sealed record StageTrace(string Stage, long Count, long P50, long P90, long P99, long Longest);

/// <summary>One passage.</summary>
/// <param name="Sequence">Its number in the journal.</param>
/// <param name="Microseconds">Each stage, in the order of the stages.</param>
public sealed record TracedPassage(long Sequence, IReadOnlyList<long> Microseconds);
