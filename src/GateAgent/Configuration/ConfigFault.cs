namespace GateAgent.Configuration;

/// <summary>One thing wrong with the configuration.</summary>
/// <param name="Path">Where, such as <c>lanes[0].relay.pin</c>.</param>
/// <param name="Found">What stands there and what was expected.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ConfigFault(string Path, string Found, string Remedy)
{
    /// <summary>The lane that it harms, and no other; null where nothing can run with it.</summary>
    public string? Lane { get; init; }

    /// <summary>What was found, in words.</summary>
    public static string Word(string? found) => string.IsNullOrEmpty(found) ? "nothing" : found;

    /// <summary>One line for the technician.</summary>
    public override string ToString() => $"{Path}: {Found}. {Remedy}.";
}
