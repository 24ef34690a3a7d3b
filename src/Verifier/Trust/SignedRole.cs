namespace Verifier.Trust;

/// <summary>A metadata document that is believed, and by whose word.</summary>
/// <param name="Name"><c>root</c>, <c>timestamp</c>, <c>snapshot</c>, <c>targets</c> or a delegated role.</param>
/// <param name="Version">Its version.</param>
/// <param name="Expires">When it expires.</param>
/// <param name="Threshold">How many keys must sign it.</param>
/// <param name="Signers">The ids of the keys that did, at least as many.</param>
public sealed record SignedRole(string Name, int Version, DateTimeOffset Expires, int Threshold, IReadOnlyList<string> Signers);
