namespace Verifier.Trust;

/// <summary>How a lane is run. Everything but normal ends by itself, and no mode keeps anyone from leaving.</summary>
public enum LaneMode : byte
{
    /// <summary>People are judged.</summary>
    Normal = 0,

    /// <summary>Everyone passes, nobody is judged.</summary>
    FreeFlow,

    /// <summary>Nobody enters.</summary>
    Locked,

    /// <summary>A technician works here; the barrier rests.</summary>
    Maintenance,

    /// <summary>The lane is broken; the barrier rests.</summary>
    OutOfOrder,
}
