using System.Security.Cryptography;
using Distribution.Keys;
using Distribution.Tests.Tpm;

namespace Distribution.Tests.Keys;

public sealed class TpmKeyPlaceTests : IDisposable
{
    private readonly SoftwareTpm tpm = new();
    private readonly string folder = Directory.CreateTempSubdirectory("keys-").FullName;

    public void Dispose()
    {
        tpm.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_sealed_key_comes_back_after_a_power_cut_and_lies_nowhere_on_the_card()
    {
        using var made = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using (var place = new TpmKeyPlace(folder, tpm.Way)) place.Keep(made);
        tpm.Stop();
        tpm.Start();

        using var again = new TpmKeyPlace(folder, tpm.Way);
        using var found = again.Find();

        Assert.Equal(made.ExportSubjectPublicKeyInfo(), found!.ExportSubjectPublicKeyInfo());
        Assert.True(again.IsSealed);
        var scalar = made.ExportParameters(includePrivateParameters: true).D!;
        Assert.Equal(["device.tpm"], Directory.GetFiles(folder).Select(Path.GetFileName));
        Assert.Equal(-1, File.ReadAllBytes(again.BlobPath).AsSpan().IndexOf(scalar));
    }

    [Fact]
    public void A_key_sealed_by_another_board_says_what_to_do()
    {
        using var made = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using (var place = new TpmKeyPlace(folder, tpm.Way)) place.Keep(made);
        using var other = new SoftwareTpm();

        using var place2 = new TpmKeyPlace(folder, other.Way);

        var refused = Assert.Throws<KeyPlaceException>(place2.Find);
        Assert.Contains("sealed by another board", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Replacing a board", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(5_000)]
    public void A_blob_that_is_none_is_refused(int size)
    {
        using var place = new TpmKeyPlace(folder, tpm.Way);
        File.WriteAllBytes(place.BlobPath, RandomNumberGenerator.GetBytes(size));

        Assert.Throws<KeyPlaceException>(place.Find);
    }

    [Fact]
    public void A_changed_blob_is_refused_at_every_eighth_byte()
    {
        using var made = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using (var place = new TpmKeyPlace(folder, tpm.Way)) place.Keep(made);
        var path = Path.Combine(folder, "device.tpm");
        var blob = File.ReadAllBytes(path);

        for (var at = 0; at < blob.Length; at += 8)
        {
            var changed = blob.ToArray();
            changed[at] ^= 0x40;
            File.WriteAllBytes(path, changed);
            using var place = new TpmKeyPlace(folder, tpm.Way);
            Assert.Throws<KeyPlaceException>(place.Find);
        }
    }

    [Fact]
    public void Enrolment_seals_a_key_that_lay_in_a_file_and_deletes_the_file()
    {
        using var identity = DeviceIdentity.OpenOrCreate(folder);
        using var place = new TpmKeyPlace(folder, tpm.Way);
        using (place.Find()) Assert.False(place.IsSealed);

        Assert.True(place.SealFile());
        Assert.False(place.SealFile());

        using var sealedIdentity = DeviceIdentity.OpenOrCreate(folder, place);
        Assert.Equal(identity.PublicKeyHash, sealedIdentity.PublicKeyHash);
        Assert.False(File.Exists(Path.Combine(folder, "device.key")));
        Assert.True(place.IsSealed);
    }

    [Fact]
    public void A_board_without_its_tpm_has_no_key_and_makes_no_other()
    {
        using (var place = new TpmKeyPlace(folder, tpm.Way)) DeviceIdentity.OpenOrCreate(folder, place).Dispose();
        tpm.Stop();

        using var without = new TpmKeyPlace(folder, tpm.Way);

        Assert.Throws<KeyPlaceException>(() => DeviceIdentity.OpenOrCreate(folder, without));
        Assert.False(File.Exists(Path.Combine(folder, "device.key")));
    }
}
