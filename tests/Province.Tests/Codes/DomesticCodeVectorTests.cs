using System.Security.Cryptography;
using System.Text;
using Verifier;
using Verifier.Credentials;
using Verifier.Encoding;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Province.Tests.Codes;

public sealed class DomesticCodeVectorTests
{
    private static readonly string Folder = Path.Combine(Repository.Vectors, "domestic-code");

    [Fact]
    public void The_writer_reproduces_the_valid_vectors() => AssertSame("valid.txt", ValidVectors.All());

    [Fact]
    public void The_invalid_vectors_are_what_their_names_say() => AssertSame("invalid.txt", InvalidVectors.All());

    [Theory]
    [InlineData("valid.txt", 14)]
    [InlineData("invalid.txt", 80)]
    public void The_verifier_stops_at_the_check_that_each_vector_names(string file, int countLeast)
    {
        var vectors = Read(file);

        Assert.True(vectors.Count >= countLeast);
        Assert.All(vectors, vector => Assert.Equal((vector.Name, vector.Expected), (vector.Name, FirstFailure(vector.Text))));
    }

    [Fact]
    public void No_vector_stands_twice_or_ends_in_a_blank_that_an_editor_would_cut()
    {
        List<Vector> all = [.. Read("valid.txt"), .. Read("invalid.txt")];

        Assert.Equal(all.Count, all.Select(vector => vector.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(all.Count, all.Select(vector => vector.Text).Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(all, vector => vector.Text.EndsWith(' '));
    }

    // The order of a gate: text, base45, envelope, claims, signature. A null snapshot ends a sound code at "no snapshot".
    private static string FirstFailure(string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        var verdict = PassageVerifier.Judge(
            Carrier.Qr, payload, Evidence.None, VenueKind.Metro, null, new JudgedTime(DateTimeOffset.UnixEpoch, true)).Verdict;
        if (verdict.Reason == Reason.WrongCode) return Vector.OtherCode;
        if (payload.Length is 0 or > 4 + (CoseSign1.SizeMax * 3 / 2)) return Vector.Length;

        var message = new byte[Base45.DecodedSize(payload.Length - 4)];
        if (!Base45.TryDecode(payload.AsSpan(4), message, out var size)) return Vector.Base45;
        if (!CoseSign1.TryRead(message.AsMemory(0, size), out var envelope)) return Vector.Envelope;
        if (verdict.Reason == Reason.Undecodable) return Vector.Claims;

        Assert.Equal(Reason.NoSnapshot, verdict.Reason);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(VectorKey.Key.PublicKey.Span, out _);
        var holds = envelope.Algorithm == -7
            && key.VerifyData(envelope.ToBeSigned(), envelope.Signature.Span, HashAlgorithmName.SHA256);
        return holds ? Vector.Sound : Vector.Signature;
    }

    private static List<Vector> Read(string file) =>
        [.. File.ReadAllLines(Path.Combine(Folder, file)).Where(line => !line.StartsWith('#')).Select(Vector.Parse)];

    private static void AssertSame(string file, IEnumerable<Vector> vectors)
    {
        var fresh = "# name\texpected\ttext; see README.md. Made by tests/Province.Tests, not by hand.\n"
            + string.Concat(vectors.Select(vector => vector + "\n"));
        var path = Path.Combine(Folder, file);
        if (File.Exists(path) && File.ReadAllText(path) == fresh) return;

        var found = Path.Combine(Path.GetTempPath(), file);
        File.WriteAllText(found, fresh);
        Assert.Fail($"{path} differs from what the code makes. If the format changed, copy {found} over it.");
    }
}
