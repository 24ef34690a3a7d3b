namespace Verifier;

/// <summary>The stages of one judgement, in order.</summary>
public enum JudgeStage : byte
{
    /// <summary>From bytes to a credential.</summary>
    Decode = 0,

    /// <summary>The issuer's signature; nothing for a card.</summary>
    Signature,

    /// <summary>The pages of the allow-list.</summary>
    LookUp,

    /// <summary>The rules.</summary>
    Policy,
}

/// <summary>
/// Measures the stages of a judgement by a clock that the caller brings: this program owns none. One thread; used again for
/// every judgement.
/// </summary>
public sealed class JudgeTrace
{
    private const int StageCount = 4;
    private readonly Func<long> timestamp;
    private readonly long[] lengths = new long[StageCount];
    private long last;

    /// <summary>A trace by a monotonic clock.</summary>
    public JudgeTrace(Func<long> timestamp) => this.timestamp = timestamp;

    /// <summary>Begins a judgement.</summary>
    public void Begin()
    {
        lengths.AsSpan().Clear();
        last = timestamp();
    }

    /// <summary>What a stage took, in units of the clock.</summary>
    public long LengthOf(JudgeStage stage) => lengths[(int)stage];

    internal void Mark(JudgeStage stage)
    {
        var now = timestamp();
        lengths[(int)stage] += now - last;
        last = now;
    }
}
