using System.Runtime.InteropServices;

namespace Verifier.Trust;

/// <summary>The moment of one presentation, taken once, and whether the clock that gave it is believed.</summary>
/// <param name="Utc">Wall time, UTC.</param>
/// <param name="IsBelieved">False while the clock is in doubt. The default value is not believed.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JudgedTime(DateTimeOffset Utc, bool IsBelieved);
