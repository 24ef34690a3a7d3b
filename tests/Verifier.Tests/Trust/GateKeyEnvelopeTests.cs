using System.Security.Cryptography;
using Verifier.Tests.AllowList;
using Verifier.Trust;

namespace Verifier.Tests.Trust;

public sealed class GateKeyEnvelopeTests : IDisposable
{
    private const string Gate = "demo-1";
    private readonly ECDiffieHellman device = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDiffieHellman ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] listKey = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] nonce = RandomNumberGenerator.GetBytes(12);

    public void Dispose()
    {
        device.Dispose();
        ephemeral.Dispose();
    }

    [Fact]
    public void What_was_sealed_opens_at_its_gate()
    {
        var envelope = Seal();

        Assert.Equal(134, envelope.Length);
        Assert.True(GateKeyEnvelope.TryOpen(envelope, Gate, 7, device, out var opened, out _));
        Assert.Equal(listKey, opened);
    }

    [Fact]
    public void The_same_arguments_give_the_same_bytes() => Assert.Equal(Seal(), Seal());

    [Fact]
    public void Another_device_gate_or_epoch_does_not_open_it()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

        AssertFault(EnvelopeFault.NotForThisGate, Seal(), Gate, 7, other);
        AssertFault(EnvelopeFault.NotForThisGate, Seal(), "demo-2", 7, device);
        AssertFault(EnvelopeFault.WrongEpoch, Seal(), Gate, 8, device);
    }

    [Fact]
    public void Every_flipped_bit_keeps_it_shut()
    {
        var envelope = Seal();
        for (var bit = 0; bit < envelope.Length * 8; bit++)
        {
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(GateKeyEnvelope.TryOpen(envelope, Gate, 7, device, out var opened, out _));
            Assert.Null(opened);
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Every_other_length_is_a_fault()
    {
        foreach (var length in (int[])[0, 1, GateKeyEnvelope.Size - 1, GateKeyEnvelope.Size + 1, 1_000])
            AssertFault(EnvelopeFault.WrongLength, new byte[length], Gate, 7, device);
    }

    [Fact]
    public void A_point_off_the_curve_is_a_fault()
    {
        var envelope = Seal();
        envelope.AsSpan(10, 64).Fill(1);

        AssertFault(EnvelopeFault.BadPoint, envelope, Gate, 7, device);
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_open()
    {
        var random = new SplitMix(4);
        var envelope = Seal();
        for (var round = 0; round < 2_000; round++)
        {
            random.Fill(envelope.AsSpan(random.Below(2) == 0 ? 0 : 9));
            Assert.False(GateKeyEnvelope.TryOpen(envelope, Gate, 7, device, out _, out _));
        }
    }

    [Theory]
    [InlineData("demo-1", true)]
    [InlineData("A.b_c-9", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("门", false)]
    public void A_gates_name_is_fit_for_a_path(string gate, bool isFit) => Assert.Equal(isFit, GateKeyEnvelope.IsGate(gate));

    [Fact]
    public void A_gates_name_has_at_most_64_letters()
    {
        Assert.True(GateKeyEnvelope.IsGate(new string('a', GateKeyEnvelope.GateMax)));
        Assert.False(GateKeyEnvelope.IsGate(new string('a', GateKeyEnvelope.GateMax + 1)));
    }

    private byte[] Seal() => GateKeyEnvelope.Seal(listKey, Gate, 7, device.ExportSubjectPublicKeyInfo(), ephemeral, nonce);

    private static void AssertFault(EnvelopeFault expected, byte[] envelope, string gate, int epoch, ECDiffieHellman key)
    {
        Assert.False(GateKeyEnvelope.TryOpen(envelope, gate, epoch, key, out _, out var fault));
        Assert.Equal(expected, fault);
    }
}
