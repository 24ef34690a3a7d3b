using Province.Codes;
using Province.Keys;

namespace Province.Tests.Codes;

/// <summary>What every vector shares: the published key of RFC 6979, A.2.5, and the claims that are bent.</summary>
internal static class VectorKey
{
    public const string Scalar = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    public const long IssuedAt = 1_772_352_000; // 2026-03-01T08:00:00Z
    public const long ExpiresAt = IssuedAt + 86_400;
    public const int Colour = -70001;
    public const int Flags = -70002;
    public const int Kind = -70004;
    public const int SampledAt = -70005;

    public static SigningKey Key { get; } = SigningKey.FromScalar(Convert.FromHexString(Scalar));

    public static byte[] Subject { get; } = [.. Enumerable.Range(0x10, 16).Select(value => (byte)value)];

    public static byte[] Id { get; } = [.. Enumerable.Range(0xA0, 8).Select(value => (byte)value)];

    /// <summary>A green health code, claim by claim.</summary>
    public static (int Label, byte[] Value)[] Green { get; } =
    [
        (1, RawCbor.Text("33")), (2, RawCbor.Bytes(Subject)), (4, RawCbor.Int(ExpiresAt)), (6, RawCbor.Int(IssuedAt)),
        (7, RawCbor.Bytes(Id)), (Colour, RawCbor.Int(3)),
    ];

    public static byte[] Header { get; } = HeaderOf(RawCbor.Int(-7));

    public static byte[] HeaderOf(byte[] algorithm, byte[]? keyId = null) =>
        RawCbor.Map((RawCbor.Int(1), algorithm), (RawCbor.Int(4), RawCbor.Bytes(keyId ?? Key.KeyId)));

    public static byte[] Claims(IEnumerable<(int Label, byte[] Value)> claims) =>
        RawCbor.Map([.. claims.Select(claim => (RawCbor.Int(claim.Label), claim.Value))]);

    public static byte[] With(int label, byte[] value) =>
        Claims(
            Green.Where(claim => claim.Label != label).Append((Label: label, Value: value))
                .OrderBy(claim => claim.Label < 0).ThenBy(claim => Math.Abs(claim.Label)));

    public static byte[] Without(int label) => Claims(Green.Where(claim => claim.Label != label));

    public static byte[] Sign(byte[] header, byte[] payload) => Key.Sign(
        RawCbor.Array(RawCbor.Text("Signature1"), RawCbor.Bytes(header), RawCbor.Bytes([]), RawCbor.Bytes(payload)));

    public static byte[] Message(byte[] payload, byte[]? header = null, byte[]? signature = null, byte[]? unsigned = null) =>
    [
        0xD2,
        .. RawCbor.Array(
            RawCbor.Bytes(header ?? Header), unsigned ?? RawCbor.Map(), RawCbor.Bytes(payload),
            RawCbor.Bytes(signature ?? Sign(header ?? Header, payload))),
    ];

    public static string Text(byte[] payload, byte[]? header = null, byte[]? signature = null, byte[]? unsigned = null) =>
        DomesticCodeWriter.ToText(Message(payload, header, signature, unsigned));
}
