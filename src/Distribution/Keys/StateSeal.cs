using System.Security.Cryptography;
using System.Text;

namespace Distribution.Keys;

/// <summary>
/// Authenticates what this gate keeps for itself: a message authentication code (HMAC-SHA-256) under a key that is derived from
/// the device key by HKDF, with a key of its own for each use. It works alike for a key in a file and for one that a TPM seals.
/// Rules:
/// <list type="number">
/// <item>State that can open a lane, or that changes how long one stays open, is trusted only when its code holds.</item>
/// <item>A code of one use never holds for another.</item>
/// <item>Where the device key cannot be had, a random key of this process takes its place: everything works until the restart,
/// and nothing that was kept is trusted before or after it.</item>
/// </list>
/// A code does not tell how old a state is: a copy of an older one still holds. Any thread.
/// </summary>
public sealed class StateSeal : IDisposable
{
    /// <summary>Size of a code in bytes.</summary>
    public const int TagSize = HMACSHA256.HashSizeInBytes;

    private const int KeySize = 32;
    private const int UseMax = 64;
    private const int ScalarSize = 32;
    private readonly byte[] key = GC.AllocateArray<byte>(KeySize, pinned: true);

    private StateSeal(string? fault) => Fault = fault;

    /// <summary>Why the device key could not be had; null when it is the device's own key.</summary>
    public string? Fault { get; }

    private static ReadOnlySpan<byte> Label => "gate state 1"u8;

    /// <summary>Derives the key. Makes the device key where there is none. Never fails. Before anyone else uses the place.</summary>
    /// <param name="stateFolder">The state folder.</param>
    /// <param name="keys">Where the device key lies. Not disposed.</param>
    public static StateSeal Open(string stateFolder, IKeyPlace keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        try
        {
            using var identity = DeviceIdentity.OpenOrCreate(stateFolder, keys);
            return Of(identity.Key);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or CryptographicException)
        {
            var closed = new StateSeal(failed.Message);
            RandomNumberGenerator.Fill(closed.key);
            return closed;
        }
    }

    /// <summary>Derives the key from a device key.</summary>
    public static StateSeal Of(ECDiffieHellman device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var parameters = device.ExportParameters(includePrivateParameters: true);
        Span<byte> scalar = stackalloc byte[ScalarSize];
        scalar.Clear();
        try
        {
            parameters.D.CopyTo(scalar[(ScalarSize - parameters.D!.Length)..]);
            var seal = new StateSeal(fault: null);
            HKDF.DeriveKey(HashAlgorithmName.SHA256, scalar, seal.key, salt: default, Label);
            return seal;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    /// <summary>Makes the code of some bytes.</summary>
    /// <param name="use">What they are for, such as <c>lane mode</c>: 1 to 64 ASCII letters. One word for one layout.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="tag">Takes the code, <see cref="TagSize"/> bytes.</param>
    public void MakeTag(string use, ReadOnlySpan<byte> bytes, Span<byte> tag)
    {
        Span<byte> own = stackalloc byte[KeySize];
        DeriveKey(use, own);
        try
        {
            HMACSHA256.HashData(own, bytes, tag);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(own);
        }
    }

    /// <summary>True when a code is that of these bytes for this use, made under this device's key.</summary>
    public bool Holds(string use, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> tag)
    {
        Span<byte> expected = stackalloc byte[TagSize];
        MakeTag(use, bytes, expected);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }

    /// <summary>The contents of a sealed file: the code, then the bytes.</summary>
    public byte[] Wrap(string use, ReadOnlySpan<byte> bytes)
    {
        var whole = new byte[TagSize + bytes.Length];
        bytes.CopyTo(whole.AsSpan(TagSize));
        MakeTag(use, bytes, whole.AsSpan(0, TagSize));
        return whole;
    }

    /// <summary>Takes the bytes out of a sealed file. Never throws, whatever the bytes.</summary>
    /// <returns>False when the code does not hold.</returns>
    public bool TryUnwrap(string use, ReadOnlyMemory<byte> whole, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (whole.Length < TagSize || !Holds(use, whole.Span[TagSize..], whole.Span[..TagSize])) return false;
        bytes = whole[TagSize..];
        return true;
    }

    /// <summary>Derives a key for a use, as for hashes that nobody without the device can make.</summary>
    /// <param name="use">As in <see cref="MakeTag"/>, and another word than for any code.</param>
    /// <param name="own">Takes the key, at most 255 × 32 bytes. The caller zeroes it.</param>
    public void DeriveKey(string use, Span<byte> own)
    {
        ArgumentException.ThrowIfNullOrEmpty(use);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(use.Length, UseMax);
        Span<byte> label = stackalloc byte[UseMax];
        HKDF.Expand(HashAlgorithmName.SHA256, key, own, label[..Encoding.ASCII.GetBytes(use, label)]);
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(key);
}
