using System.Buffers.Binary;
using System.Security.Cryptography;
using Verifier.AllowList;

namespace Province.Lists;

/// <summary>
/// Makes many keys under one list key: what <see cref="SubjectKey.Compute"/> makes, with the keyed hash prepared once, which
/// is three times as fast. One thread.
/// </summary>
internal sealed class SubjectKeyMaker : IDisposable
{
    private readonly IncrementalHash hash;

    /// <summary>A maker of keys under a list key.</summary>
    /// <exception cref="ArgumentException">The list key is not 32 bytes.</exception>
    public SubjectKeyMaker(ReadOnlySpan<byte> listKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(listKey.Length, SubjectKey.ListKeySize);
        hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, listKey);
    }

    /// <summary>The key of a subject.</summary>
    public SubjectKey Make(SubjectKind kind, ReadOnlySpan<byte> identifier)
    {
        Span<byte> message = stackalloc byte[1 + SubjectKey.IdentifierMax];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        message[0] = (byte)kind;
        identifier.CopyTo(message[1..]);
        hash.AppendData(message[..(1 + identifier.Length)]);
        hash.GetHashAndReset(mac);
        return SubjectKey.FromFull(BinaryPrimitives.ReadUInt128BigEndian(mac));
    }

    /// <summary>Forgets the list key.</summary>
    public void Dispose() => hash.Dispose();
}
