using System.IO.Compression;
using Province.Codes;
using Province.Keys;
using Verifier.Encoding;
using static Province.Tests.Codes.RawCbor;
using static Province.Tests.Codes.VectorKey;

namespace Province.Tests.Codes;

/// <summary>The texts that no reader takes; <c>tests/vectors/domestic-code/invalid.txt</c>. Each breaks one rule.</summary>
internal static class InvalidVectors
{
    private const int MessageMax = 400;
    private const int UnknownLabel = -70009;
    private static readonly byte[] GreenClaims = VectorKey.Claims(Green);
    private static readonly byte[] Whole = Message(GreenClaims);

    public static IEnumerable<Vector> All() => [.. Texts(), .. Envelopes(), .. Headers(), .. Maps(), .. Values(), .. Kinds(), .. Signatures()];

    private static IEnumerable<Vector> Texts()
    {
        var text = DomesticCodeWriter.ToText(Whole);
        yield return new("empty", Vector.Length, string.Empty);
        yield return new("prefix-alone", Vector.Envelope, "ZJ1:");
        yield return new("lower-case-prefix", Vector.OtherCode, "zj1:" + text[4..]);
        yield return new("other-prefix", Vector.OtherCode, "HC1:" + text[4..]);
        yield return new("no-prefix", Vector.OtherCode, text[4..]);
        yield return new("space-before", Vector.OtherCode, " " + text);
        yield return new("web-address", Vector.OtherCode, "https://example.org/timetable");
        yield return new("lower-case", Vector.Base45, "ZJ1:" + text[4..].ToLowerInvariant());
        yield return new("character-outside-the-alphabet", Vector.Base45, text[..20] + "!" + text[21..]);
        yield return new("lone-last-character", Vector.Base45, text[..^1]);
        yield return new("group-above-its-range", Vector.Base45, "ZJ1::::" + text[7..]);
        yield return new("cut-by-a-group", Vector.Envelope, text[..^3]);
        yield return new("message-of-400-bytes", Vector.Claims, DomesticCodeWriter.ToText(Filled(MessageMax)));
        yield return new("message-of-401-bytes", Vector.Length, DomesticCodeWriter.ToText(Filled(MessageMax + 1)));
        yield return new("compressed", Vector.Envelope, DomesticCodeWriter.ToText(Compress(Whole)));
        yield return new("compressed-payload", Vector.Claims, Text(Compress(GreenClaims)));
    }

    private static IEnumerable<Vector> Envelopes()
    {
        var signature = Sign(Header, GreenClaims);
        byte[][] parts = [Bytes(Header), Map(), Bytes(GreenClaims), Bytes(signature)];
        yield return Broken("no-tag", Whole[1..]);
        yield return Broken("wrong-tag", [0xD1, .. Whole[1..]]);
        yield return Broken("tag-in-two-bytes", [0xD8, 0x12, .. Whole[1..]]);
        yield return Broken("tag-twice", [0xD2, .. Whole]);
        yield return Broken("trailing-byte", [.. Whole, 0]);
        yield return Broken("truncated", Whole[..^1]);
        yield return Broken("array-of-3", [0xD2, .. RawCbor.Array(parts[..3])]);
        yield return Broken("array-of-5", [0xD2, .. RawCbor.Array([.. parts, Bytes([])])]);
        yield return Broken("array-of-indefinite-length", [0xD2, 0x9F, .. parts.SelectMany(part => part), 0xFF]);
        yield return Broken("payload-of-text", [0xD2, .. RawCbor.Array(parts[0], parts[1], RawCbor.Text("{}"), parts[3])]);
        yield return Broken("payload-of-nothing", [0xD2, .. RawCbor.Array(parts[0], parts[1], [0xF6], parts[3])]);
        yield return Broken("payload-of-indefinite-length", [0xD2, .. RawCbor.Array(parts[0], parts[1], [0x5F, .. parts[2], 0xFF], parts[3])]);
        yield return Broken("extra-unprotected-entry", Message(GreenClaims, unsigned: Map((Int(4), Bytes(Key.KeyId)))));
        yield return Broken("unprotected-of-indefinite-length", Message(GreenClaims, unsigned: OpenMap()));
        yield return Broken("signature-of-63-bytes", Message(GreenClaims, signature: signature[..^1]));
        yield return Broken("signature-of-65-bytes", Message(GreenClaims, signature: [.. signature, 0]));
        yield return Broken("signature-in-der", Message(GreenClaims, signature: Key.SignDer(GreenClaims)));
        yield return Broken("length-not-shortest", [0xD2, 0x98, 0x04, .. Whole[2..]]);
    }

    private static IEnumerable<Vector> Headers()
    {
        var algorithm = (Int(1), Int(-7));
        var keyId = (Int(4), Bytes(Key.KeyId));
        yield return Header("header-empty", []);
        yield return Header("header-of-an-empty-map", Map());
        yield return Header("header-without-algorithm", Map(keyId));
        yield return Header("header-without-key-id", Map(algorithm));
        yield return Header("header-unsorted", Map(keyId, algorithm));
        yield return Header("header-with-another-entry", Map(algorithm, (Int(3), Int(0)), keyId));
        yield return Header("header-with-duplicate-key", Map(algorithm, algorithm, keyId));
        yield return Header("header-of-indefinite-length", OpenMap(algorithm, keyId));
        yield return Header("header-with-trailing-byte", [.. VectorKey.Header, 0]);
        yield return Header("algorithm-of-text", HeaderOf(RawCbor.Text("ES256")));
        yield return Header("algorithm-not-shortest", HeaderOf([0x38, 0x06]));
        yield return Header("key-id-of-7-bytes", HeaderOf(Int(-7), Key.KeyId[..7]));
        yield return Header("key-id-of-9-bytes", HeaderOf(Int(-7), [.. Key.KeyId, 0]));

        static Vector Header(string name, byte[] header) => Broken(name, Message(GreenClaims, header));
    }

    private static IEnumerable<Vector> Maps()
    {
        var entries = Green.Select(claim => (Int(claim.Label), claim.Value)).ToArray();
        var swapped = entries.ToArray();
        (swapped[1], swapped[2]) = (swapped[2], swapped[1]);
        yield return Bad("claims-empty", []);
        yield return Bad("claims-of-an-empty-map", Map());
        yield return Bad("claims-of-an-array", RawCbor.Array(Int(1)));
        yield return Bad("claims-with-trailing-byte", [.. GreenClaims, 0]);
        yield return Bad("claims-of-indefinite-length", OpenMap(entries));
        yield return Bad("claims-unsorted", Map(swapped));
        yield return Bad("duplicate-claim", Map([.. entries[..5], entries[4], .. entries[5..]]));
        yield return Bad("claim-named-by-text", Map([.. entries, (RawCbor.Text("col"), Int(3))]));
        yield return Bad("unknown-claim-nbf", Map([.. entries[..3], (Int(5), Int(IssuedAt)), .. entries[3..]]));
        yield return Bad("unknown-private-claim", With(UnknownLabel, Int(1)));
        yield return Bad("label-not-shortest", Map([([0x18, 0x01], entries[0].Value), .. entries[1..]]));
        yield return Bad("label-beyond-32-bits", Map([.. entries, ([0x3B, 0, 0, 0, 1, 0, 0, 0, 0], Int(1))]));
        foreach (var (label, name) in new[] { (1, "iss"), (2, "sub"), (4, "exp"), (6, "iat"), (7, "cti"), (Colour, "colour") })
            yield return Bad($"missing-{name}", Without(label));
    }

    private static IEnumerable<Vector> Values()
    {
        yield return Bad("issuer-of-0", With(1, RawCbor.Text(string.Empty)));
        yield return Bad("issuer-of-33", With(1, RawCbor.Text(new string('7', 33))));
        yield return Bad("issuer-of-bytes", With(1, Bytes("33"u8)));
        yield return Bad("issuer-not-utf-8", With(1, [0x62, 0xC3, 0x28]));
        yield return Bad("subject-of-15-bytes", With(2, Bytes(Subject.AsSpan(1))));
        yield return Bad("subject-of-17-bytes", With(2, Bytes([.. Subject, 0])));
        yield return Bad("subject-of-text", With(2, RawCbor.Text("0123456789ABCDEF")));
        yield return Bad("subject-of-indefinite-length", With(2, [0x5F, .. Bytes(Subject), 0xFF]));
        yield return Bad("expiry-not-shortest", With(4, WideInt(ExpiresAt)));
        yield return Bad("expiry-of-float", With(4, [0xFB, 0x41, 0xDA, 0x69, 0, 0, 0, 0, 0]));
        yield return Bad("expiry-at-issue", With(4, Int(IssuedAt)));
        yield return Bad("expiry-before-issue", With(4, Int(IssuedAt - 1)));
        yield return Bad("expiry-after-9999", With(4, Int(253_402_300_800)));
        yield return Bad("expiry-beyond-63-bits", With(4, WideInt(ulong.MaxValue)));
        yield return Bad("issued-before-1970", With(6, Int(-1)));
        yield return Bad("id-of-7-bytes", With(7, Bytes(Id.AsSpan(1))));
        yield return Bad("id-of-9-bytes", With(7, Bytes([.. Id, 0])));
        yield return Bad("colour-none", With(Colour, Int(0)));
        yield return Bad("colour-negative", With(Colour, Int(-1)));
        yield return Bad("yellow-without-reason", With(Colour, Int(2)));
        yield return Bad("green-with-reason", With(Colour, Int(0b0111)));
        yield return Bad("red-with-reason", With(Colour, Int(0b1101)));
        yield return Bad("colour-with-static-bit", With(Colour, Int(0b1_0011)));
        yield return Bad("colour-ambiguous", With(Colour, Int(0b10_0000)));
        yield return Bad("colour-of-text", With(Colour, RawCbor.Text("green")));
        yield return Bad("flags-zero", With(Flags, Int(0)));
        yield return Bad("flag-unknown", With(Flags, Int(8)));
    }

    private static IEnumerable<Vector> Kinds()
    {
        var plain = Green[..5];
        var sampled = (SampledAt, Int(IssuedAt - 43_200));
        yield return Bad("kind-health-code-written-out", With(Kind, Int(1)));
        yield return Bad("kind-unknown", VectorKey.Claims([.. plain, (Kind, Int(4))]));
        yield return Bad("colour-in-a-report", VectorKey.Claims([.. Green, (Kind, Int(2)), sampled]));
        yield return Bad("report-without-sampling-time", VectorKey.Claims([.. plain, (Kind, Int(2))]));
        yield return Bad("sampling-time-in-a-health-code", VectorKey.Claims([.. Green, sampled]));
        yield return Bad("sampling-time-in-a-badge", VectorKey.Claims([.. plain, (Kind, Int(3)), sampled]));
        yield return Bad("colour-in-a-badge", VectorKey.Claims([.. Green, (Kind, Int(3))]));
        yield return Bad("sampled-before-1970", VectorKey.Claims([.. plain, (Kind, Int(2)), (SampledAt, Int(-1))]));
    }

    private static IEnumerable<Vector> Signatures()
    {
        var signature = Sign(Header, GreenClaims);
        var flipped = signature.ToArray();
        flipped[^1] ^= 1;
        var forger = SigningKey.FromSeed(new SeededBytes("vectors"), "forger");
        var forged = DomesticCodeWriter.Sign(GreenClaims, forger, Key.KeyId);
        var recoloured = With(Colour, Int(1));
        yield return new("signature-bit-flipped", Vector.Signature, Text(GreenClaims, signature: flipped));
        yield return new("signature-of-zeros", Vector.Signature, Text(GreenClaims, signature: new byte[64]));
        yield return new("signature-over-the-payload-alone", Vector.Signature, Text(GreenClaims, signature: Key.Sign(GreenClaims)));
        yield return new("signature-of-another-key", Vector.Signature, DomesticCodeWriter.ToText(forged));
        yield return new("colour-changed-after-signing", Vector.Signature, Text(recoloured, signature: signature));
        yield return new("algorithm-eddsa-in-the-header", Vector.Signature, Text(GreenClaims, HeaderOf(Int(-8))));
        yield return new("algorithm-zero-in-the-header", Vector.Signature, Text(GreenClaims, HeaderOf(Int(0))));
    }

    private static Vector Broken(string name, byte[] message) => new(name, Vector.Envelope, DomesticCodeWriter.ToText(message));

    private static Vector Bad(string name, byte[] claims) => new(name, Vector.Claims, Text(claims));

    // A message of a stated size, by an unknown claim that fills it. A longer issuer makes up for the sizes at which a
    // length takes a byte more.
    private static byte[] Filled(int size)
    {
        foreach (var issuer in new[] { "33", "333" })
        {
            for (var filler = 0; filler < size; filler++)
            {
                var claims = VectorKey.Claims([(1, RawCbor.Text(issuer)), .. Green[1..], (UnknownLabel, Bytes(new byte[filler]))]);
                var message = Message(claims, signature: new byte[CoseSign1.SignatureSize]);
                if (message.Length == size) return message;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(size));
    }

    private static byte[] Compress(byte[] message)
    {
        using var target = new MemoryStream();
        using (var deflate = new ZLibStream(target, CompressionLevel.Optimal)) deflate.Write(message);
        return target.ToArray();
    }
}
