using System.Security.Cryptography;
using Distribution.Keys;
using Distribution.Tests.Tpm;

namespace Distribution.Tests.Keys;

/// <summary>What the gate keeps for itself is believed only under this device's key, in a file and in a TPM alike.</summary>
public sealed class StateSealTests : IDisposable
{
    private const string Use = "test state";
    private readonly string folder = Directory.CreateTempSubdirectory("seal-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_code_holds_after_a_restart_for_its_bytes_and_its_use_alone()
    {
        var whole = Wrap("gate free"u8);

        using var again = StateSeal.Open(folder, new FileKeyPlace(folder));

        Assert.Null(again.Fault);
        Assert.True(again.TryUnwrap(Use, whole, out var bytes));
        Assert.Equal("gate free"u8, bytes.Span);
        Assert.False(again.TryUnwrap("other state", whole, out _));
        for (var index = 0; index < whole.Length; index++)
        {
            whole[index] ^= 1;
            Assert.False(again.TryUnwrap(Use, whole, out _), $"Byte {index} is not covered.");
            whole[index] ^= 1;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(StateSeal.TagSize - 1)]
    [InlineData(StateSeal.TagSize)]
    [InlineData(4_096)]
    public void Bytes_of_any_length_are_no_sealed_state(int size)
    {
        using var seal = StateSeal.Open(folder, new FileKeyPlace(folder));

        Assert.False(seal.TryUnwrap(Use, new byte[size], out var bytes));
        Assert.True(bytes.IsEmpty);
    }

    [Fact]
    public void A_key_sealed_by_a_TPM_gives_the_codes_that_it_gave_in_a_file()
    {
        var whole = Wrap("gate free"u8);
        using var tpm = new SoftwareTpm();
        using (var place = new TpmKeyPlace(folder, tpm.Way)) Assert.True(place.SealFile());

        using var sealing = new TpmKeyPlace(folder, tpm.Way);
        using var again = StateSeal.Open(folder, sealing);

        Assert.Null(again.Fault);
        Assert.True(again.TryUnwrap(Use, whole, out _));
    }

    [Fact]
    public void Another_devices_key_gives_other_codes()
    {
        var whole = Wrap("gate free"u8);
        File.Delete(Path.Combine(folder, "device.key"));

        using var other = StateSeal.Open(folder, new FileKeyPlace(folder));

        Assert.False(other.TryUnwrap(Use, whole, out _));
    }

    [Fact]
    public void Without_the_device_key_it_works_until_the_restart_and_what_was_kept_is_not_believed()
    {
        var whole = Wrap("gate free"u8);
        File.WriteAllText(Path.Combine(folder, "device.key"), "damaged");

        using var closed = StateSeal.Open(folder, new FileKeyPlace(folder));
        using var again = StateSeal.Open(folder, new FileKeyPlace(folder));

        Assert.Contains("holds no device key", closed.Fault, StringComparison.Ordinal);
        Assert.False(closed.TryUnwrap(Use, whole, out _));
        var own = closed.Wrap(Use, "meanwhile"u8);
        Assert.True(closed.TryUnwrap(Use, own, out _));
        Assert.False(again.TryUnwrap(Use, own, out _));
    }

    [Fact]
    public void A_scalar_that_begins_with_zeros_gives_the_same_key_however_it_is_exported()
    {
        var scalar = new byte[32];
        scalar[31] = 7;
        using var device = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        using var imported = ECDiffieHellman.Create();
        imported.ImportFromPem(device.ExportPkcs8PrivateKeyPem());
        using var seal = StateSeal.Of(device);
        using var same = StateSeal.Of(imported);

        Assert.True(same.TryUnwrap(Use, seal.Wrap(Use, "gate free"u8), out _));
    }

    [Fact]
    public void A_derived_key_is_one_for_its_use_and_never_the_codes_own()
    {
        using var seal = StateSeal.Open(folder, new FileKeyPlace(folder));
        Span<byte> one = stackalloc byte[32];
        Span<byte> same = stackalloc byte[32];
        Span<byte> other = stackalloc byte[32];

        seal.DeriveKey(Use, one);
        seal.DeriveKey(Use, same);
        seal.DeriveKey("other", other);

        Assert.True(one.SequenceEqual(same));
        Assert.False(one.SequenceEqual(other));
    }

    private byte[] Wrap(ReadOnlySpan<byte> bytes)
    {
        using var seal = StateSeal.Open(folder, new FileKeyPlace(folder));
        return seal.Wrap(Use, bytes);
    }
}
