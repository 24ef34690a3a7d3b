using System.Runtime.InteropServices;

namespace Verifier.Trust;

/// <summary>
/// The moment of one presentation, taken once, and whether the clock that gave it is believed. A clock in doubt can still say
/// that something is over: doubt must not revive what has ended.
/// </summary>
/// <param name="Utc">Wall time, UTC.</param>
/// <param name="IsBelieved">False while the clock is in doubt. The default value is not believed.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JudgedTime(DateTimeOffset Utc, bool IsBelieved)
{
    /// <summary>True when wall time is not below the floor, whatever else is in doubt.</summary>
    public bool IsWall { get; init; } = IsBelieved;

    /// <summary>True when a moment is over.</summary>
    public bool IsAfter(DateTimeOffset moment) => (IsBelieved || IsWall) && Utc >= moment;
}
