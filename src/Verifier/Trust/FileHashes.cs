using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Verifier.Trust;

/// <summary>
/// The hashes that a document states of a file, lower-case hexadecimal; every one that is stated must hold. Algorithms
/// that this program does not know are passed over. The default states none and matches nothing.
/// </summary>
/// <param name="Sha256">SHA-256, 64 digits; null where not stated.</param>
/// <param name="Sha512">SHA-512, 128 digits; null where not stated.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileHashes(string? Sha256, string? Sha512 = null)
{
    /// <summary>Size of a SHA-256 in bytes.</summary>
    internal const int Sha256Size = SHA256.HashSizeInBytes;

    /// <summary>Size of a SHA-512 in bytes.</summary>
    internal const int Sha512Size = SHA512.HashSizeInBytes;

    /// <summary>The one that a repository with consistent snapshots puts before a file's name; empty when none is stated.</summary>
    public string Prefix => Sha256 ?? Sha512 ?? string.Empty;

    /// <summary>The hashes of some bytes.</summary>
    public static FileHashes Of(ReadOnlySpan<byte> bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <summary>True when every stated hash is that of the bytes, and at least one is stated.</summary>
    public bool Match(ReadOnlySpan<byte> bytes)
    {
        if (Sha256 is null && Sha512 is null) return false;
        if (Sha256 is not null && Convert.ToHexStringLower(SHA256.HashData(bytes)) != Sha256) return false;
        return Sha512 is null || Convert.ToHexStringLower(SHA512.HashData(bytes)) == Sha512;
    }
}
