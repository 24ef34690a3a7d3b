using System.Security.Cryptography;
using System.Text;
using Distribution.Keys;
using Verifier.Trust;

namespace Distribution;

/// <summary>
/// What a gate is to the province: a device key that is made at first start and never leaves, the pinned root, and the
/// gate's name. Files of the state folder: the key where its place keeps it, <c>device.pub</c>, <c>root.json</c>,
/// <c>gate</c>.
/// </summary>
public sealed class DeviceIdentity : IDisposable
{
    private const string PublicFile = "device.pub";
    private const string RootFile = "root.json";
    private const string GateFile = "gate";
    private readonly string folder;

    private DeviceIdentity(string folder, ECDiffieHellman key)
    {
        this.folder = folder;
        Key = key;
    }

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo), 64 hexadecimal digits: the site document names it.</summary>
    public string PublicKeyHash => Convert.ToHexStringLower(SHA256.HashData(Key.ExportSubjectPublicKeyInfo()));

    /// <summary>True when a root is pinned.</summary>
    /// <exception cref="IOException">The folder cannot be read: nobody knows.</exception>
    public bool IsEnrolled => DurableFile.Find(At(RootFile)) is not null && DurableFile.Find(At(GateFile)) is not null;

    /// <summary>The gate's name. Only when enrolled.</summary>
    public string Gate => File.ReadAllText(At(GateFile), Encoding.UTF8).Trim();

    /// <summary>The pinned root. Only when enrolled.</summary>
    public byte[] PinnedRoot => File.ReadAllBytes(At(RootFile));

    internal ECDiffieHellman Key { get; }

    /// <summary>Opens the identity of a state folder with the key in a file, making the key where there is none.</summary>
    /// <exception cref="KeyPlaceException">The key file holds no P-256 key.</exception>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static DeviceIdentity OpenOrCreate(string folder) => OpenOrCreate(folder, new FileKeyPlace(folder));

    /// <summary>Opens the identity of a state folder, making the key where there is none.</summary>
    /// <param name="folder">The state folder.</param>
    /// <param name="keys">Where the key lies.</param>
    /// <exception cref="KeyPlaceException">The key is there and does not open, or cannot be kept.</exception>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static DeviceIdentity OpenOrCreate(string folder, IKeyPlace keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var identity = new DeviceIdentity(folder, keys.Find() ?? Make(keys));
        identity.ShowPublicKey();
        return identity;
    }

    /// <summary>The name that the gate of a state folder is enrolled by; empty where it is not.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static string NameOf(string folder)
    {
        return DurableFile.Find(Path.Combine(folder, GateFile)) is { } name ? Encoding.UTF8.GetString(name).Trim() : string.Empty;
    }

    /// <summary>Pins the province's root and the gate's name, once. Another root would be another province.</summary>
    /// <exception cref="InvalidDataException">It is no root that signs itself, the name is none, or the gate is enrolled.</exception>
    public void Enrol(ReadOnlySpan<byte> root, string gate)
    {
        if (IsEnrolled) throw new InvalidDataException($"This gate is enrolled as {Gate}: a board that changes its province begins with an empty state folder.");
        if (!GateKeyEnvelope.IsGate(gate)) throw new InvalidDataException($"'{gate}' is no gate's name: 1 to 64 letters, digits and . _ -");
        if (!TrustedMetadata.TryStart(root.ToArray(), null, SnapshotRule.ConsistentOnly, out _, out var fault))
            throw new InvalidDataException($"This is no root to pin: {fault}.");
        DurableFile.Write(At(GateFile), Encoding.UTF8.GetBytes(gate + "\n"));
        DurableFile.Write(At(RootFile), root);
    }

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();

    private static ECDiffieHellman Make(IKeyPlace keys)
    {
        var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            keys.Keep(key);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    // Written where it differs only: a start on a full disk or a worn card has nothing to write here. It informs and no more: the key is
    // kept by now, and a gate does not end for this file.
    private void ShowPublicKey()
    {
        var text = Encoding.ASCII.GetBytes(Key.ExportSubjectPublicKeyInfoPem() + "\n");
        try
        {
            if (DurableFile.Find(At(PublicFile)) is { } shown && shown.AsSpan().SequenceEqual(text)) return;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            // Written anew, into another place on the disk.
        }

        try
        {
            DurableFile.Write(At(PublicFile), text);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            // The next start tries again.
        }
    }

    private string At(string file) => Path.Combine(folder, file);
}
