namespace Verifier.Trust;

/// <summary>Which roots are taken, by the names under which their repository keeps documents.</summary>
public enum SnapshotRule : byte
{
    /// <summary>Only with consistent snapshots: without them files are overwritten in place, and a gate may see half of a publication.</summary>
    ConsistentOnly = 0,

    /// <summary>With and without.</summary>
    Either = 1,
}
