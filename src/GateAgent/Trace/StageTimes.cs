namespace GateAgent.Trace;

/// <summary>The stages of a passage, in order.</summary>
internal enum Stage : byte
{
    /// <summary>From the last byte, or the camera's frame, to the lane.</summary>
    Read = 0,

    /// <summary>In the lane's slot and on the way to the judging worker.</summary>
    Wait,

    /// <summary>From bytes to a credential.</summary>
    Decode,

    /// <summary>The issuer's signature.</summary>
    Signature,

    /// <summary>The pages of the allow-list.</summary>
    LookUp,

    /// <summary>The rules.</summary>
    Policy,

    /// <summary>From the verdict to the lane's order.</summary>
    Order,

    /// <summary>From the order to the edge, or to the signal where there is none.</summary>
    Edge,

    /// <summary>All of it.</summary>
    Whole,
}

/// <summary>How long each stage of one passage took, in microseconds. It knows nothing of who passed.</summary>
internal sealed class StageTimes
{
    private static readonly int Count = Enum.GetValues<Stage>().Length;
    private readonly long[] microseconds = new long[Count];

    /// <summary>When the verdict was ready, by the lane's clock.</summary>
    public long VerdictAt { get; init; }

    /// <summary>One stage.</summary>
    public long this[Stage stage]
    {
        get => microseconds[(int)stage];
        set => microseconds[(int)stage] = value;
    }
}
