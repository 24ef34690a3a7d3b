using System.Globalization;
using System.Text;
using Verifier.Trust;

namespace Distribution;

/// <summary>
/// The four documents a gate holds, together: one folder for a set, and one small file that says which set counts, replaced
/// durably. A power cut leaves the old set or the new one.
/// </summary>
internal sealed record MetadataSet(byte[] Root, byte[] Timestamp, byte[] Snapshot, byte[] Targets)
{
    private const string CurrentFile = "current";
    private static readonly string[] Names = ["root.json", "timestamp.json", "snapshot.json", "targets.json"];

    private byte[][] Parts => [Root, Timestamp, Snapshot, Targets];

    /// <summary>The set that counts; null when there is none yet.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static MetadataSet? Find(string folder)
    {
        var current = Path.Combine(folder, CurrentFile);
        if (!File.Exists(current)) return null;
        var set = Path.Combine(folder, File.ReadAllText(current, Encoding.ASCII).Trim());
        if (!Array.TrueForAll(Names, name => File.Exists(Path.Combine(set, name)))) return null;
        var parts = Array.ConvertAll(Names, name => File.ReadAllBytes(Path.Combine(set, name)));
        return new MetadataSet(parts[0], parts[1], parts[2], parts[3]);
    }

    /// <summary>Makes this the set that counts, and deletes those that did.</summary>
    /// <exception cref="IOException">The disk is full or fails; the old set still counts.</exception>
    public void Save(string folder, TrustedMetadata trusted)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"set-{trusted.RootVersion}-{trusted.TimestampVersion}");
        var set = Path.Combine(folder, name);
        Directory.CreateDirectory(set);
        for (var index = 0; index < Names.Length; index++) DurableFile.Write(Path.Combine(set, Names[index]), Parts[index]);
        Native.Posix.SyncDirectory(folder);
        DurableFile.Write(Path.Combine(folder, CurrentFile), Encoding.ASCII.GetBytes(name + "\n"));
        foreach (var old in Directory.GetDirectories(folder, "set-*").Where(old => old != set)) Directory.Delete(old, recursive: true);
    }

    /// <summary>Trusts the set again, as it was trusted when it came: its expiry is not judged here.</summary>
    public bool TryTrust(out TrustedMetadata? trusted, out TrustFault? fault)
    {
        if (!TrustedMetadata.TryStart(Root, null, out trusted, out fault)) return false;
        fault = trusted.UpdateTimestamp(Timestamp) ?? trusted.UpdateSnapshot(Snapshot) ?? trusted.UpdateTargets(Targets);
        return fault is null;
    }
}
