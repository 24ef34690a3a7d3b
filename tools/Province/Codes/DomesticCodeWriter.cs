using System.Formats.Cbor;
using System.Text;
using Province.Keys;
using Verifier.AllowList;
using Verifier.Encoding;

namespace Province.Codes;

/// <summary>What a domestic document says; docs/formats/domestic-code.md.</summary>
internal sealed record CodeClaims
{
    /// <summary>The issuer's id.</summary>
    public required string Issuer { get; init; }

    /// <summary>The pseudonym, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> Subject { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it expires.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The code's own id, 8 bytes.</summary>
    public required ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>The standing; null in a report or a staff badge.</summary>
    public ListValue? Standing { get; init; }

    /// <summary>1 international, 2 assisted, 4 static; added up.</summary>
    public int Flags { get; init; }

    /// <summary>The pseudonyms of the family that goes with the holder, each 16 bytes; written as children.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Members { get; init; } = [];

    /// <summary>2 a negative report, 3 a staff badge, 4 a technician; null a health code.</summary>
    public int? Kind { get; init; }

    /// <summary>A technician's role.</summary>
    public string? Role { get; init; }

    /// <summary>A technician's key, x || y on P-256.</summary>
    public ReadOnlyMemory<byte> HolderKey { get; init; }

    /// <summary>When a report's sample was taken.</summary>
    public DateTimeOffset? SampledAt { get; init; }

    /// <summary>Shows nothing: the claims are about a person.</summary>
    public override string ToString() => nameof(CodeClaims);
}

/// <summary>Writes domestic documents: <c>ZJ1:</c> + base45(COSE_Sign1(CWT)).</summary>
internal static class DomesticCodeWriter
{
    private const string Prefix = "ZJ1:";
    private const int Es256 = -7;
    private const byte StandingMask = 0b1111;

    /// <summary>The text of a signed document.</summary>
    public static string Write(CodeClaims claims, SigningKey key) => ToText(Sign(WriteClaims(claims), key));

    /// <summary>The text of message bytes.</summary>
    public static string ToText(ReadOnlySpan<byte> message)
    {
        var text = new byte[Base45.EncodedLength(message.Length)];
        Base45.Encode(message, text);
        return Prefix + Encoding.ASCII.GetString(text);
    }

    /// <summary>A COSE_Sign1 message over a payload. Naming another key than the one that signs makes a forgery.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> payload, SigningKey key, byte[]? namedKeyId = null)
    {
        var header = WriteHeader(namedKeyId ?? key.KeyId);
        var signed = new CborWriter(CborConformanceMode.Canonical);
        signed.WriteStartArray(4);
        signed.WriteTextString("Signature1");
        signed.WriteByteString(header);
        signed.WriteByteString([]);
        signed.WriteByteString(payload);
        signed.WriteEndArray();

        var message = new CborWriter(CborConformanceMode.Canonical);
        message.WriteTag((CborTag)18);
        message.WriteStartArray(4);
        message.WriteByteString(header);
        message.WriteStartMap(0);
        message.WriteEndMap();
        message.WriteByteString(payload);
        message.WriteByteString(key.Sign(signed.Encode()));
        message.WriteEndArray();
        return message.Encode();
    }

    /// <summary>The CWT claims.</summary>
    public static byte[] WriteClaims(CodeClaims claims)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical, convertIndefiniteLengthEncodings: true);
        writer.WriteStartMap(null);
        Put(writer, 1, () => writer.WriteTextString(claims.Issuer));
        Put(writer, 2, () => writer.WriteByteString(claims.Subject.Span));
        Put(writer, 4, () => writer.WriteInt64(claims.ExpiresAt.ToUnixTimeSeconds()));
        Put(writer, 6, () => writer.WriteInt64(claims.IssuedAt.ToUnixTimeSeconds()));
        Put(writer, 7, () => writer.WriteByteString(claims.Id.Span));
        if (!claims.HolderKey.IsEmpty) Put(writer, 8, () => WriteHolderKey(writer, claims.HolderKey.Span));
        if (claims.Standing is { } standing) Put(writer, -70001, () => writer.WriteInt32(standing.Code & StandingMask));
        if (claims.Flags != 0) Put(writer, -70002, () => writer.WriteInt32(claims.Flags));
        if (claims.Members.Count > 0) Put(writer, -70003, () => WriteMembers(writer, claims.Members));
        if (claims.Kind is { } kind) Put(writer, -70004, () => writer.WriteInt32(kind));
        if (claims.SampledAt is { } at) Put(writer, -70005, () => writer.WriteInt64(at.ToUnixTimeSeconds()));
        if (claims.Role is { } role) Put(writer, -70006, () => writer.WriteTextString(role));
        writer.WriteEndMap();
        return writer.Encode();
    }

    // RFC 8747: a confirmation by a COSE_Key on P-256.
    private static void WriteHolderKey(CborWriter writer, ReadOnlySpan<byte> key)
    {
        var half = key.Length / 2;
        var (x, y) = (key[..half].ToArray(), key[half..].ToArray());
        writer.WriteStartMap(1);
        Put(writer, 1, () => writer.WriteStartMap(4));
        Put(writer, 1, () => writer.WriteInt32(2));
        Put(writer, -1, () => writer.WriteInt32(1));
        Put(writer, -2, () => writer.WriteByteString(x));
        Put(writer, -3, () => writer.WriteByteString(y));
        writer.WriteEndMap();
        writer.WriteEndMap();
    }

    private static void WriteMembers(CborWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> members)
    {
        const int Child = 1;
        writer.WriteStartArray(members.Count);
        foreach (var member in members)
        {
            writer.WriteStartArray(2);
            writer.WriteByteString(member.Span);
            writer.WriteInt32(Child);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static byte[] WriteHeader(byte[] keyId)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartMap(2);
        Put(writer, 1, () => writer.WriteInt32(Es256));
        Put(writer, 4, () => writer.WriteByteString(keyId));
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static void Put(CborWriter writer, int label, Action value)
    {
        writer.WriteInt32(label);
        value();
    }
}
