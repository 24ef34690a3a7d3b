using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Verifier.AllowList;

namespace Verifier.Trust;

/// <summary>Why an envelope does not open.</summary>
public enum EnvelopeFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Not 134 bytes.</summary>
    WrongLength,

    /// <summary>Not a gate key.</summary>
    WrongMagic,

    /// <summary>A format that this program does not know.</summary>
    WrongFormat,

    /// <summary>The key of another epoch.</summary>
    WrongEpoch,

    /// <summary>The ephemeral key is no point of P-256.</summary>
    BadPoint,

    /// <summary>Sealed to another device or another gate's name, or changed since.</summary>
    NotForThisGate,
}

/// <summary>
/// The list key of an epoch, sealed to one gate's device key: the target <c>keys/GATE</c>; docs/formats/trust.md.
/// <code>
/// 0    4   magic "GKEY"
/// 4    1   format 1
/// 5    4   epoch, big-endian, from 1
/// 9    65  ephemeral P-256 key, uncompressed point 04 || X || Y
/// 74   12  nonce
/// 86   32  list key, encrypted
/// 118  16  tag
/// </code>
/// Key: HKDF-SHA256 of the raw ECDH secret, salt = ephemeral point || device point, info = "gate list key 1".
/// AES-256-GCM, associated data = the first 74 bytes || the gate's name in ASCII.
/// </summary>
public static class GateKeyEnvelope
{
    /// <summary>Size of an envelope in bytes.</summary>
    public const int Size = TagOffset + TagSize;

    /// <summary>Size of the nonce in bytes.</summary>
    public const int NonceSize = 12;

    /// <summary>Greatest length of a gate's name.</summary>
    public const int GateMax = 64;

    private const byte Format = 1;
    private const byte Uncompressed = 4;
    private const int CoordinateSize = 32;
    private const int PointSize = 1 + (2 * CoordinateSize);
    private const int FormatOffset = 4;
    private const int EpochOffset = 5;
    private const int PointOffset = 9;
    private const int NonceOffset = PointOffset + PointSize;
    private const int SealedOffset = NonceOffset + NonceSize;
    private const int TagOffset = SealedOffset + SubjectKey.ListKeySize;
    private const int TagSize = 16;

    private static ReadOnlySpan<byte> Magic => "GKEY"u8;

    private static ReadOnlySpan<byte> Purpose => "gate list key 1"u8;

    /// <summary>True for a name that can be part of a target's path: 1 to 64 letters, digits and <c>. _ -</c>, no point first.</summary>
    public static bool IsGate(string gate) => gate.Length <= GateMax && !gate.Contains('/', StringComparison.Ordinal) && MetadataReader.IsPath(gate);

    /// <summary>Seals a list key. The same arguments give the same bytes; a nonce and ephemeral key serve once.</summary>
    /// <param name="listKey">32 bytes.</param>
    /// <param name="gate">The gate's name.</param>
    /// <param name="epoch">The list's epoch, from 1.</param>
    /// <param name="deviceKey">The gate's public key, SubjectPublicKeyInfo of P-256.</param>
    /// <param name="ephemeral">A fresh P-256 key with its private part.</param>
    /// <param name="nonce">12 fresh bytes.</param>
    /// <exception cref="ArgumentException">A length or name is wrong.</exception>
    /// <exception cref="CryptographicException">The device key is no P-256 key.</exception>
    public static byte[] Seal(
        ReadOnlySpan<byte> listKey, string gate, int epoch, ReadOnlySpan<byte> deviceKey, ECDiffieHellman ephemeral, ReadOnlySpan<byte> nonce)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(listKey.Length, SubjectKey.ListKeySize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epoch);
        if (!IsGate(gate)) throw new ArgumentException("This name cannot be part of a path.", nameof(gate));

        using var device = ECDiffieHellman.Create();
        device.ImportSubjectPublicKeyInfo(deviceKey, out _);
        var envelope = new byte[Size];
        Magic.CopyTo(envelope);
        envelope[FormatOffset] = Format;
        BinaryPrimitives.WriteInt32BigEndian(envelope.AsSpan(EpochOffset), epoch);
        WritePoint(ephemeral, envelope.AsSpan(PointOffset, PointSize));
        nonce.CopyTo(envelope.AsSpan(NonceOffset));

        Span<byte> point = stackalloc byte[PointSize];
        WritePoint(device, point);
        using var aes = Derive(ephemeral, device, envelope.AsSpan(PointOffset, PointSize), point);
        aes.Encrypt(
            nonce, listKey, envelope.AsSpan(SealedOffset, SubjectKey.ListKeySize), envelope.AsSpan(TagOffset), AssociatedBytes(envelope, gate));
        return envelope;
    }

    /// <summary>The epoch that an envelope says it is of; 0 when it is none. Only <see cref="TryOpen"/> tells whether it is.</summary>
    public static int ReadEpoch(ReadOnlySpan<byte> envelope) =>
        envelope.Length == Size ? Math.Max(BinaryPrimitives.ReadInt32BigEndian(envelope[EpochOffset..]), 0) : 0;

    /// <summary>Opens an envelope with the device key. Never throws on any envelope. The caller clears the key.</summary>
    /// <param name="envelope">The target's bytes.</param>
    /// <param name="gate">The enrolled name.</param>
    /// <param name="epoch">The epoch of the list it must belong to.</param>
    /// <param name="deviceKey">The device key with its private part.</param>
    /// <param name="listKey">32 bytes.</param>
    /// <param name="fault">Why it does not open.</param>
    public static bool TryOpen(
        ReadOnlySpan<byte> envelope, string gate, int epoch, ECDiffieHellman deviceKey, [NotNullWhen(true)] out byte[]? listKey, out EnvelopeFault fault)
    {
        listKey = null;
        fault = CheckHead(envelope, epoch);
        if (fault != EnvelopeFault.None) return false;

        var opened = new byte[SubjectKey.ListKeySize];
        Span<byte> point = stackalloc byte[PointSize];
        fault = EnvelopeFault.BadPoint;
        try
        {
            using var ephemeral = ReadPoint(envelope.Slice(PointOffset, PointSize));
            fault = EnvelopeFault.NotForThisGate;
            WritePoint(deviceKey, point);
            using var aes = Derive(deviceKey, ephemeral, envelope.Slice(PointOffset, PointSize), point);
            aes.Decrypt(
                envelope.Slice(NonceOffset, NonceSize),
                envelope.Slice(SealedOffset, SubjectKey.ListKeySize),
                envelope.Slice(TagOffset, TagSize),
                opened,
                AssociatedBytes(envelope, gate));
        }
        catch (CryptographicException)
        {
            return false;
        }

        fault = EnvelopeFault.None;
        listKey = opened;
        return true;
    }

    private static EnvelopeFault CheckHead(ReadOnlySpan<byte> envelope, int epoch)
    {
        if (envelope.Length != Size) return EnvelopeFault.WrongLength;
        if (!envelope.StartsWith(Magic)) return EnvelopeFault.WrongMagic;
        if (envelope[FormatOffset] != Format) return EnvelopeFault.WrongFormat;
        if (BinaryPrimitives.ReadInt32BigEndian(envelope[EpochOffset..]) != epoch) return EnvelopeFault.WrongEpoch;
        return envelope[PointOffset] == Uncompressed ? EnvelopeFault.None : EnvelopeFault.BadPoint;
    }

    private static AesGcm Derive(ECDiffieHellman own, ECDiffieHellman other, ReadOnlySpan<byte> ephemeralPoint, ReadOnlySpan<byte> devicePoint)
    {
        Span<byte> salt = stackalloc byte[2 * PointSize];
        Span<byte> key = stackalloc byte[32];
        ephemeralPoint.CopyTo(salt);
        devicePoint.CopyTo(salt[PointSize..]);
        using var publicKey = other.PublicKey;
        var secret = own.DeriveRawSecretAgreement(publicKey);
        try
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, Purpose);
            return new AesGcm(key, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] AssociatedBytes(ReadOnlySpan<byte> envelope, string gate)
    {
        var name = System.Text.Encoding.ASCII.GetBytes(gate);
        return [.. envelope[..NonceOffset], .. name];
    }

    private static void WritePoint(ECDiffieHellman key, Span<byte> point)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Q.X!.Length != CoordinateSize) throw new CryptographicException("The key is on another curve than P-256.");
        point[0] = Uncompressed;
        parameters.Q.X.CopyTo(point[1..]);
        parameters.Q.Y.CopyTo(point[(1 + CoordinateSize)..]);
    }

    private static ECDiffieHellman ReadPoint(ReadOnlySpan<byte> point) => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = point.Slice(1, CoordinateSize).ToArray(), Y = point.Slice(1 + CoordinateSize, CoordinateSize).ToArray() },
    });
}
