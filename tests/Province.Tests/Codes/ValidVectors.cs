using System.Numerics;
using Province.Codes;
using Verifier.AllowList;

namespace Province.Tests.Codes;

/// <summary>The texts that every reader takes; <c>tests/vectors/domestic-code/valid.txt</c>.</summary>
internal static class ValidVectors
{
    private const int Report = 2;
    private const int Badge = 3;
    private const string Order = "00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
    private static readonly DateTimeOffset IssuedAt = DateTimeOffset.FromUnixTimeSeconds(VectorKey.IssuedAt);

    public static CodeClaims Green { get; } = new()
    {
        Issuer = "33",
        Subject = VectorKey.Subject,
        IssuedAt = IssuedAt,
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(VectorKey.ExpiresAt),
        Id = VectorKey.Id,
        Standing = ListValue.Of(Colour.Green),
    };

    public static IEnumerable<Vector> All()
    {
        yield return Ok("green", Green);
        yield return Ok("red", Green with { Standing = ListValue.Of(Colour.Red) });
        foreach (var reason in Enum.GetValues<YellowReason>()[1..])
            yield return Ok($"yellow-{reason}", Green with { Standing = ListValue.Of(Colour.Yellow, reason) });
        yield return Ok("international", Green with { Flags = 1 });
        yield return Ok("assisted", Green with { Flags = 2 });
        yield return Ok("static", Green with { Flags = 4, ExpiresAt = IssuedAt + TimeSpan.FromDays(365) });
        yield return Ok("all-flags", Green with { Flags = 7 });
        yield return Ok("issuer-of-1", Green with { Issuer = "3" });
        yield return Ok("issuer-of-32", Green with { Issuer = new string('7', 32) });
        yield return Ok("moments-at-their-limits", Green with
        {
            IssuedAt = DateTimeOffset.UnixEpoch,
            ExpiresAt = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero),
        });
        yield return Ok("negative-report", Green with { Standing = null, Kind = Report, SampledAt = IssuedAt - TimeSpan.FromHours(12) });
        yield return Ok("staff-badge", Green with { Standing = null, Kind = Badge });
        yield return new Vector("signature-with-the-other-s", Vector.Sound, OtherS());
    }

    // (r, n - s) verifies wherever (r, s) does, so a text is no identity of a code.
    private static string OtherS()
    {
        var payload = DomesticCodeWriter.WriteClaims(Green);
        var signature = VectorKey.Sign(VectorKey.Header, payload);
        var order = new BigInteger(Convert.FromHexString(Order), isUnsigned: true, isBigEndian: true);
        var other = order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var bytes = other.ToByteArray(isUnsigned: true, isBigEndian: true);
        return VectorKey.Text(payload, signature: [.. signature[..32], .. new byte[32 - bytes.Length], .. bytes]);
    }

    private static Vector Ok(string name, CodeClaims claims) =>
        new(name, Vector.Sound, DomesticCodeWriter.Write(claims, VectorKey.Key));
}
