using System.Collections.Immutable;
using System.Security.Cryptography;
using Verifier.AllowList;
using Verifier.Encoding;

namespace Verifier.Credentials;

/// <summary>What an issuer may sign.</summary>
[Flags]
internal enum IssuerUse : byte
{
    None = 0,
    HealthCode = 1,
    Report = 2,
    Staff = 4,
    Technician = 8,
}

/// <summary>One issuer's key, with the algorithm that the province fixed for it.</summary>
internal sealed class Issuer
{
    /// <summary>ES256 of RFC 9053: ECDSA on P-256 with SHA-256.</summary>
    public const int Es256 = -7;

    // Guards `key`: the platform does not promise that one key object verifies on two threads at once.
    private readonly Lock keyLock = new();
    private readonly ECDsa key;

    public Issuer(ECDsa key) => this.key = key;

    public required string Id { get; init; }

    public required ulong KeyId { get; init; }

    public required int Algorithm { get; init; }

    public required IssuerUse Use { get; init; }

    /// <summary>True for the home province: only its codes may be newer than the list.</summary>
    public required bool IsHome { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>Our colour for each of theirs, at index <see cref="Colour"/>; empty for the home province.</summary>
    public required ImmutableArray<Colour> Mapping { get; init; }

    /// <summary>True when the message is signed by this key under its fixed algorithm.</summary>
    public bool HasSigned(CoseSign1 message)
    {
        if (message.Algorithm != Algorithm) return false;
        var signed = message.ToBeSigned();
        lock (keyLock)
        {
            return key.VerifyData(
                signed, message.Signature.Span, HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    /// <summary>The standing that this issuer's colour means here. A reason of yellow is kept; without one it is
    /// the strictest, so that no mapping makes a person freer than their own province did.</summary>
    public ListValue Map(ListValue theirs)
    {
        if (IsHome) return theirs;
        var ours = Mapping[(int)theirs.Colour];
        if (ours != Colour.Yellow) return ListValue.Of(ours);
        return ListValue.Of(ours, theirs.Colour == Colour.Yellow ? theirs.YellowReason : YellowReason.FeverWithHistory);
    }
}
