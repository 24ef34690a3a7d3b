namespace Demo;

/// <summary>What may be made wrong on purpose.</summary>
internal enum Fault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>One cell of the policy.</summary>
    Policy,

    /// <summary>One byte of a signature.</summary>
    Signature,

    /// <summary>The level that drives a relay.</summary>
    Polarity,
}

/// <summary>One lane of the stage and the pins of what hangs on it.</summary>
internal sealed record StageLane(string Name, string Kind, string Venue, int FirstPin)
{
    /// <summary>The relay's pin; an attended reader has none.</summary>
    public int? Relay => Kind == "attended" ? null : FirstPin;

    /// <summary>The green lamp's pin.</summary>
    public int Green => FirstPin + 1;

    /// <summary>The amber lamp's pin.</summary>
    public int Amber => FirstPin + 2;

    /// <summary>The red lamp's pin.</summary>
    public int Red => FirstPin + 3;

    /// <summary>The buzzer's pin.</summary>
    public int Buzzer => FirstPin + 4;

    /// <summary>The pin of the fire release.</summary>
    public int Fire => FirstPin + 5;

    /// <summary>The pin of the exit button.</summary>
    public int ExitRequest => FirstPin + 6;
}
