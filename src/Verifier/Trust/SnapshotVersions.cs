using System.Runtime.InteropServices;

namespace Verifier.Trust;

/// <summary>The versions of the signed documents a verdict was given under. All zero when there were none.</summary>
/// <param name="Policy">Version of the policy document.</param>
/// <param name="ListEpoch">Epoch of the allow-list.</param>
/// <param name="Snapshot">Version of the snapshot metadata that binds them together.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SnapshotVersions(int Policy, int ListEpoch, int Snapshot);
