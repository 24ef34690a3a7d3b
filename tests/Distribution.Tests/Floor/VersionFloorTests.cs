using Distribution.Floor;

namespace Distribution.Tests.Floor;

public sealed class VersionFloorTests
{
    private static readonly VersionFloor Seen = new(7, 3, 50, 40, 1_790_000_000);

    [Theory]
    [InlineData(7, 3, 50, 40, true)]
    [InlineData(7, 3, 51, 41, true)]
    [InlineData(7, 4, 50, 40, true)]
    [InlineData(7, 2, 50, 40, false)]
    [InlineData(7, 3, 49, 40, false)]
    [InlineData(7, 3, 50, 39, false)]
    [InlineData(7, 4, 49, 40, false)]
    [InlineData(7, 4, 99, 39, false)]
    [InlineData(8, 4, 1, 1, true)]
    [InlineData(8, 3, 99, 99, false)]
    [InlineData(8, 2, 99, 99, false)]
    public void A_set_is_as_new_under_the_same_keys_by_its_versions_and_under_others_by_a_newer_root(
        ulong line, int root, int timestamp, int snapshot, bool isAdmitted)
    {
        Assert.Equal(isAdmitted, Seen.Admits(new VersionFloor(line, root, timestamp, snapshot, 0)));
    }

    [Fact]
    public void Nothing_seen_admits_every_set()
    {
        Assert.True(default(VersionFloor).Admits(new VersionFloor(7, 1, 1, 1, 0)));
    }

    [Fact]
    public void A_floor_never_falls_except_under_keys_of_a_newer_root()
    {
        Assert.Equal(Seen, Seen.RaisedBy(new VersionFloor(7, 2, 10, 10, 10)));
        Assert.Equal(Seen with { Timestamp = 60 }, Seen.RaisedBy(new VersionFloor(7, 3, 60, 1, 1)));
        Assert.Equal(Seen, Seen.RaisedBy(new VersionFloor(8, 3, 60, 60, long.MaxValue)));
        Assert.Equal(new VersionFloor(8, 4, 1, 1, 1), Seen.RaisedBy(new VersionFloor(8, 4, 1, 1, 1)));
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        const string Expected = "47464c5201000000" + "0000000000000007" + "00000003" + "00000032" + "00000028" + "000000006ab13b80";

        var bytes = Seen.ToBytes();

        Assert.Equal(Expected, Convert.ToHexStringLower(bytes.AsSpan(0, 36)));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, 36))[..4], bytes[36..]);
        Assert.True(VersionFloor.TryRead(bytes, out var read, out _));
        Assert.Equal(Seen, read);
    }

    [Fact]
    public void Any_other_bytes_are_no_floor()
    {
        var bytes = Seen.ToBytes();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(VersionFloor.TryRead(changed, out var read, out var fault));
            Assert.NotEqual(FloorFault.None, fault);
            Assert.Equal(default, read);
        }

        for (var size = 0; size < bytes.Length; size++) Assert.False(VersionFloor.TryRead(bytes.AsSpan(0, size), out _, out _));
        Assert.False(VersionFloor.TryRead([.. bytes, 0], out _, out _));
        Assert.False(VersionFloor.TryRead(new VersionFloor(1, -1, 1, 1, 1).ToBytes(), out _, out var negative));
        Assert.Equal(FloorFault.BadNumber, negative);
        Assert.False(VersionFloor.TryRead(new VersionFloor(1, 1, 1, 1, 253_402_300_800).ToBytes(), out _, out _));
        Assert.True(VersionFloor.TryRead(new VersionFloor(1, 1, 1, 1, 253_402_300_799).ToBytes(), out var last, out _));
        Assert.Equal(9999, last.Clock.Year);
    }
}
