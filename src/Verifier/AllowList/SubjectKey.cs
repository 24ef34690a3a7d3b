using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Verifier.AllowList;

/// <summary>What kind of identifier a key was made from. Kinds never collide: the kind is part of the keyed hash.</summary>
public enum SubjectKind : byte
{
    /// <summary>Not a subject.</summary>
    None = 0,

    /// <summary>The 16-byte pseudonym of a person, as in the domestic code.</summary>
    Person = 1,

    /// <summary>The card number of a T-Union card, 10 bytes BCD, the first nibble zero.</summary>
    TransitCard = 2,

    /// <summary>City and card number of a City Union card, 2 bytes BCD and 8 binary.</summary>
    CityCard = 3,

    /// <summary>The card number of a social-security card.</summary>
    SocialSecurityCard = 4,

    /// <summary>The UID of a chip, 4, 7 or 10 bytes.</summary>
    CardUid = 5,
}

/// <summary>
/// The key of a subject in the allow-list: HMAC-SHA256(list key, kind || identifier).
/// The first 56 bits (big-endian) find the entry; the first 128 tell colliding subjects apart in the side table.
/// Keyed, because a plain hash of a card number can be reversed by trying every number.
/// </summary>
public readonly record struct SubjectKey
{
    /// <summary>Size of the list key in bytes.</summary>
    public const int ListKeySize = 32;

    /// <summary>Greatest identifier in bytes.</summary>
    public const int IdentifierMax = 32;

    /// <summary>Bits of the key that the pages store.</summary>
    public const int PageBits = 56;

    private SubjectKey(UInt128 full) => Full = full;

    /// <summary>All 128 bits.</summary>
    public UInt128 Full { get; }

    /// <summary>The 56 bits that the pages are sorted by.</summary>
    public ulong Page => (ulong)(Full >> (128 - PageBits));

    /// <summary>Makes a key from its 128 bits.</summary>
    public static SubjectKey FromFull(UInt128 full) => new(full);

    /// <summary>Computes the key of a subject. Allocates nothing.</summary>
    /// <exception cref="ArgumentException">The list key is not 32 bytes, or the identifier is empty or over 32.</exception>
    public static SubjectKey Compute(ReadOnlySpan<byte> listKey, SubjectKind kind, ReadOnlySpan<byte> identifier)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(listKey.Length, ListKeySize);
        ArgumentOutOfRangeException.ThrowIfZero(identifier.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(identifier.Length, IdentifierMax);
        Debug.Assert(kind != SubjectKind.None, "A key needs a kind.");

        Span<byte> message = stackalloc byte[1 + IdentifierMax];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        message[0] = (byte)kind;
        identifier.CopyTo(message[1..]);
        HMACSHA256.HashData(listKey, message[..(1 + identifier.Length)], mac);
        CryptographicOperations.ZeroMemory(message);
        return new SubjectKey(BinaryPrimitives.ReadUInt128BigEndian(mac));
    }

    /// <summary>Shows nothing: a key is a pseudonym of a person.</summary>
    public override string ToString() => nameof(SubjectKey);
}
