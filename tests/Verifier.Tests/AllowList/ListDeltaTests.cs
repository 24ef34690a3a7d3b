using System.Buffers.Binary;
using Verifier.AllowList;

namespace Verifier.Tests.AllowList;

public sealed class ListDeltaTests
{
    private static readonly ListValue Red = ListValue.Of(Colour.Red);

    [Fact]
    public void A_written_delta_reads_back_and_is_written_again_as_the_same_bytes()
    {
        var world = new ListWorld(1, 400, sequence: 41);
        var written = world.NextHour(60);

        Assert.True(ListDelta.TryRead(written.ToBytes(), out var read, out var fault), $"{fault}");
        Assert.Equal((7, 41, 42), (read.Epoch, read.From, read.To));
        Assert.Equal(world.Overlay.AsOf, read.AsOf);
        Assert.Equal(world.Index.EntryCount, read.BaseEntryCount);
        Assert.Equal(world.Index.Hash, read.BaseHash);
        Assert.Equal(world.Overlay.Hash, read.Result);
        AssertSame(written.Changes, read.Changes);
        Assert.True(read.Changes.Ranks.Count > 0 && read.Changes.Inserts.Count > 0 && read.Changes.Side.Count > 0);
        Assert.Equal(written.ToBytes(), read.ToBytes());
    }

    [Theory]
    [InlineData(0, 0x00, DeltaFault.WrongMagic)]
    [InlineData(5, 2, DeltaFault.WrongFormat)]
    [InlineData(8, 0x80, DeltaFault.BadEpoch)]
    [InlineData(12, 0x80, DeltaFault.BadSequence)]
    [InlineData(19, 0, DeltaFault.BadSequence)]
    [InlineData(24, 0x80, DeltaFault.BadAsOf)]
    [InlineData(6, 13, DeltaFault.BadCount)]
    [InlineData(7, 13, DeltaFault.BadCount)]
    [InlineData(20, 1, DeltaFault.BadCount)]
    [InlineData(33, 1, DeltaFault.BadCount)]
    [InlineData(104, 0x40, DeltaFault.BadGroup)]
    [InlineData(105, 0xFF, DeltaFault.BadCount)]
    public void A_wrong_byte_is_a_named_fault(int offset, byte value, DeltaFault expected)
    {
        var bytes = new ListWorld(1, 400).NextHour(60).ToBytes();
        bytes[offset] = value;

        Assert.False(ListDelta.TryRead(bytes, out _, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Every_truncation_is_a_fault_and_so_is_a_byte_more()
    {
        var bytes = new ListWorld(2, 300).NextHour(40).ToBytes();

        for (var length = 0; length < bytes.Length; length++) Assert.False(ListDelta.TryRead(bytes.AsSpan(0, length), out _, out _));
        Assert.False(ListDelta.TryRead((byte[])[.. bytes, 0], out _, out var fault));
        Assert.Equal(DeltaFault.WrongLength, fault);
    }

    [Fact]
    public void Whatever_bytes_are_read_as_a_delta_are_the_only_ones_for_it()
    {
        var random = new SplitMix(3);
        var sample = new ListWorld(3, 300).NextHour(40).ToBytes();
        var read = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var bytes = (byte[])sample.Clone();
            for (var change = random.Below(3); change >= 0; change--) bytes[random.Below(bytes.Length)] = (byte)(random.Next() & 0xFF);
            if (!ListDelta.TryRead(bytes, out var delta, out _)) continue;
            read++;
            Assert.Equal(bytes, delta.ToBytes());
        }

        Assert.InRange(read, 1_000, 29_999);
    }

    [Fact]
    public void Noise_behind_a_good_header_never_throws()
    {
        var random = new SplitMix(4);
        var sample = new ListWorld(4, 300).NextHour(40).ToBytes();
        for (var round = 0; round < 20_000; round++)
        {
            random.Fill(sample.AsSpan(104));
            sample[6] = (byte)random.Below(13);
            sample[7] = (byte)random.Below(13);
            ListDelta.TryRead(sample, out _, out _);
        }
    }

    [Fact]
    public void A_delta_over_its_limit_is_refused_by_its_length()
    {
        Assert.False(ListDelta.TryRead(new byte[ListDelta.SizeMax], out _, out var atLimit));
        Assert.False(ListDelta.TryRead(new byte[ListDelta.SizeMax + 1], out _, out var beyond));

        Assert.Equal(DeltaFault.WrongMagic, atLimit);
        Assert.Equal(DeltaFault.TooLarge, beyond);
    }

    [Fact]
    public void As_many_ranks_as_the_limit_are_written_and_read_and_one_more_is_not()
    {
        var most = Ranks(65_000_000, ListChanges.RanksMax);

        Assert.True(ListDelta.TryRead(most.ToBytes(), out var read, out var fault), $"{fault}");
        Assert.Equal(ListChanges.RanksMax, read.Changes.Ranks.Count);
        Assert.Throws<InvalidOperationException>(() => Ranks(65_000_000, ListChanges.RanksMax + 1).ToBytes());
        var bytes = most.ToBytes();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(105), ListChanges.RanksMax + 1);
        Assert.False(ListDelta.TryRead(bytes, out _, out fault));
        Assert.Equal(DeltaFault.BadCount, fault);
    }

    [Fact]
    public void A_rank_that_stands_in_two_groups_is_a_fault()
    {
        var bytes = Ranks(2, 2, static rank => rank == 0 ? Red : ListValue.Of(Colour.Green)).ToBytes();
        Assert.True(ListDelta.TryRead(bytes, out _, out _));

        // Two groups of one rank below 2, one bit each behind the one that ends its zeros: "10" and "11".
        Assert.Equal(0b1011_0000, bytes[^1]);
        bytes[^1] = 0b1010_0000;

        Assert.False(ListDelta.TryRead(bytes, out _, out var fault));
        Assert.Equal(DeltaFault.BadRanks, fault);
    }

    [Fact]
    public void A_delta_without_any_change_is_a_delta()
    {
        var world = new ListWorld(5, 50);
        var empty = world.NextHour(0);

        Assert.True(ListDelta.TryRead(empty.ToBytes(), out var read, out _));
        Assert.Equal(104, empty.ToBytes().Length);
        Assert.True(DeltaOverlay.Start(world.Index).TryApply(read, out var next, out _));
        Assert.Equal(1, next.Sequence);
    }

    [Theory]
    [InlineData(2_700, 7_000)]
    [InlineData(65_000, 170_000)]
    public void An_hour_and_a_day_of_a_province_of_65_million_stay_within_their_budget(int changes, int sizeMax)
    {
        var random = new SplitMix(6);
        var pairs = new Dictionary<int, ListValue>();
        while (pairs.Count < changes)
        {
            pairs[random.Below(65_000_000)] = random.Below(100) switch
            {
                < 70 => ListValue.Of(Colour.Green),
                < 80 => ListValue.Of(Colour.Green, isStaticCodeAllowed: true),
                < 85 => Red,
                < 90 => ListValue.Of(Colour.Yellow, YellowReason.FeverWithHistory),
                < 95 => ListValue.Of(Colour.Yellow, YellowReason.FeverWithoutHistory),
                _ => ListValue.Of(Colour.Yellow, YellowReason.Region),
            };
        }

        var inserts = new Dictionary<ulong, ListValue>();
        while (inserts.Count < changes / 65) inserts[random.Next() >> 8] = ListValue.Of(Colour.Green);

        Assert.InRange(Make(65_000_000, ListChanges.Of(pairs, inserts, [])).ToBytes().Length, 1, sizeMax);
    }

    internal static void AssertSame(ListChanges expected, ListChanges actual)
    {
        Assert.Equal(expected.Ranks.Keys, actual.Ranks.Keys);
        Assert.Equal(expected.Ranks.Values, actual.Ranks.Values);
        Assert.Equal(expected.Inserts.Keys, actual.Inserts.Keys);
        Assert.Equal(expected.Inserts.Values, actual.Inserts.Values);
        Assert.Equal(expected.Side.Keys, actual.Side.Keys);
        Assert.Equal(expected.Side.Values, actual.Side.Values);
    }

    private static ListDelta Ranks(long baseEntries, int count, Func<int, ListValue>? valueOf = null) => Make(
        baseEntries, ListChanges.Of(Enumerable.Range(0, count).Select(rank => KeyValuePair.Create(rank, valueOf?.Invoke(rank) ?? Red)), [], []));

    private static ListDelta Make(long baseEntries, ListChanges changes) => new(new byte[32], new byte[32])
    {
        Epoch = 1,
        From = 0,
        To = 1,
        AsOf = DateTimeOffset.UnixEpoch,
        BaseEntryCount = baseEntries,
        Changes = changes,
    };
}
